/**
 * What Dovecot hands on by SMTP or LMTP: the submission service to its relay, the LMTP proxy to the user's backend. Both write a
 * Received header with an id of their own, which is the queue id here.
 */
import { bareAddress, canonicalIp, parseReply, type ParsedMessage, type Relay } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";
import { SESSION, type ServiceLine } from "./service-line.ts";

const RELAYED = /^(?:relay: )?(Successfully relayed|Failed to relay) message: from=(?=<)/;
const RELAYED_FACTS =
	/^(?:, to=<(.{1,320}?)>)?, size=(\d{1,15})(?:, id=([A-Za-z0-9+/=_:-]{1,64}))?, n?rcpt=(\d{1,6})(?:\/\d{1,6})?, reply=`(.*)'$/;

// submission(anna)<546><mt/vdNhgqc3AAAIy>: Successfully relayed message: from=<anna@x>, size=46, id=2pAuFSuaAmsiAgAACxgaDQ, nrcpt=1, reply=`250 2.0.0 Ok: queued as 577D52B0435'
/** The event of a message that the submission service relayed or could not relay. */
export function parseSubmission(line: ServiceLine): ParsedMessage | undefined {
	const head = RELAYED.exec(line.text);
	const end = head ? endOfSender(line.text, head[0].length) : -1;
	if (!head || end < 0) return undefined;
	const facts = RELAYED_FACTS.exec(line.text.slice(end));
	if (!facts) return undefined;
	const [, recipient, size, id, count, words] = facts as unknown as (string | undefined)[];
	const reply = parseReply(words ?? "");
	const common = {
		mta: "dovecot",
		daemon: line.service,
		queueId: id,
		sender: bareAddress(line.text.slice(head[0].length, end)),
		recipient,
		reply,
	} as const;
	if (head[1] === "Failed to relay")
		return event({ kind: "reject", verb: "proxy-reject", stage: "EOM", ...common });
	return event({
		kind: "proxy-accept",
		stage: "EOM",
		...common,
		nextQueueId: readRemoteId(reply.text).nextQueueId,
		size: Number(size),
		recipientCount: recipient === undefined ? Number(count) : undefined,
		sasl: line.user === undefined ? undefined : { username: line.user },
	});
}

/** The sender's quoted local part may hold all that follows it. */
function endOfSender(text: string, from: number): number {
	const [to, size] = [indexOutside(text, ", to=<", from), indexOutside(text, ", size=", from)];
	return to >= 0 && to < size ? to : size;
}

const PROXIED =
	/^ at (\[?[0-9A-Za-z:.-]{1,255}\]?):(\d{1,5}): (.{0,2000}?)(?: \(\d{1,6}\/\d{1,6} at \d{1,9} ms\))?$/;
const OWN_SESSION = new RegExp(`<?(${SESSION})>?: $`);
const SENT = "Sent message to ";
const FAILED = "Failed to send message to ";

// lmtp(791): lmtp-server: conn 192.0.2.10:42760 [1]: rcpt pp@x: <iLR9HqaaAmsX>: Sent message to <pp@x> at 192.0.2.53:24: 250 2.0.0 <pp@x> DL42H6aaAmsZ Saved (1/1 at 29 ms)
/** The event of a message that the LMTP proxy handed to a backend, or that the backend refused. */
export function parseProxied(line: ServiceLine): ParsedMessage | undefined {
	if (!line.text.includes("message to <")) return undefined;
	const sent = indexOutside(line.text, `${SENT}<`);
	const at = sent < 0 ? indexOutside(line.text, `${FAILED}<`) : sent;
	if (at < 0) return undefined;
	const start = at + (sent < 0 ? FAILED : SENT).length;
	const end = indexOutside(line.text, " at ", start);
	const facts = end < 0 ? undefined : PROXIED.exec(line.text.slice(end));
	if (!facts) return undefined;
	const reply = parseReply(facts[3] as string);
	const permanent = reply.code !== undefined && reply.code >= 500;
	const given = sent < 0 ? {} : readRemoteId(reply.text);
	return event({
		kind: "delivery",
		mta: "dovecot",
		daemon: line.service,
		queueId: line.session ?? OWN_SESSION.exec(line.text.slice(0, at))?.[1],
		recipients: [bareAddress(line.text.slice(start, end))],
		relay: relayOf(facts[1] as string, Number(facts[2])),
		action: sent >= 0 ? "relayed" : permanent ? "failed" : "delayed",
		reply: reply.code === undefined ? undefined : reply,
		reason: reply.code === undefined ? reply.text || undefined : undefined,
		nextQueueId: given.nextQueueId,
		remoteId: given.remoteId,
	});
}

function relayOf(host: string, port: number): Relay {
	const ip = canonicalIp(host.replace(/^\[(.*)\]$/, "$1"));
	return ip === undefined ? { name: host, port } : { ip, port };
}
