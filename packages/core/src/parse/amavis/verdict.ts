/**
 * The one line per message in which amavis says what it found and what it did (its `$log_templ`), read from both ends: addresses,
 * Message-ID and the names of banned parts between them are a stranger's.
 */
import { bareAddress, canonicalIp, type Endpoint, type ParsedMessage } from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { type Facts, MOST_PLACES, readTails, type Tail } from "./tail.ts";

/** What a queue inside amavis is called. */
export const MAIL_ID = "[A-Za-z0-9_-]{10,20}";

/** The event of a verdict, or of the rest of one; undefined where the line is something else. */
export function parseVerdict(text: string): ParsedMessage | undefined {
	const verdict = text.startsWith("Passed") || text.startsWith("Blocked") ? VERDICT.exec(text) : null;
	if (verdict) return readVerdict(text, verdict);
	// the rest of a verdict too long for one line of syslog: `(00178-01) ..., <x@y>, Queue-ID: …`
	const [tail, another] = text.startsWith("...") ? readTails(text) : [];
	if (!tail || another) return undefined;
	const queue = queueOf(text.slice(0, tail.at));
	return event({ kind: "verdict", mta: "amavis", filter: "amavis", ...queue, ...tail.fields });
}

type Verdict = Extract<ParsedMessage, { kind: "verdict" }>;

// before 2.3 without a category
const VERDICT = /^(Passed|Blocked)(?: ([A-Z]{2,12}(?:-[A-Z0-9]{1,12}){0,2}))?(?= [({]|,)/;

const RESULTS: Readonly<Record<string, string>> = { INFECTED: "virus" };

// Passed CLEAN {RelayedInbound}, [127.0.1.1]:35983 <a@x> -> <b@y>, Queue-ID: D08FF538054, Message-ID: <m@x>, mail_id: IHOdTyAWJi8r, Hits: -1, size: 605, queued_as: 6F88E5380B1, 1157 ms
// Blocked BANNED (application/octet-stream,.exe,setup.exe) {DiscardedInbound,Quarantined}, [127.0.1.1]:4 <a@x> -> <b@y>, quarantine: Z/banned-x, …
function readVerdict(text: string, verdict: RegExpExecArray): ParsedMessage | undefined {
	const [words, verb, category = ""] = verdict as unknown as [string, string, string | undefined];
	const pairs = readPairs(text, words.length);
	if (!pairs) return undefined;
	const { head, middle, tail } = theReal(pairs);
	const name = category.startsWith("BAD-HEADER") ? "BAD-HEADER" : category;
	const result = RESULTS[name] ?? name.toLowerCase();
	const action = head?.actions ?? (head ? verb : undefined);
	const found: Verdict = { kind: "verdict", mta: "amavis", filter: "amavis" };
	if (result !== "") found.result = result;
	if (action !== undefined) found.action = action;
	if (head?.reason !== undefined) found.reason = head.reason;
	return Object.assign(found, middle, tail?.fields);
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
	for (
		let at = text.indexOf(")", from);
		at >= 0 && heads.length < MOST_PLACES;
		at = text.indexOf(")", at + 1)
	) {
		const after = text.slice(at + 1, at + 310);
		if (!ACTIONS.test(after) && !OLD_ADDRESSES.test(after)) continue;
		const [head] = withActions(text, at + 1) ?? [];
		if (head) heads.push({ ...head, reason: text.slice(from + 2, at) });
	}
	return heads;
}

/** One way to read the line: where its category ends, and where the mail id stands. */
interface Reading {
	head?: Head | undefined;
	middle?: Facts | undefined;
	tail?: Tail | undefined;
}

/** Every way to read the line; undefined where it has no beginning of a verdict. */
function readPairs(text: string, from: number): Reading[] | undefined {
	const tails: (Tail | undefined)[] = readTails(text);
	if (tails.length === 0) tails.push(undefined);
	const readings = tails.flatMap((tail) =>
		readHeads(text.slice(0, tail?.at), from).map((head) => ({
			head,
			middle: readMiddle(text.slice(head.at, tail?.at)),
			tail,
		})),
	);
	return readings.length > 0 ? readings : undefined;
}

/** Of several ways the one whose quarantine names the mail id, which nobody can know before; else what they have in common. */
function theReal(readings: Reading[]): Reading {
	const [first] = readings;
	if (first && readings.length === 1) return first;
	const proven = readings.filter(
		({ middle, tail }) => tail?.fields.mailId && middle?.quarantineId?.includes(tail.fields.mailId),
	);
	if (proven.length === 1 && proven[0]) return proven[0];
	const heads = new Set(readings.map(({ head }) => head?.at));
	const tails = new Set(readings.map(({ tail }) => tail?.at));
	const { messageId: _, ...middle } = first?.middle ?? {};
	return {
		...(heads.size === 1 && { head: first?.head, middle }),
		...(tails.size === 1 && { tail: first?.tail }),
	};
}

function withActions(text: string, from: number): Head[] | undefined {
	const actions = ACTIONS.exec(text.slice(from, from + 310));
	const at = from + (actions?.[0].length ?? 0);
	if (text.charCodeAt(at) !== 44) return undefined;
	const head: Head = { at: at + 1 };
	if (actions?.[1]) head.actions = actions[1];
	return [head];
}

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
	if (end >= 0) return Object.assign(facts, queueOf(text.slice(end)));
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

const HOPS = /^, \([^()"<>]{1,900}\)(?=, )/;
const QUARANTINE = ", quarantine: ";
const QUARANTINED = /^, quarantine: ([^\s,]{1,200})/;
const QUEUE = ", Queue-ID: ";
const QUEUE_ID = /^, Queue-ID: ([0-9A-Za-z]{3,25})/;

function queueOf(text: string): Facts {
	const facts: Facts = {};
	// the verbose template names the hops before: `, (ESMTP://[192.0.2.50]:34023)`
	const hops = text.startsWith(", (") ? (HOPS.exec(text)?.[0].length ?? 0) : 0;
	const quarantine = text.startsWith(QUARANTINE, hops) ? QUARANTINED.exec(text.slice(hops)) : null;
	if (quarantine) facts.quarantineId = quarantine[1] as string;
	let at = hops + (quarantine?.[0].length ?? 0);
	if (text.startsWith("...")) at = Math.max(0, text.indexOf(", Queue-ID: "));
	const queue = text.startsWith(QUEUE, at) ? QUEUE_ID.exec(text.slice(at, at + 40)) : null;
	if (queue) facts.queueId = queue[1] as string;
	at += queue?.[0].length ?? 0;
	if (!text.startsWith(", Message-ID: ", at)) return facts;
	let id = text.slice(at + ", Message-ID: ".length);
	const resent = id.lastIndexOf(", Resent-Message-ID: ");
	if (resent >= 0) id = id.slice(0, resent);
	if (id.startsWith("<") && id.endsWith(">") && id.length > 2) facts.messageId = id.slice(1, -1);
	return facts;
}
