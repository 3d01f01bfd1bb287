/**
 * Reads what people paste into the search box (a log line, several, a header block, a bounce) for the ids that find
 * the message: Message-ID, queue id, recipient. Line ends may be gone (a one-line input drops them), so nothing here
 * depends on them. Of several candidates the one that surely stands in our own logs is taken: a queue id from a log
 * line before a Message-ID, in a bounce the returned message's Message-ID before the ids of strangers' hosts.
 */
import { type BounceIds, readBounceIds } from "../bounce/read-ids.ts";
import type { Query, Term } from "./query.ts";
import { isQueueId } from "./recognise.ts";

/** `Dec  5 18:38:12 tu8`, `<22>Dec …`, `2022-12-05T18:38:12.1+09:00 tu8`, exim's `2022-12-05 18:38:12 1p…` */
const LOG_START =
	/^\s*(?:<\d{1,3}>\d?\s*)?(?:[A-Z][a-z]{2}\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16})\s+\S+\s*\S/;
const LOG_FIELD = /(?:^|[\s,])(?:to|from|message-id|msgid|ctladdr|relay|stat|status|dsn)=\S/i;
const HEADER =
	/(?:^|[\r\n]|\s)(?:message-id|received|return-path|delivered-to|final-recipient|original-recipient|diagnostic-code|reporting-mta|x-failed-recipients|x-postfix-queue-id|mime-version):\s/i;
/** `<tu@example.net>: host mail.example.net[203.0.113.112] said: 550 …` of a bounce's text */
const BOUNCED = /^\s*<[^<>\s@]{1,64}@[^<>\s]{1,255}>(?: \(expanded from <[^<>\s]+>\))?:\s/;

export function looksPasted(text: string): boolean {
	if (LOG_START.test(text) || LOG_FIELD.test(text) || HEADER.test(text) || BOUNCED.test(text)) return true;
	return bounceIn(text) !== undefined;
}

/** The words of a bounce, of any program's: several lines, and nobody types those. */
function bounceIn(text: string): BounceIds | undefined {
	if (text.length < 60 || !text.trim().includes("\n")) return undefined;
	const ids = readBounceIds(text);
	return ids && (ids.recipients.length > 0 || ids.messageId !== undefined) ? ids : undefined;
}

/** The ids of a pasted text as terms; no terms where it holds none. */
export function readPasted(text: string, lang?: "en" | "ja"): Query {
	const isMessage = HEADER.test(text) && !LOG_START.test(text);
	const bounce = LOG_START.test(text) ? undefined : bounceIn(text);
	const messageIds = distinct(all(text, /(?:message-id|msgid)\s*[:=]\s*<?([^<>\s,;]{3,250})>?/gi));
	if (bounce?.messageId !== undefined) messageIds.push(bounce.messageId);
	const named = isMessage ? messageQueueIds(text) : logQueueIds(text);
	const queueIds = distinct(bounce?.queueId === undefined ? named : [bounce.queueId]);
	const told = isMessage || BOUNCED.test(text) ? reportRecipients(text) : logRecipients(text);
	const recipients = bounce && bounce.recipients.length > 0 ? bounce.recipients : distinct(told);
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
	return { terms, problems };
}

function term(field: Term["field"], value: string): Term {
	return { field, value, negated: false };
}

/** The id in a line's own place: after `program[pid]:`, after exim's time stamp; else the one in `queued as`. */
function logQueueIds(text: string): string[] {
	const own = all(text, /\[\d{1,10}\]:\s+(?:\[ID \d+ \S+\]\s+)?([A-Za-z0-9-]{6,40}):\s/g);
	const exim = all(
		text,
		/\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?(?: \[\d+\])?\s+([0-9A-Za-z]{6}-[0-9A-Za-z-]{9,16})\s/g,
	);
	const found = [...own, ...exim].filter(isQueueId);
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
