/** `mta delivery …`, `mda delivery …`: one try for one recipient, sent on or stored (mta_session.c, mda.c). */
import {
	type Action,
	bareAddress,
	canonicalIp,
	type ParsedMessage,
	parseReply,
	type Relay,
	type SmtpReply,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";
import { readDelay } from "./delay.ts";

/** What became of the recipient, by the result as logged in lower case; of any other it was taken. */
export const ACTIONS: Readonly<Record<string, Action>> = {
	tempfail: "delayed",
	permfail: "failed",
	loop: "failed",
	expired: "failed",
	removed: "failed",
};

// mta delivery evpid=f5aa4dbe9985723f from=<a@x> to=<u10@b.example> rcpt=<fwd@c.example> source="127.0.1.13" relay="127.0.1.12 (mx.b.example)" delay=0s result="Ok" stat="250 OK id=1xUxQS-00002A-2b"
// mda delivery evpid=c43c023867e8b88b from=<a@x> to=<u8@c.example> rcpt=<u8@c.example> user=vmail delay=0s result=Ok stat=Delivered
export function parseDelivery(agent: string, text: string): ParsedMessage | undefined {
	const head = /^delivery evpid=([0-9a-f]{8})[0-9a-f]{8} from=(?=<)/.exec(text);
	const to = head ? indexOutside(text, " to=<", head[0].length) : -1;
	const rcpt = to < 0 ? -1 : indexOutside(text, " rcpt=<", to + 1);
	const rest = rcpt < 0 ? -1 : indexOutside(text, " ", rcpt + 1);
	if (!head || rest < 0) return undefined;
	const tail =
		/^(?: user=\S{1,100})?(?: method=(?<method>\S{1,60}))?(?: source="[^"]{0,60}")?(?: relay="(?<relay>[^"]{0,300})")? delay=(?<delay>\S{1,20}) result="?(?<result>[A-Za-z]{1,20})"? stat=/.exec(
			text.slice(rest),
		);
	const found = tail?.groups;
	if (!tail || !found) return undefined;
	const original = bareAddress(text.slice(rcpt + 6, rest));
	const status = (found.result as string).toLowerCase();
	const stat = text.slice(rest + tail[0].length);
	return event({
		kind: "delivery",
		mta: "opensmtpd",
		queueId: head[1],
		recipients: [bareAddress(text.slice(to + 4, rcpt))],
		// `rcpt=<->`: none
		originalRecipient: original === "-" ? undefined : original,
		relay: found.relay === undefined ? undefined : relayOf(found.relay),
		transport: agent === "mda" ? (found.method ?? "mda") : undefined,
		delay: readDelay(found.delay as string),
		status,
		action: ACTIONS[status] ?? (agent === "mda" ? "delivered" : "relayed"),
		...said(unquoted(stat), status),
	});
}

/** `127.0.1.12 (mx.b.example)`, or a name alone where nothing was reached. */
export function relayOf(text: string): Relay | undefined {
	const match = /^(\S{1,255})(?: \(([^()\s]{1,255})\))?$/.exec(text);
	if (!match || text === "-") return undefined;
	const ip = canonicalIp(match[1] as string);
	const name = ip === undefined ? match[1] : match[2];
	const relay: Relay = {};
	if (name !== undefined && canonicalIp(name) === undefined) relay.name = name;
	if (ip !== undefined) relay.ip = ip;
	return relay.name === undefined && relay.ip === undefined ? undefined : relay;
}

/** `"…"`, the closing quote missing where syslog cut the line. */
function unquoted(stat: string): string {
	if (!stat.startsWith('"')) return stat;
	return stat.endsWith('"') && stat.length > 1 ? stat.slice(1, -1) : stat.slice(1);
}

/** What `stat=` says: the remote's answer with the id that it gave, or the program's own words. */
export function said(
	stat: string,
	status: string,
): { action?: Action; reply?: SmtpReply; reason?: string; nextQueueId?: string; remoteId?: string } {
	if (stat === "") return {};
	const reply = parseReply(stat);
	if (reply.code === undefined) return { reason: stat };
	if (status !== "ok") return { reply };
	const { nextQueueId, remoteId, discarded } = readRemoteId(reply.text);
	return {
		...(discarded && { action: "discarded" as const }),
		reply,
		...(nextQueueId && { nextQueueId }),
		...(remoteId && { remoteId }),
	};
}
