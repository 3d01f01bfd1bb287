/**
 * `ID => …`, `->` (further recipients of it), `>>` (cut-through), `==` (deferred), `**` (failed): deliver.c, delivery_log and
 * failure_log. Without `H=` the delivery was local. What the remote said stands in `C="…"`, or behind the fields' colon.
 */
import {
	type Action,
	bareAddress,
	type DeliveryEvent,
	type ParsedMessage,
	parseReply,
	type SmtpReply,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";
import { type Fields, readDuration, readFields } from "./fields.ts";
import { readRemoteWords } from "./remote-words.ts";

const FLAGS = new Set(["=>", "->", ">>", "==", "**"]);

export function isDeliveryFlag(flag: string): boolean {
	return FLAGS.has(flag);
}

// => u9@a.example <pair@b.example> R=dnslookup T=remote_smtp H=mx.a.example [127.0.1.11] K C="250 2.0.0 Ok: 1594 bytes queued as 4jXCqM3LPmznF8x"
// => u5 <u5@b.example> R=localuser T=local_maildir ; => :blackhole: <black@b.example> R=aliases
// == full@b.example R=fulluser T=full_maildir defer (-22): mailbox is full ; ** full@b.example: retry timeout exceeded
export function parseDelivery(queueId: string, flag: string, text: string): ParsedMessage {
	const names = readNames(text);
	const fields = names.colon ? undefined : readFields(text, names.end);
	const words = text.slice(fields ? fields.end : names.end).trimStart();
	const outcome = flag === "==" ? deferred(words) : flag === "**" ? failed(words) : accepted(fields, names);
	const isAddress = !/^[|/:>]/.test(names.recipient);
	return event({
		kind: "delivery",
		mta: "exim",
		queueId,
		// a pipe, a file or `:blackhole:` is no address: what was delivered to it is the address before it
		recipients: [isAddress ? names.recipient : (names.original ?? names.recipient)],
		originalRecipient: isAddress ? names.original : undefined,
		relay: fields?.host?.endpoint,
		transport: names.recipient === ":blackhole:" ? undefined : transport(fields),
		delay: readDuration(fields?.values.QT),
		attemptDelay: readDuration(fields?.values.DT),
		tls: fields?.values.X,
		...outcome,
	});
}

/** A transport that speaks SMTP to a relay is told by the relay, where one was reached. */
function transport(fields: Fields | undefined): string | undefined {
	const name = fields?.values.T;
	return fields?.host || name?.includes("smtp") ? undefined : name;
}

interface Names {
	recipient: string;
	original?: string;
	end: number;
	/** the text follows at once: `** u@x.example: Unrouteable address` */
	colon: boolean;
}

function readNames(text: string): Names {
	const start = 3;
	const first = text.charCodeAt(start);
	// a pipe's command has blanks of its own: `=> |/usr/bin/vacation u5 <u5@b.example> R=…`
	const isPipe = first === 124;
	let end = indexOutside(text, isPipe ? " <" : " ", start);
	if (end < 0) end = text.length;
	let recipient = text.slice(start, end);
	if (isPipe && end === text.length) {
		end = text.indexOf(" R=", start);
		end = end < 0 ? text.length : end;
		recipient = text.slice(start, end);
	}
	if (recipient.endsWith(":") && recipient !== ":blackhole:" && !isPipe) {
		return { recipient: bareAddress(recipient.slice(0, -1)), end, colon: true };
	}
	const names: Names = { recipient: bareAddress(recipient), end, colon: false };
	// with +all_parents: `u5 (u5@b.example) <first@b.example>`
	while (text.startsWith(" (", names.end)) {
		const close = text.indexOf(")", names.end);
		if (close < 0) break;
		names.end = close + 1;
	}
	if (!text.startsWith(" <", names.end)) return names;
	const space = indexOutside(text, " ", names.end + 1);
	const stop = space < 0 ? text.length : space;
	const original = text.slice(names.end + 1, stop);
	names.colon = original.endsWith(">:");
	names.original = bareAddress(names.colon ? original.slice(0, -1) : original);
	names.end = stop;
	return names;
}

type Outcome = Pick<DeliveryEvent, "status" | "dsn" | "reply" | "reason" | "nextQueueId" | "remoteId"> & {
	action: Action;
};

function accepted(fields: Fields | undefined, names: Names): Outcome {
	if (names.recipient === ":blackhole:") return { action: "discarded" };
	const action = fields?.host ? "relayed" : "delivered";
	const said = fields?.values.C;
	if (!said) return { action };
	// C="250- 1319 byte chunk, total 1319\\n250 OK id=1xV26w-00001H-2v": the lines of one reply, the id in the last one
	const lines = said.split(/\n|\\n/);
	const reply = parseReply(lines.join(" "));
	const { nextQueueId, remoteId, discarded } = readRemoteId(parseReply(lines.at(-1) ?? said).text);
	return { action: discarded ? "discarded" : action, reply, ...(nextQueueId && { nextQueueId }), ...(remoteId && { remoteId }) };
}

// `defer (-44): SMTP error from remote mail server after RCPT TO:<u@x>: 451 4.7.1 Greylisted`, `routing defer (-51): retry time not reached`
function deferred(words: string): Outcome {
	const match = /^(?:routing )?defer \(-?\d{1,6}\)(?:: ?|$| )/.exec(words);
	if (!match) return { action: "delayed" };
	return { action: "delayed", status: "defer", ...told(words.slice(match[0].length)) };
}

function failed(words: string): Outcome {
	return { action: "failed", ...told(words) };
}

function told(words: string): { reply?: SmtpReply; reason?: string } {
	if (words === "") return {};
	return readRemoteWords(words) ?? { reason: words };
}
