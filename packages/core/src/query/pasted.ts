/**
 * Reads what people paste into the search box (a log line, several, a line of a queue's listing, a header block, a bounce,
 * its source, what somebody was told in words) for the ids that find the message: Message-ID, queue id, recipient. Line ends may be gone (a one-line input drops them), so nothing here
 * depends on them. Of several candidates the one that surely stands in our own logs is taken: a queue id from a log
 * line before a Message-ID, in a bounce the returned message's Message-ID before the ids of strangers' hosts.
 */
import { type BounceIds, readBounceIds } from "../bounce/read-ids.ts";
import { TERM_FIELDS } from "./fields.ts";
import type { Query, Term } from "./query.ts";
import { isQueueId } from "./recognise.ts";

/** `Dec  5 18:38:12 tu8`, `<22>Dec …`, `2022-12-05T18:38:12.1+09:00 tu8`, exim's `2022-12-05 18:38:12 1p…` */
const LOG_START =
	/^\s*(?:<\d{1,3}>\d?\s*)?(?:[A-Z][a-z]{2}\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16})\s+\S+\s*\S/;
const LOG_FIELD = /(?:^|[\s,])(?:to|from|message-id|msgid|ctladdr|relay|stat|status|dsn)=\S/i;
const HEADER =
	/(?:^|[\r\n]|\s)(?:message-id|in-reply-to|references|received|return-path|delivered-to|final-recipient|original-recipient|diagnostic-code|reporting-mta|x-failed-recipients|x-postfix-queue-id|mime-version):\s/i;
/** `<tu@example.net>: host mail.example.net[203.0.113.112] said: 550 …` of a bounce's text */
const BOUNCED = /^\s*<[^<>\s@]{1,64}@[^<>\s]{1,255}>(?: \(expanded from <[^<>\s]+>\))?:\s/;

/** Postfix's `postqueue -j`, its `mailq` (showq(8): id, `*` or `!`, size, time), and a line without its header */
const QUEUE_JSON = /"queue_id"\s*:\s*"[A-Za-z0-9]{6,40}"/;
const QUEUE_LINE =
	/^\s*[A-Za-z0-9]{8,40}[*!]?\s+\d{1,12}\s+[A-Z][a-z]{2}\s+[A-Z][a-z]{2}\s+\d{1,2}\s\d\d:\d\d:\d\d\s/;

export function looksPasted(text: string): boolean {
	if (QUEUE_JSON.test(text) || QUEUE_LINE.test(text) || toldOf(text).length > 0) return true;
	if (LOG_START.test(text) || LOG_FIELD.test(text) || HEADER.test(text) || BOUNCED.test(text)) return true;
	return bounceIn(text) !== undefined;
}

/** what is shorter may be a question */
const WORDS_MIN = 60;
const TOLD_MAX = 8;
const REPLY = /^\s*[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}\s)?.*?<([^<>\s@]{1,64}@[^<>\s]{1,255})>/;

/** The addresses in an answer of a server or in sentences, of a mail program or of a caller. A question has fields, or is short. */
function toldOf(text: string): string[] {
	const reply = REPLY.exec(text.slice(0, 1_000))?.[1];
	if (reply !== undefined) return [reply];
	const body = text.trim();
	if (body.length < WORDS_MIN || (!body.includes("\n") && body.split(/\s+/, 10).length < 10)) return [];
	if (FIELD.test(body)) return [];
	const named = all(body, /(?<![\w.+=@-])([A-Za-z0-9][\w.+=-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9})/g);
	const people = named.filter((address) => !/^(?:postmaster|mailer-daemon)@/i.test(address));
	return distinct(people).slice(0, TOLD_MAX);
}

/** a term of ours by name: `to:anna@example.com` */
const FIELD = new RegExp(`(?:^|\\s)-?(?:${TERM_FIELDS.join("|")})[:：]\\S`, "i");

/** Quoted-printable source (RFC 2045, section 6.7): broken lines are whole again, and the signs around addresses are themselves. */
function unquoted(text: string): string {
	if (!/=\r?\n/.test(text)) return text;
	return text
		.replace(/=\r?\n/g, "")
		.replace(/=(3[ACDE]|40|20)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The words of a bounce, of any program's: several lines, and nobody types those. */
function bounceIn(text: string): BounceIds | undefined {
	if (text.length < 60 || !text.trim().includes("\n")) return undefined;
	const ids = readBounceIds(text);
	return ids && (ids.recipients.length > 0 || ids.messageId !== undefined) ? ids : undefined;
}

/** The ids of a pasted text as terms; no terms where it holds none. */
export function readPasted(pasted: string, lang?: "en" | "ja"): Query {
	const text = unquoted(pasted);
	const isMessage = HEADER.test(text) && !LOG_START.test(text);
	const bounce = LOG_START.test(text) ? undefined : bounceIn(text);
	const messageIds = distinct(all(text, /(?:message-id|msgid)\s*[:=]\s*<?([^<>\s,;]{3,250})>?/gi));
	if (messageIds.length === 0) messageIds.push(...all(text, /in-reply-to:\s*<([^<>\s]{3,250})>/gi));
	if (bounce?.messageId !== undefined) messageIds.push(bounce.messageId);
	const named = isMessage ? messageQueueIds(text) : logQueueIds(text);
	const queueIds = distinct(bounce?.queueId === undefined ? named : [bounce.queueId]);
	const written = isMessage || BOUNCED.test(text) ? reportRecipients(text) : logRecipients(text);
	const recipients = bounce && bounce.recipients.length > 0 ? bounce.recipients : distinct(written);
	const problems: string[] = [];
	const terms: Term[] = [];
	// the bounce's own Message-ID stands first, that of the message it returns last
	const messageId = messageIds[messageIds.length - 1];
	const queueId = queueIds[0];
	if (isMessage && messageId !== undefined) terms.push(term("id", messageId));
	else if (queueIds.length > 1 && messageIds.length === 1 && messageId) terms.push(term("id", messageId));
	else if (queueId !== undefined) {
		terms.push(term("queue", queueId));
		if (queueIds.length > 1) problems.push(several(queueIds.length, queueId, lang));
		else if (messageId !== undefined) terms.push(term("id", messageId));
	} else if (messageId !== undefined) terms.push(term("id", messageId));
	if (recipients.length === 1 && recipients[0]) terms.push(term("to", recipients[0]));
	else if (terms.length === 0 && recipients[0]) terms.push(term("to", recipients[0]));
	const told = terms.length === 0 ? toldOf(text) : [];
	if (told.length > 0) terms.push(term("address", told.join(",")));
	return { terms, problems };
}

function term(field: Term["field"], value: string): Term {
	return { field, value, negated: false };
}

/** The id in a line's own place: after `program[pid]:`, after exim's time stamp; else the one in `queued as`. */
function logQueueIds(text: string): string[] {
	const own = all(text, /\[\d{1,10}\]:\s+(?:\[ID \d+ \S+\]\s+)?([A-Za-z0-9-]{6,40}):\s/g);
	// RFC 5424: `postfix/smtp 84479 - - 8B84D8D1CF: …`; journald's JSON; a line without its header
	const others = [
		/\s(?:-|\d{1,10}) \S{1,32} (?:-|\[[^\]\r\n]{1,400}\]) ([A-Za-z0-9-]{6,40}):\s/g,
		/"MESSAGE"\s*:\s*"([A-Za-z0-9-]{6,40}):\s/g,
		/(?:^|[\r\n])\s{0,8}([A-Za-z0-9-]{6,40}):\s(?=(?:to|from|message-id|client|uid|ctladdr)=)/g,
		/"queue_id"\s*:\s*"([A-Za-z0-9]{6,40})"/g,
		/(?:^|[\r\n])\s{0,8}([A-Za-z0-9]{8,40})[*!]?\s+\d{1,12}\s+[A-Z][a-z]{2}\s+[A-Z][a-z]{2}\s+\d{1,2}\s\d\d:/g,
	].flatMap((pattern) => all(text, pattern));
	const exim = all(
		text,
		/\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?(?: \[\d+\])?\s+([0-9A-Za-z]{6}-[0-9A-Za-z-]{9,16})\s/g,
	);
	const found = [...own, ...others, ...exim].filter(isQueueId);
	if (found.length > 0) return found;
	return all(text, /queued as ([A-Za-z0-9-]{6,40})/gi).filter(isQueueId);
}

function messageQueueIds(text: string): string[] {
	const named = all(text, /x-postfix-queue-id:\s*([A-Za-z0-9]{6,40})/gi);
	if (named.length > 0) return named;
	// the last Received: is the oldest, the host that took the message from its author
	return all(text, /\sid\s+([A-Za-z0-9-]{6,40})(?=[\s;])/g)
		.filter(isQueueId)
		.reverse();
}

function logRecipients(text: string): string[] {
	const named = all(text, /(?:^|[\s,])(?:orig_)?to=<?([^<>\s,]{1,64}@[^<>\s,]{1,255})>?/gi);
	if (named.length > 0) return named;
	const listed = all(text, /"address"\s*:\s*"([^"\s@]{1,64}@[^"\s]{1,255})"/g);
	if (listed.length > 0) return listed;
	// `mailq`: recipients stand below, far to the right
	const below = all(text, /[\r\n]\s{20,60}([^\s<>@]{1,64}@[^\s<>]{1,255})\s*(?=$|[\r\n])/g);
	if (below.length > 0) return below;
	return all(text, /\s(?:=>|->|\*\*|==)\s+(?:[^\s<>]{1,128}\s+)?<?([^<>\s@]{1,64}@[^<>\s]{1,255})>?/g);
}

function reportRecipients(text: string): string[] {
	const fields = all(
		text,
		/(?:final|original)-recipient:\s*[a-z0-9]+\s*;\s*<?([^<>\s@]{1,64}@[^<>\s]{1,255})>?/gi,
	);
	if (fields.length > 0) return fields;
	const headers = all(
		text,
		/(?:x-failed-recipients|delivered-to|x-original-to):\s*<?([^<>\s@,]{1,64}@[^<>\s,]{1,255})>?/gi,
	);
	if (headers.length > 0) return headers;
	return all(text, /(?:^|[\r\n])\s*<([^<>\s@]{1,64}@[^<>\s]{1,255})>(?: \(expanded from <[^<>\s]+>\))?:\s/g);
}

function all(text: string, pattern: RegExp): string[] {
	return Array.from(text.matchAll(pattern), (match) => match[1] ?? "");
}

function distinct(values: string[]): string[] {
	return [...new Set(values)];
}

function several(count: number, taken: string, lang?: "en" | "ja"): string {
	return lang === "ja"
		? `貼り付けた行にキュー ID が ${count} 個あります。最初の ${taken} で検索しています。`
		: `The pasted lines hold ${count} queue ids; searching for the first, ${taken}.`;
}
