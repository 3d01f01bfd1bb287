/**
 * The second half of amavis's verdict, from the mail id on: scores, sizes, the next queue, and with `$log_verbose_templ` the name of
 * HELO and the tests. Ends with the milliseconds that the message took.
 */
import type { VerdictEvent } from "../../event/index.ts";
import { readRemoteId } from "../remote-id.ts";

/** The facts of a verdict that stand behind its category. */
export type Facts = Partial<
	Pick<
		VerdictEvent,
		| "client"
		| "sender"
		| "recipients"
		| "quarantineId"
		| "queueId"
		| "messageId"
		| "mailId"
		| "score"
		| "size"
		| "symbols"
		| "helo"
		| "nextQueueId"
		| "nextQueueIds"
	>
>;

/** What stands behind the addresses and the Message-ID. */
export interface Tail {
	at: number;
	/** where the size ends */
	end: number;
	fields: Facts;
}

const TAIL =
	/^, mail_id: ([A-Za-z0-9_-]{3,20})(?:, b: [A-Za-z0-9_-]{1,30})?, Hits: ([-+0-9.]{1,20}|x)(?:, size: (\d{1,15}))?/;
/** `queued as X` at the end of the next MTA's reply gives X alone, any other wording stands whole; several are parted by `/`. */
const QUEUED_AS = /^, queued_as: ([^"<>,]{3,400})/;
const NOTHING_HOSTILE =
	/^(?:, (?:queued_as: [^"<>,]{3,400}|pt: [0-9.]{1,20}|dkim_(?:sd|new|a|i)=[^\s"<>]{1,200}))*, \d{1,9} ms$/;

/** More places than these are all imitations: none can be told. */
export const MOST_PLACES = 4;

/**
 * Every place that could be `, mail_id: ` and what follows it: a Message-ID before it and, in longer templates, a subject, the name of
 * HELO and the names of parts behind it may imitate it. Only the last counts where nothing else stands behind it than the default
 * template's fields.
 */
export function readTails(text: string): Tail[] {
	const tails: Tail[] = [];
	for (let at = text.indexOf(", mail_id: "); at >= 0; at = text.indexOf(", mail_id: ", at + 1)) {
		const match = TAIL.exec(text.slice(at, at + 200));
		if (match) tails.push(tailAt(text, at, match));
	}
	const last = tails.at(-1);
	if (!last) return oldTail(text);
	const isDefault = tails.length > 1 && NOTHING_HOSTILE.test(text.slice(last.end));
	return isDefault ? [last] : tails.slice(0, MOST_PLACES);
}

function tailAt(text: string, at: number, match: RegExpExecArray): Tail {
	const fields: Facts = { mailId: match[1] as string };
	const score = readScore(match[2] as string);
	if (score !== undefined) fields.score = score;
	if (match[3] !== undefined) fields.size = Number(match[3]);
	const end = at + match[0].length;
	const rest = text.slice(end);
	const queued = QUEUED_AS.exec(rest);
	if (queued) Object.assign(fields, nextQueues(queued[1] as string));
	return { at, end, fields: Object.assign(fields, verboseFacts(rest)) };
}

const TESTS =
	/^, Tests: \[([A-Z0-9_=.,-]{0,6000})\](?:, shortcircuit=\w{1,20})?, autolearn=\w{1,20}(?: autolearn_force=\w{1,20})?(?:, autolearnscore=-?[0-9.]{1,12})?(?:, dkim_\w{1,10}=[^\s"<>]{1,200})*, \d{1,9} ms$/;

// $log_verbose_templ: …, Subject: "…", From: <a@x>, helo=client.example, Tests: [GTUBE=1000,A_B=1.3], autolearn=no autolearn_force=no, autolearnscore=2.3, 1042 ms
function verboseFacts(rest: string): Facts {
	const at = rest.lastIndexOf(", Tests: [");
	const tests = at < 0 || rest.includes(", b.parts=") ? undefined : TESTS.exec(rest.slice(at));
	if (!tests) return {};
	const symbols = (tests[1] as string).split(",").map((test) => test.split("=")[0] as string);
	const helo = /, helo=([^\s,"<>]{1,255})$/.exec(rest.slice(0, at))?.[1];
	return {
		...(tests[1] !== "" && { symbols }),
		...(helo !== undefined && { helo }),
	};
}

const ONE_ID = /^[0-9A-Za-z]{3,25}$/;
const REPLY_CODES = /^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?/;

// queued_as: 6F88E5380B1/7A88E5380B2 ; before an exim: queued_as: 250 OK id=1xV21r-00001c-2E
function nextQueues(text: string): Facts {
	if (ONE_ID.test(text)) return { nextQueueId: text };
	const ids: string[] = [];
	for (const part of text.split("/")) {
		const reply = part.replace(REPLY_CODES, "");
		const id = reply === part && ONE_ID.test(part) ? part : readRemoteId(reply).nextQueueId;
		if (id !== undefined) ids.push(id);
	}
	const [first, another] = ids;
	if (first === undefined) return {};
	return { nextQueueId: first, ...(another !== undefined && { nextQueueIds: ids }) };
}

/** Before 2.4 there was no mail_id: `…, Message-ID: <m@x>, Hits: 4.377, queued_as: 2F1B0ACD`. */
function oldTail(text: string): Tail[] {
	const match =
		/, Hits: ([-+0-9.]{1,20})(?:, size: (\d{1,15}))?(?:, queued_as: ([0-9A-Za-z]{3,25}))?(?:, \d{1,9} ms)? ?$/.exec(
			text,
		);
	if (!match || text.startsWith("...")) return [];
	const fields: Facts = {};
	const score = readScore(match[1] as string);
	if (score !== undefined) fields.score = score;
	if (match[2] !== undefined) fields.size = Number(match[2]);
	if (match[3] !== undefined) fields.nextQueueId = match[3];
	return [{ at: match.index, end: text.length, fields }];
}

/** `-2.541`, with what a white list took off `6.2-3`, `-` where nothing was asked. */
function readScore(text: string): number | undefined {
	if (PLAIN_SCORE.test(text)) return rounded(Number(text));
	const parts = text.match(/[-+]*\d{1,9}(?:\.\d{1,9})?/g);
	if (!parts || parts.join("") !== text) return undefined;
	const total = parts.reduce((sum, part) => sum + Number(part.replace(/^\+-?/, (sign) => sign.slice(1))), 0);
	return Number.isFinite(total) ? rounded(total) : undefined;
}

const PLAIN_SCORE = /^-?\d{1,9}(?:\.\d{1,9})?$/;

const rounded = (score: number) => Math.round(score * 1e6) / 1e6;
