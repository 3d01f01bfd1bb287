/**
 * Clients that exim sent away without an ACL: protocol errors, limits, addresses without a domain, PRDR's verdict on one recipient
 * (smtp_in.c, daemon.c, receive.c). Commands that these lines quote are the client's own words.
 */
import { bareAddress, type ParsedMessage, parseReply, type SmtpStage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { closing, type Fields, listener, onlyHost, readFields, readHost } from "./fields.ts";

/** The event of such a line; undefined where the line is something else. */
export function parseDropped(queueId: string | undefined, text: string): ParsedMessage | undefined {
	return (
		parseSynchronization(queueId, text) ??
		parseCall(queueId, text) ??
		parseLimit(queueId, text) ??
		parsePrdr(queueId, text)
	);
}

const SYNCHRONIZATION =
	/^SMTP protocol synchronization error \(([^()]{1,200})\): rejected (connection from H=)?/;

// SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.1]:4 input="GET /"
// SMTP protocol synchronization error (next input sent too soon: pipelining was advertised): rejected "DATA" H=client.example (c) [127.0.1.9]:3 I=[127.0.1.12]:25 next input="x"
function parseSynchronization(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const match = SYNCHRONIZATION.exec(text);
	if (!match) return undefined;
	const fields = match[2] ? readFields(text, match[0].length - 2) : onlyHost(text);
	return event({
		...dropped(queueId, fields),
		stage: match[2] ? "CONNECT" : undefined,
		reason: `SMTP protocol synchronization error (${match[1]})`,
	});
}

function dropped(queueId: string | undefined, fields: Fields | undefined) {
	return {
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "reject",
		client: fields?.host?.endpoint,
		server: listener(fields?.values.I),
		helo: fields?.host?.helo,
	} as const;
}

const CALLS: readonly { start: string; mark: string; stage?: SmtpStage }[] = [
	// SMTP call from h.example [192.0.2.1]:4 dropped: too many syntax or protocol errors (last command was "x")
	{ start: "SMTP call from ", mark: "dropped: " },
	// Connection from [127.0.1.9]:38743 I=[127.0.1.12]:25 refused: too many connections from that IP address
	{ start: "Connection from ", mark: "refused: ", stage: "CONNECT" },
	// connection from [192.0.2.1]:4 refused (IP options)
	{ start: "connection from ", mark: "refused (", stage: "CONNECT" },
];

function parseCall(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const call = CALLS.find(({ start }) => text.startsWith(start));
	const host = call ? readHost(text, call.start.length) : undefined;
	if (!call || !host) return undefined;
	const { values, end } = readFields(text, host.end);
	if (!text.startsWith(call.mark, end)) return undefined;
	const fields = { values, end, colon: false, host };
	return event({
		...dropped(queueId, fields),
		stage: call.stage,
		reason: text.slice(end + call.mark.length, call.mark.endsWith("(") ? -1 : undefined),
	});
}

interface Limit {
	start: string;
	stage: SmtpStage;
	address: "sender" | "recipient" | undefined;
}

/** Statements that go on with `<address> H=client`. */
const LIMITS: readonly Limit[] = [
	{ start: "unqualified sender rejected: ", stage: "MAIL", address: "sender" },
	{ start: "unqualified recipient rejected: ", stage: "RCPT", address: "recipient" },
	{ start: "unqualified verify rejected: ", stage: "VRFY", address: undefined },
	{ start: "too many recipients: message rejected: sender=", stage: "RCPT", address: "sender" },
	{ start: "too many recipients: excess temporarily rejected: sender=", stage: "RCPT", address: "sender" },
];

// unqualified sender rejected: <nodomain> H=edge.corp.example [127.0.1.3]:60553 I=[127.0.1.12]:25
function parseLimit(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const limit = LIMITS.find(({ start }) => text.startsWith(start));
	if (!limit) return undefined;
	const { start, stage, address } = limit;
	const close = closing(text, start.length);
	const value = close < 0 ? undefined : text.slice(start.length + 1, close);
	const fields = close < 0 ? undefined : readFields(text, close + 1);
	return event({
		...dropped(queueId, fields),
		stage,
		sender: address === "sender" ? value : undefined,
		recipient: address === "recipient" ? value : undefined,
		reason: start.replace(/: (?:sender=)?$/, ""),
	});
}

// PRDR R=<u1@b.example> acceptance ; PRDR R=<u2@b.example> temporary refusal ; PRDR u2@b.example PRDR says no
function parsePrdr(queueId: string | undefined, text: string): ParsedMessage | undefined {
	if (!text.startsWith("PRDR ")) return undefined;
	const bare = text.startsWith("PRDR R=<");
	const open = bare ? 7 : 5;
	const end = bare ? closing(text, open) + 1 : endOfAddress(text, open);
	const words = text.slice(end).trim();
	if (end <= open || words === "acceptance") return event({ kind: "other", mta: "exim", queueId });
	return event({
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "reject",
		stage: "EOM",
		recipient: bareAddress(text.slice(open, end)),
		...(bare ? { reason: words } : { reply: parseReply(words) }),
	});
}

function endOfAddress(text: string, from: number): number {
	const host = text.charCodeAt(from) === 34 ? text.lastIndexOf('"@') : from;
	return text.indexOf(" ", Math.max(host, from));
}
