/**
 * The one line per message in which amavis says what it found and what it did (its `$log_templ`), read from both ends: addresses,
 * Message-ID and the names of banned parts between them are a stranger's.
 */
import {
	bareAddress,
	canonicalIp,
	type Endpoint,
	type ParsedMessage,
	type VerdictEvent,
} from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";

/** What a queue inside amavis is called. */
export const MAIL_ID = "[A-Za-z0-9_-]{10,20}";

/** The event of a verdict, or of the rest of one; undefined where the line is something else. */
export function parseVerdict(text: string): ParsedMessage | undefined {
	const verdict = VERDICT.exec(text);
	if (verdict) return readVerdict(text, verdict);
	// the rest of a verdict too long for one line of syslog: `(00178-01) ..., <x@y>, Queue-ID: …`
	const tail = text.startsWith("...") ? readTail(text) : undefined;
	if (!tail) return undefined;
	const queue = queueOf(text.slice(0, tail.at));
	return event({ kind: "verdict", mta: "amavis", filter: "amavis", ...queue, ...tail.fields });
}

// before 2.3 without a category
const VERDICT = /^(Passed|Blocked)(?: ([A-Z]{2,12}(?:-[A-Z0-9]{1,12}){0,2}))?(?= [({]|,)/;

const RESULTS: Readonly<Record<string, string>> = { INFECTED: "virus" };

// Passed CLEAN {RelayedInbound}, [127.0.1.1]:35983 <a@x> -> <b@y>, Queue-ID: D08FF538054, Message-ID: <m@x>, mail_id: IHOdTyAWJi8r, Hits: -1, size: 605, queued_as: 6F88E5380B1, 1157 ms
// Blocked BANNED (application/octet-stream,.exe,setup.exe) {DiscardedInbound,Quarantined}, [127.0.1.1]:4 <a@x> -> <b@y>, quarantine: Z/banned-x, …
function readVerdict(text: string, verdict: RegExpExecArray): ParsedMessage | undefined {
	const [found, verb, category = ""] = verdict as unknown as [string, string, string | undefined];
	const tail = readTail(text);
	const heads = readHeads(text.slice(0, tail?.at), found.length);
	if (heads.length === 0) return undefined;
	const read = heads.map((head) => ({ head, middle: readMiddle(text.slice(head.at, tail?.at)) }));
	const { head, middle } = theReal(read, tail) ?? {};
	const name = /^BAD-HEADER/.test(category) ? "BAD-HEADER" : category;
	return event({
		kind: "verdict",
		mta: "amavis",
		filter: "amavis",
		result: RESULTS[name] ?? (name.toLowerCase() || undefined),
		action: head?.actions ?? (head ? verb : undefined),
		reason: head?.reason,
		...middle,
		...tail?.fields,
	});
}

interface Head {
	actions?: string;
	reason?: string;
	/** where client and addresses begin */
	at: number;
}

const ACTIONS = /^ ?\{([A-Za-z0-9,_-]{0,300})\}(?=,)/;

/** before 2.7 no actions stand between: `, LOCAL [192.0.2.1] <a@x> -> …` */
const OLD_ADDRESSES = /^,(?: [A-Z][A-Z0-9_./-]{1,30}){0,4} (?:\[[0-9A-Fa-f:.]{2,50}\]|<)/;

/** Every place where the category and its words can end: the names of parts and viruses in them may hold anything. */
function readHeads(text: string, from: number): Head[] {
	if (text.charCodeAt(from + 1) !== 40) return withActions(text, from) ?? [];
	const heads: Head[] = [];
	for (let at = text.indexOf(")", from); at >= 0; at = text.indexOf(")", at + 1)) {
		const after = text.slice(at + 1, at + 310);
		if (!ACTIONS.test(after) && !OLD_ADDRESSES.test(after)) continue;
		const [head] = withActions(text, at + 1) ?? [];
		if (head) heads.push({ ...head, reason: text.slice(from + 2, at) });
	}
	return heads;
}

interface ReadHead {
	head: Head;
	middle: Facts;
}

/** Of several, the one whose quarantine names the mail id, which nobody can know before; else none can be told. */
function theReal(read: ReadHead[], tail: Tail | undefined): ReadHead | undefined {
	if (read.length === 1) return read[0];
	const id = tail?.fields.mailId;
	const proven = read.filter(({ middle }) => id !== undefined && middle.quarantineId?.includes(id));
	return proven.length === 1 ? proven[0] : undefined;
}

function withActions(text: string, from: number): Head[] | undefined {
	const actions = ACTIONS.exec(text.slice(from, from + 310));
	const at = from + (actions?.[0].length ?? 0);
	if (text.charCodeAt(at) !== 44) return undefined;
	return [{ at: at + 1, ...(actions?.[1] && { actions: actions[1] }) }];
}

type Facts = Partial<
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
		| "nextQueueId"
		| "nextQueueIds"
	>
>;

/** ` MYNETS LOCAL [127.0.1.1]:35983 [192.0.2.1] <a@x> -> <b@y>,<c@z>, quarantine: …, Queue-ID: …, Message-ID: <…>` */
function readMiddle(text: string): Facts {
	const open = text.indexOf("<");
	if (open < 0) return {};
	const facts: Facts = {};
	const peer = clientOf(text.slice(0, open));
	if (peer) facts.client = peer;
	const arrow = indexOutside(text, " -> ", open);
	if (arrow < 0) return facts;
	facts.sender = bareAddress(text.slice(open, arrow));
	const end = indexOutside(text, ", ", arrow + 4);
	facts.recipients = splitAddresses(text.slice(arrow + 4, end < 0 ? undefined : end));
	if (end >= 0) return { ...facts, ...queueOf(text.slice(end)) };
	// cut for syslog, perhaps within an address; the next line goes on
	if (text.endsWith("...")) facts.recipients.pop();
	return facts;
}

/** The first bracket is the client that the MTA named, the second one a guess from the Received headers. */
function clientOf(text: string): Endpoint | undefined {
	const match = /(?:^|\s)\[((?:IPv6:)?[0-9A-Fa-f:.]{2,50})\](?::(\d{1,5}))?(?=\s)/.exec(text);
	const ip = match ? canonicalIp(match[1] as string) : undefined;
	if (ip === undefined) return undefined;
	return match?.[2] === undefined ? { ip } : { ip, port: Number(match[2]) };
}

function queueOf(text: string): Facts {
	const facts: Facts = {};
	const quarantine = /^, quarantine: ([^\s,]{1,200})/.exec(text);
	if (quarantine) facts.quarantineId = quarantine[1] as string;
	let at = quarantine?.[0].length ?? 0;
	if (text.startsWith("...")) at = Math.max(0, text.indexOf(", Queue-ID: "));
	const queue = /^, Queue-ID: ([0-9A-Za-z]{3,25})/.exec(text.slice(at));
	if (queue) facts.queueId = queue[1] as string;
	at += queue?.[0].length ?? 0;
	if (!text.startsWith(", Message-ID: ", at)) return facts;
	let id = text.slice(at + ", Message-ID: ".length);
	const resent = id.lastIndexOf(", Resent-Message-ID: ");
	if (resent >= 0) id = id.slice(0, resent);
	if (id.startsWith("<") && id.endsWith(">") && id.length > 2) facts.messageId = id.slice(1, -1);
	return facts;
}

interface Tail {
	at: number;
	fields: Facts;
}

const TAIL =
	/^, mail_id: ([A-Za-z0-9_-]{3,20})(?:, b: [A-Za-z0-9_-]{1,30})?, Hits: ([-+0-9.]{1,20}|x)(?:, size: (\d{1,15}))?/;
/** `queued as X` at the end of the next MTA's reply gives X alone, any other wording stands whole; several are parted by `/`. */
const QUEUED_AS = /^, queued_as: ([^"<>,]{3,400})/;
const NOTHING_HOSTILE =
	/^(?:, (?:queued_as: [^"<>,]{3,400}|pt: [0-9.]{1,20}|dkim_(?:sd|new|a|i)=[^\s"<>]{1,200}))*, \d{1,9} ms$/;

/**
 * From `, mail_id: ` to the end. A Message-ID before it and, in templates of one's own, a subject behind it may imitate it:
 * the last place counts if nothing else stands behind it than the default template's fields, otherwise the first.
 */
function readTail(text: string): Tail | undefined {
	const places: number[] = [];
	for (let at = text.indexOf(", mail_id: "); at >= 0; at = text.indexOf(", mail_id: ", at + 1)) {
		if (TAIL.test(text.slice(at, at + 200))) places.push(at);
	}
	const last = places.at(-1);
	const first = places[0];
	if (last === undefined || first === undefined) return oldTail(text);
	const rest = text.slice(last);
	const strict = NOTHING_HOSTILE.test(rest.slice((TAIL.exec(rest)?.[0] ?? "").length));
	const at = strict ? last : first;
	const match = TAIL.exec(text.slice(at));
	if (!match) return undefined;
	const fields: Facts = { mailId: match[1] as string };
	const score = readScore(match[2] as string);
	if (score !== undefined) fields.score = score;
	if (match[3] !== undefined) fields.size = Number(match[3]);
	const queued = QUEUED_AS.exec(text.slice(at + match[0].length));
	return { at, fields: { ...fields, ...nextQueues(queued?.[1] ?? "") } };
}

const REPLY_CODES = /^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?/;

// queued_as: 6F88E5380B1/7A88E5380B2 ; before an exim: queued_as: 250 OK id=1xV21r-00001c-2E
function nextQueues(text: string): Facts {
	const ids: string[] = [];
	for (const part of text.split("/")) {
		const reply = part.replace(REPLY_CODES, "");
		const id = reply === part && /^[0-9A-Za-z]{3,25}$/.test(part) ? part : readRemoteId(reply).nextQueueId;
		if (id !== undefined) ids.push(id);
	}
	const [first, another] = ids;
	if (first === undefined) return {};
	return { nextQueueId: first, ...(another !== undefined && { nextQueueIds: ids }) };
}

/** Before 2.4 there was no mail_id: `…, Message-ID: <m@x>, Hits: 4.377, queued_as: 2F1B0ACD`. */
function oldTail(text: string): Tail | undefined {
	const match =
		/, Hits: ([-+0-9.]{1,20})(?:, size: (\d{1,15}))?(?:, queued_as: ([0-9A-Za-z]{3,25}))?(?:, \d{1,9} ms)? ?$/.exec(
			text,
		);
	if (!match || text.startsWith("...")) return undefined;
	const fields: Facts = {};
	const score = readScore(match[1] as string);
	if (score !== undefined) fields.score = score;
	if (match[2] !== undefined) fields.size = Number(match[2]);
	if (match[3] !== undefined) fields.nextQueueId = match[3];
	return { at: match.index, fields };
}

/** `-2.541`, with what a white list took off `6.2-3`, `-` where nothing was asked. */
function readScore(text: string): number | undefined {
	const parts = text.match(/[-+]*\d{1,9}(?:\.\d{1,9})?/g);
	if (!parts || parts.join("") !== text) return undefined;
	const total = parts.reduce((sum, part) => sum + Number(part.replace(/^\+-?/, (sign) => sign.slice(1))), 0);
	return Number.isFinite(total) ? Math.round(total * 1e6) / 1e6 : undefined;
}
