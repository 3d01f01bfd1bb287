/** Whether a refusal was our own: our host's answer to a client, or our content filter's to a message in our queue. */
import type { JourneyAttempt, JourneyRecipient } from "../trace/index.ts";
import type { CauseId } from "./cause.ts";
import type { CaseFacts } from "./texts/fill.ts";
import { decidedIn } from "./unwrap.ts";

/**
 * Our own answer to a client: a reply without anybody to whom we connected. Our own filter's: one at a port of its own, in a filter's
 * words, or on this machine about the content (a list server or a mail store listens there too, and refuses people).
 */
export function refusedHere(
	attempt: JourneyAttempt | undefined,
	recipient: JourneyRecipient,
	cause: CauseId,
): CaseFacts["refusedHere"] {
	const reply = attempt ? attempt.reply : recipient.reply;
	if (reply === undefined) return undefined;
	const { relay, transport } = attempt ?? {};
	if (relay === undefined && transport === undefined)
		return reply.host === undefined ? "to-a-client" : undefined;
	if (relay?.ip === undefined || relay.port === undefined || MAIL_PORTS.has(relay.port)) return undefined;
	const isFilter = decidedIn(reply) !== reply || (isLoopback(relay.ip) && ABOUT_CONTENT.has(cause));
	return isFilter ? "by-a-filter" : undefined;
}

/** Where one mail server speaks to another: SMTP, LMTP, submission; a filter on the same machine listens elsewhere. */
const MAIL_PORTS: ReadonlySet<number> = new Set([24, 25, 465, 587]);

const ABOUT_CONTENT: ReadonlySet<CauseId> = new Set(["content-refused", "virus-found", "message-malformed"]);

export function isLoopback(ip: string): boolean {
	return ip.startsWith("127.") || ip === "::1";
}
