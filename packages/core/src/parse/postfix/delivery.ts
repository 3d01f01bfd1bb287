/**
 * Delivery lines of smtp, lmtp, local, virtual, pipe, error, discard, qmgr and cleanup: one format, written by
 * global/log_adhoc.c. Read strictly from the left: each `key=value` at its place, and everything behind
 * `status=word (` up to the last parenthesis belongs to the remote or to the deliverer.
 */
import { type Action, knownWord, parseReply, readRelayAt, type SmtpReply } from "../../event/index.ts";
import { readAddressAt } from "../angle-fields.ts";
import { type RemoteId, readRemoteId } from "../remote-id.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

interface Fields {
	recipient: string;
	original?: string;
	relay?: string;
	delay?: number;
	delays?: [number, number, number, number];
	dsn?: string;
	tls?: string;
	status?: string;
	/** what stands in the parentheses */
	words: string;
	/** whether they end there: a line cut before may have cut an id */
	whole: boolean;
}

/** 4jX…: to=<u5@b.example>, orig_to=<fan@b.example>, relay=mx[127.0.1.2]:25, conn_use=2, delay=0.11, delays=…, dsn=2.0.0, status=sent (250 …) */
export function readDelivery(line: PostfixLine): Said | undefined {
	const fields = readFields(line.text);
	if (!fields) return undefined;
	const { reply, reason } = readWords(fields.words, line.tag.base);
	const sent = fields.status === "sent";
	const given: RemoteId = sent && fields.whole ? readRemoteId(reply?.text ?? localWords(reason)) : {};
	const transport = isTransport(fields.relay, line.tag.base) ? fields.relay : undefined;
	const relay =
		fields.relay === undefined || transport ? undefined : readRelayAt(fields.relay, 0, fields.relay.length);
	const action = actionOf(fields, line.tag.base, reason, given);
	// field by field: of so many that may be absent a literal would be copied for nearly every line
	const found: Said = { kind: "delivery", recipients: [fields.recipient] };
	if (fields.original !== undefined) found.originalRecipient = fields.original;
	if (relay) found.relay = relay;
	if (transport !== undefined) found.transport = transport;
	if (fields.delay !== undefined) found.delay = fields.delay;
	if (fields.delays) found.delays = fields.delays;
	if (fields.dsn !== undefined) found.dsn = fields.dsn;
	if (fields.status !== undefined) found.status = fields.status;
	if (action) found.action = action;
	if (reply) found.reply = reply;
	if (reason !== undefined) found.reason = reason;
	if (given.nextQueueId !== undefined) found.nextQueueId = given.nextQueueId;
	if (given.remoteId !== undefined) found.remoteId = given.remoteId;
	if (fields.tls !== undefined) found.tls = fields.tls;
	return found;
}

/** local(8) logs `forwarded as 4jX…` for what it sends on: forward.c. */
function localWords(reason: string | undefined): string {
	return reason?.startsWith("forwarded as ") ? `queued as ${reason.slice(13)}` : "";
}

/** Undefined for a line cut within its recipient: half an address is a wrong one. */
function readFields(text: string): Fields | undefined {
	const to = readAddressAt(text, 3);
	if (!to.closed || to.end >= text.length) return undefined;
	const fields: Fields = { recipient: to.value, words: "", whole: false };
	let place = to.end;
	for (;;) {
		if (text.charCodeAt(place) === 44) place++;
		while (text.charCodeAt(place) === 32) place++;
		const equals = text.indexOf("=", place);
		// the longest key is orig_to; anything further off is no key
		if (equals < 0 || equals - place > 24) return fields;
		const key = knownWord(text, place, equals);
		if (key === "status") return readStatus(text, equals + 1, fields);
		if (key === "orig_to") {
			const original = readAddressAt(text, equals + 1);
			if (original.closed) fields.original = original.value;
			place = original.end;
			continue;
		}
		place = endOfValue(text, equals + 1);
		// a value that ends with the line may have been cut
		if (place < text.length) keep(fields, key, text, equals + 1, place);
	}
}

function endOfValue(text: string, from: number): number {
	let end = from;
	while (end < text.length && text.charCodeAt(end) !== 44 && text.charCodeAt(end) !== 32) end++;
	return end;
}

/** Numbers and codes are read where they stand: every delivery has six, and a text of its own for each costs more than reading it. */
function keep(fields: Fields, key: string, text: string, from: number, to: number): void {
	if (key === "relay") {
		const relay = knownWord(text, from, to);
		if (relay !== "none") fields.relay = relay;
	} else if (key === "delay") {
		const delay = numberIn(text, from, to);
		if (delay !== undefined) fields.delay = delay;
	} else if (key === "delays") {
		const delays = delaysIn(text, from, to);
		if (delays) fields.delays = delays;
	} else if (key === "dsn") {
		const dsn = knownWord(text, from, to);
		if (isEnhanced(dsn)) fields.dsn = dsn;
	} else if (key === "tls" && to > from) fields.tls = text.slice(from, to);
}

/** `0.05/0.01/0.02/0.03` */
function delaysIn(text: string, from: number, to: number): Fields["delays"] {
	const first = text.indexOf("/", from);
	const second = text.indexOf("/", first + 1);
	const third = text.indexOf("/", second + 1);
	if (first < 0 || second < 0 || third < 0 || third >= to) return undefined;
	const a = numberIn(text, from, first);
	const b = numberIn(text, first + 1, second);
	const c = numberIn(text, second + 1, third);
	const d = numberIn(text, third + 1, to);
	return a === undefined || b === undefined || c === undefined || d === undefined ? undefined : [a, b, c, d];
}

const MOST_WHOLE = 12;
const MOST_FRACTION = 9;
/** digits that are exact as a whole number, so that one division rounds as the text would be read */
const MOST_EXACT = 15;

/** The number between two places, as `1`, `0.05`: digits, and digits behind a point. */
function numberIn(text: string, from: number, to: number): number | undefined {
	let point = to;
	let digits = 0;
	let scale = 1;
	for (let at = from; at < to; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit >= 0 && digit <= 9) {
			digits = digits * 10 + digit;
			if (point < at) scale *= 10;
		} else if (digit === -2 && point === to) point = at;
		else return undefined;
	}
	const fraction = to - point - 1;
	if (point === from || point - from > MOST_WHOLE || fraction === 0 || fraction > MOST_FRACTION)
		return undefined;
	return to - from > MOST_EXACT ? Number(text.slice(from, to)) : digits / scale;
}

/** `2.0.0`, `4.7.25` */
function isEnhanced(code: string): boolean {
	const first = code.charCodeAt(0);
	if ((first !== 50 && first !== 52 && first !== 53) || code.charCodeAt(1) !== 46) return false;
	const point = code.indexOf(".", 2);
	return areDigits(code, 2, point) && areDigits(code, point + 1, code.length);
}

/** One to three of them. */
function areDigits(text: string, from: number, to: number): boolean {
	if (to <= from || to > from + 3) return false;
	for (let at = from; at < to; at++) if (text.charCodeAt(at) < 48 || text.charCodeAt(at) > 57) return false;
	return true;
}

function readStatus(text: string, from: number, fields: Fields): Fields {
	const end = endOfValue(text, from);
	if (end > from && end < text.length) fields.status = knownWord(text, from, end).toLowerCase();
	if (text.charCodeAt(end + 1) === 40) {
		fields.whole = text.endsWith(")");
		fields.words = text.slice(end + 2, fields.whole ? -1 : undefined);
	} else fields.words = text.slice(end + 1);
	return fields;
}

/** Deliverers of the host itself: a text that begins like a reply's code is still no remote's. */
const LOCAL: ReadonlySet<string> = new Set([
	"local",
	"virtual",
	"pipe",
	"discard",
	"error",
	"retry",
	"defer",
	"bounce",
	"cleanup",
]);

const isTransport = (relay: string | undefined, daemon: string) =>
	relay !== undefined &&
	!relay.includes("[") &&
	(LOCAL.has(daemon) || relay === "local" || relay === "virtual");

// error.c, for mail that waits because its destination failed before
const SUSPENDED = "delivery temporarily suspended";

/** The remote's words, or those that no remote said. */
export function readWords(words: string, daemon: string): { reply?: SmtpReply; reason?: string } {
	const text = words.trim();
	if (text === "") return {};
	const suspended = text.startsWith(`${SUSPENDED}: `);
	const reply = parseReply(suspended ? text.slice(SUSPENDED.length + 2) : text);
	const spoke = reply.host !== undefined || (reply.code !== undefined && !suspended && !LOCAL.has(daemon));
	if (!spoke) return { reason: text };
	return suspended ? { reply, reason: SUSPENDED } : { reply };
}

function actionOf(
	fields: Fields,
	daemon: string,
	reason: string | undefined,
	given: RemoteId,
): Action | undefined {
	switch (fields.status) {
		case "sent":
			// discard.c alone has sent to no relay (`relay=none`); rsyslog's RFC 5424 format leaves its name out
			if (given.discarded || daemon === "discard" || fields.relay === undefined) return "discarded";
			// file.c, an alias of local(8)'s that throws away
			if (reason === "delivered to file: /dev/null") return "discarded";
			if (given.returned) return "failed";
			// RFC 3464: handed on is relayed; forward.c says so too for what an alias sends on
			if (given.nextQueueId !== undefined || reason?.startsWith("forwarded as ")) return "relayed";
			return isFinal(fields, daemon) ? "delivered" : "relayed";
		case "undeliverable":
		case "undeliverable-but-not-cached":
			// a probe may meet a greylist: verify.c calls both the same
			return fields.dsn?.startsWith("4") ? "delayed" : "failed";
		case "bounced":
		case "expired":
		case "force-expired":
			return "failed";
		case "deferred":
		case "softbounce":
			return "delayed";
		default:
			return undefined;
	}
}

/** Whether the deliverer puts mail into a store. Where the tag names no daemon, a store is a path or has no address. */
function isFinal({ relay, words }: Fields, daemon: string): boolean {
	if (relay === "local" || relay === "virtual") return true;
	if (daemon !== "postfix") return daemon !== "smtp";
	return relay === undefined || !relay.includes("[") || relay.includes("/") || words.endsWith(" Saved");
}

/** bounce.c and defer.c, when they themselves fail: `4jX…: status=deferred (bounce failed)`. */
export function readBareStatus(line: PostfixLine): Said {
	return said({ kind: "problem", severity: "error", text: line.text });
}
