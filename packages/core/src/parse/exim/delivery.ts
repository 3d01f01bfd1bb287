/**
 * `ID => …`, `->` (further recipients of it), `>>` (cut-through), `==` (deferred), `**` (failed): deliver.c, delivery_log and
 * failure_log. Without `H=` the delivery was local. What the remote said stands in `C="…"`, or behind the fields' colon.
 */
import {
	type Action,
	bareAddress,
	type DeliveryEvent,
	type Endpoint,
	type ParsedMessage,
	parseReply,
	type SmtpReply,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";
import { closing, type Fields, readDuration, readFields, readQuoted } from "./fields.ts";
import { readRemoteWords } from "./remote-words.ts";

const FLAGS = new Set(["=>", "->", ">>", "==", "**"]);

export function isDeliveryFlag(flag: string): boolean {
	return FLAGS.has(flag);
}

// => u9@a.example <pair@b.example> R=dnslookup T=remote_smtp H=mx.a.example [127.0.1.11] K C="250 2.0.0 Ok: 1594 bytes queued as 4jXCqM3LPmznF8x"
// => u5 <u5@b.example> R=localuser T=local_maildir ; => :blackhole: <black@b.example> R=aliases
// == full@b.example R=fulluser T=full_maildir defer (-22): mailbox is full ; ** full@b.example: retry timeout exceeded
export function parseDelivery(queueId: string, flag: string, text: string): ParsedMessage {
	const nobody = flag === "=>" ? NOBODY.exec(text) : null;
	// receive.c: `=> blackhole (DATA ACL discarded recipients): why`, deliver.c: `=> discarded (system filter)`
	if (nobody) {
		const reason = `${nobody[1]}${nobody[2]}`;
		return event({ kind: "delivery", mta: "exim", queueId, recipients: [], action: "discarded", reason });
	}
	const names = readNames(text);
	const fields = names.colon ? undefined : readFields(text, names.end);
	const words = text.slice(fields ? fields.end : names.end).trimStart();
	const late = flag === "==" ? readDeferral(words) : flag === "**" ? readFailure(words) : undefined;
	const isAddress = !/^(?:[|/:>]|save )/.test(names.recipient) && !isDiscarded(names, fields);
	return event({
		kind: "delivery",
		mta: "exim",
		queueId,
		// a pipe, a file or `:blackhole:` is no address: what was delivered to it is the address before it
		recipients: [isAddress ? names.recipient : (names.original ?? names.recipient)],
		originalRecipient: isAddress ? names.original : undefined,
		relay: fields?.host?.endpoint ?? late?.relay,
		transport: names.recipient === ":blackhole:" ? undefined : transport(fields, late?.relay),
		delay: readDuration(fields?.values.QT),
		attemptDelay: readDuration(fields?.values.DT) ?? late?.attemptDelay,
		tls: fields?.values.X,
		...(late ? late.outcome : accepted(fields, names)),
	});
}

// a user's filter that keeps and forwards nothing, `discard` in sieve; a user of that name has a transport: => discarded <u6@ex.example> R=userforward
function isDiscarded({ recipient, original }: Names, fields: Fields | undefined): boolean {
	return recipient === "discarded" && original !== undefined && fields?.values.T === undefined;
}

const NOBODY = /^=> (?:blackhole|discarded) \(([^()]{1,100})\)(.*)$/;

/** deliver.c's name for a transport that had nothing to do */
const BYPASSED = "**bypassed**";

/** A transport that speaks SMTP to a relay is told by the relay, where one was reached. */
function transport(fields: Fields | undefined, relay: Endpoint | undefined): string | undefined {
	const name = fields?.values.T;
	return fields?.host || relay || name === BYPASSED || name?.includes("smtp") ? undefined : name;
}

const SAVE = /^.. save [^ (<]/;

interface Names {
	recipient: string;
	original?: string;
	end: number;
	/** the text follows at once: `** u@x.example: Unrouteable address` */
	colon: boolean;
}

function readNames(text: string): Names {
	const start = 3;
	const unquoted = readUnquoted(text, start);
	if (unquoted) return unquoted;
	const first = text.charCodeAt(start);
	// a pipe's command has blanks of its own: `=> |/usr/bin/vacation u5 <u5@b.example> R=…`; so has sieve's `== save inbox <u6@b.example> R=…`
	const isPipe = first === 124 || SAVE.test(text);
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

/**
 * deliver.c writes an address without the quotes of its local part, and the quoted one behind it:
 * `=> a b, h=evil [1.2.3.4]@e.example <"a b, H=evil [1.2.3.4]"@e.example>`. Whatever stands in it, the two are the same words;
 * the longest such pair counts, because a shorter one could be a part of the local part itself.
 */
function readUnquoted(text: string, start: number): Names | undefined {
	for (const open of quotedPlaces(text, start)) {
		const bare = text.slice(start, open).toLowerCase();
		// each character may be escaped, and the domain may stand in one of them only
		const behind = text.slice(open + 1, open + bare.length * 2 + LONGEST_DOMAIN);
		const close = closing(behind, 0);
		if (close < 0) continue;
		const original = behind.slice(1, close);
		const local = readQuoted(original, 0);
		const plain = local.value.toLowerCase();
		if (bare !== plain && bare !== plain + original.slice(local.end).toLowerCase()) continue;
		return {
			recipient: original,
			end: open + 1 + close + 1,
			colon: text.charCodeAt(open + close + 2) === 58,
		};
	}
	return undefined;
}

const LONGEST_DOMAIN = 300;
const MOST_PLACES = 8;

/** Where ` <"` stands, last first; of many the last and the first ones. */
function quotedPlaces(text: string, start: number): number[] {
	const mark = ' <"';
	const places: number[] = [];
	let first = text.indexOf(mark, start);
	if (first < 0) return places;
	for (
		let at = text.lastIndexOf(mark);
		at >= start && places.length < MOST_PLACES;
		at = text.lastIndexOf(mark, at - 1)
	)
		places.push(at);
	const last = places.at(-1) ?? first;
	const early: number[] = [];
	for (; first >= 0 && first < last && early.length < MOST_PLACES; first = text.indexOf(mark, first + 1))
		early.push(first);
	return [...places, ...early.reverse()];
}

type Outcome = Pick<DeliveryEvent, "status" | "dsn" | "reply" | "reason" | "nextQueueId" | "remoteId"> & {
	action: Action;
};

function accepted(fields: Fields | undefined, names: Names): Outcome {
	// `=> /dev/null <x@b.example> R=aliases T=**bypassed**`
	if (names.recipient === ":blackhole:" || fields?.values.T === BYPASSED || isDiscarded(names, fields))
		return { action: "discarded" };
	const action = fields?.host ? "relayed" : "delivered";
	const said = fields?.values.C;
	if (!said) return { action };
	// C="250- 1319 byte chunk, total 1319\\n250 OK id=1xV26w-00001H-2v": the lines of one reply, the id in the last one
	const lines = said.split(/\n|\\n/);
	const reply = parseReply(lines.join(" "));
	const { nextQueueId, remoteId, discarded } = readRemoteId(parseReply(lines.at(-1) ?? said).text);
	return {
		action: discarded ? "discarded" : action,
		reply,
		...(nextQueueId && { nextQueueId }),
		...(remoteId && { remoteId }),
	};
}

/** What `==` and `**` say behind the transport. */
interface Late {
	outcome: Outcome;
	relay?: Endpoint;
	attemptDelay?: number;
}

const DEFERRED = /^(?:routing )?defer(?: \((?:(-?\d{1,6})|([^()]{1,60}))\))?(?=[ :]|$)/;
/** what ends the system's own words for a positive errno */
const AFTER_ERRNO = [" H=", " DT=", ": "];

// `defer (-44): SMTP error from remote mail server after RCPT TO:<u@x>: 451 4.7.1 Greylisted`, `routing defer (-51): retry time not reached`
// with +deliver_time and others: `defer (-44) H=mx.e.example [127.0.1.15]:25 I=[127.0.1.12]:59789 DT=0.003s: SMTP error …`, `defer (111): Connection refused DT=0s`
// after 4.98 the error has a name, and that only where no text follows: `defer (Connection refused) DT=0.000s`, `routing defer: retry time not reached`
function readDeferral(words: string): Late {
	const match = DEFERRED.exec(words);
	if (!match) return { outcome: { action: "delayed" } };
	let at = match[0].length;
	let cause = match[2] ?? "";
	if (match[1] !== undefined && !match[1].startsWith("-") && words.startsWith(": ", at)) {
		let end = words.length;
		for (const mark of AFTER_ERRNO) {
			const place = words.indexOf(mark, at + 2);
			if (place >= 0 && place < end) end = place;
		}
		cause = words.slice(at + 2, end);
		at = end;
	}
	const fields = words.charCodeAt(at) === 58 ? undefined : readFields(words, at);
	const said = words.slice(fields ? fields.end : at + 1).trim();
	const attemptDelay = readDuration(fields?.values.DT);
	return {
		outcome: { action: "delayed", status: "defer", ...told(said, cause) },
		...(fields?.host && { relay: fields.host.endpoint }),
		...(attemptDelay !== undefined && { attemptDelay }),
	};
}

// with +deliver_time the last words are ` DT=0.104s`
// after 4.98 a blank stands before the colon: `H=127.0.1.21 [127.0.1.21] : SMTP error from remote …`, or the error's name alone: ` (No such file or directory)`
function readFailure(words: string): Late {
	const time = words.lastIndexOf(" DT=");
	const attemptDelay = time < 0 ? undefined : readDuration(words.slice(time + 4));
	const rest = attemptDelay === undefined ? words : words.slice(0, time);
	const said = /^\(([^()]{1,60})\)$/.exec(rest)?.[1] ?? rest.replace(/^: /, "");
	return {
		outcome: { action: "failed", ...told(said, "") },
		...(attemptDelay !== undefined && { attemptDelay }),
	};
}

function told(words: string, cause: string): { reply?: SmtpReply; reason?: string } {
	const remote = readRemoteWords(words);
	if (remote) return remote;
	const reason = cause === "" || words === "" ? cause + words : `${cause}: ${words}`;
	return reason === "" ? {} : { reason };
}
