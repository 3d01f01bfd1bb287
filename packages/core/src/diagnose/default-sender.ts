/**
 * A program's mail without an envelope sender: handed in on the host itself, without a login, as the user of a web
 * server, and refused for who sent it. The log shows `uid=48 from=<apache>`; the remote's words blame something else.
 */
import type { Endpoint } from "../event/index.ts";
import type { Journey } from "../trace/index.ts";
import { CAUSES } from "./cause.ts";
import type { Verdict } from "./classify.ts";

/** Users as whom web servers and their programs run. */
const PROGRAM_USERS = new Set([
	"apache",
	"www-data",
	"www",
	"wwwrun",
	"nginx",
	"httpd",
	"http",
	"nobody",
	"php-fpm",
	"webmaster-data",
	"tomcat",
	"lighttpd",
	"caddy",
	"daemon",
]);
/** Refusals that such a sender brings about: the remote minds who sends, not whom it is for. */
const ABOUT_THE_SENDER: ReadonlySet<string> = new Set([
	"policy-refused",
	"sender-refused",
	"sender-policy",
	"unknown",
]);

/** Handed in on the host itself, without a login, as the user of a web server, and refused for who sent it. */
export function defaultSender(journey: Journey, verdict: Verdict): Verdict | undefined {
	if (!isLocal(journey.client) || journey.sasl || !journey.sender) return undefined;
	// sendmail may log the user alone
	const user = journey.sender.replace(/@[^@]*$/, "").toLowerCase();
	if (!PROGRAM_USERS.has(user) || !ABOUT_THE_SENDER.has(verdict.cause)) return undefined;
	const { reason, retryHelps } = CAUSES["default-envelope-sender"];
	return {
		...verdict,
		cause: "default-envelope-sender",
		reason,
		retryHelps,
		confidence: "likely",
		rule: "default-envelope-sender",
	};
}

/** No client (sendmail's command line), or one on this host. */
function isLocal(client: Endpoint | undefined): boolean {
	if (client === undefined) return true;
	return client.name === "localhost" || client.ip === "::1" || client.ip?.startsWith("127.") === true;
}
