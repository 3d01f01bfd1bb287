/**
 * One line as it may leave the host: with pseudonyms for the people in it, in the raw text, from which the event is then
 * made anew. So event and line never say different things, and a hub that reads its stored lines again learns no more.
 * What the parser knows to be a person is looked for in the whole line, replies that quote it included. Where that would
 * change what the line says (a user called `sent`), words outside the places for names are left as they are; a name in
 * such a place never is.
 */
import type { HeaderEvent, MailEvent } from "@mailtrail/core/event";
import { replaceAddresses } from "./find-addresses.ts";
import {
	replaceFields,
	replaceNamed,
	replacePaths,
	replaceServiceUsers,
	replaceWords,
} from "./find-names.ts";
import { replacePhrases, replaceSubjects } from "./find-subjects.ts";
import { namesIn, keepsMeaning, withStrings } from "./event-names.ts";
import type { LineReading } from "../uplink/build-batch.ts";
import { type Pseudonyms, unquote } from "./pseudonyms.ts";

/** Where in a line of unknown shape a name may stand nobody here knows: all of its text stays. */
const WITHHELD = "(text withheld: nobody knows where names stand in it)";

/** `line` is what was read, `said` the event that it gives. */
export function hideLine(
	line: string,
	said: MailEvent,
	reading: LineReading,
	pseudonyms: Pseudonyms,
): MailEvent {
	const entry = readEntry(line);
	const { head, message } = entry ? { head: "", message: entry.message } : partsOf(line, reading);
	const whole = (text: string) => (entry ? entry.write(text) : head + text);
	if (said.kind === "foreign" || said.kind === "unparsed") {
		if (said.program === undefined && !isHeader(head, said)) return { kind: said.kind, raw: WITHHELD };
		const text = idIn(message, said) + WITHHELD;
		return reading.parse(hideHead(whole(text), text, pseudonyms));
	}
	const names = namesIn(said);
	const inPlaces = hidePlaces(message, said, names, pseudonyms);
	const everywhere = replaceWords(inPlaces, wordsFor(names, message), pseudonyms.local);
	const inSentences = replaceNamed(everywhere, (name) =>
		PSEUDONYM.test(name) ? name : pseudonyms.local(name),
	);
	const people = names.filter((name) => pseudonyms.address(name) !== name);
	let best: MailEvent | undefined;
	// from the most that is hidden; less only where more would change what the line says, and no name would show by it
	for (const text of new Set([inSentences, everywhere, inPlaces])) {
		const event = reading.parse(hideHead(whole(text), text, pseudonyms));
		if (namesIn(event).some((name) => people.includes(name))) continue;
		if (keepsMeaning(said, event)) return event;
		best ??= event;
	}
	return best ?? reading.parse(hideHead(whole(inSentences), inSentences, pseudonyms));
}

/**
 * Whether what stands before the message is a header although it names no program: behind the host BusyBox writes facility
 * and severity, RFC 5424 dashes. A mere word behind a time is no host's name for sure.
 */
function isHeader(head: string, { host }: MailEvent): boolean {
	return host !== undefined && head !== "" && !head.endsWith(`${host} `);
}

/** The id that a message of unknown shape begins with: it says whose message the line belongs to, and no more. */
function idIn(message: string, { queueId, sessionId }: MailEvent): string {
	const id = [queueId, sessionId].find((each) => each !== undefined && message.startsWith(each));
	return id === undefined ? "" : `${id}${message[id.length] === ":" ? ":" : ""} `;
}

/** An event that no log line gave (a bounce in a mailbox): each of its texts. */
export function hideEvent(event: MailEvent, pseudonyms: Pseudonyms): MailEvent {
	const names = namesIn(event);
	const words = wordsFor(names, event.raw);
	return withStrings(event, (text) => {
		if (names.includes(text)) return pseudonyms.address(text);
		const hidden = hidePlaces(text, event, names, pseudonyms);
		return replaceWords(hidden, words, pseudonyms.local);
	});
}

/** hidden already */
const PSEUDONYM = /^[pns][a-z2-7]{12}$/;

function hidePlaces(text: string, said: MailEvent, names: readonly string[], pseudonyms: Pseudonyms): string {
	const { local } = pseudonyms;
	let hidden =
		said.kind === "header" ? hideContent(text, said, pseudonyms) : replaceSubjects(text, pseudonyms.subject);
	hidden = replacePhrases(hidden, pseudonyms.person);
	for (const name of byLength(names)) hidden = hideOddAddress(hidden, name, pseudonyms);
	hidden = replaceAddresses(hidden, local);
	hidden = replaceFields(hidden, local, said.mta === "exim");
	if (said.mta === "dovecot") hidden = replaceServiceUsers(hidden, local);
	hidden = replacePaths(hidden, local);
	return replaceWords(hidden, byLength(names.filter((name) => isUnhidden(name, hidden, said))), local);
}

/** An address as the parser understood it, whose local part holds blanks or brackets; exim writes it without its quotes, too. */
function hideOddAddress(text: string, name: string, pseudonyms: Pseudonyms): string {
	const at = name.lastIndexOf("@");
	const local = unquote(name.slice(0, Math.max(at, 0)));
	if (!/[\s<>"@(),;:\\]/.test(local)) return text;
	const hidden = pseudonyms.address(name);
	let result = text.replaceAll(name, () => hidden);
	const bare = `${local}${name.slice(at)}`.toLowerCase();
	for (let from = result.toLowerCase().indexOf(bare); from >= 0; from = result.toLowerCase().indexOf(bare)) {
		result = result.slice(0, from) + hidden + result.slice(from + bare.length);
	}
	return result;
}

/** A name without a domain that stands in no place that is known by its form: `=> bob`, `alias bob`. */
function isUnhidden(name: string, hidden: string, said: MailEvent): boolean {
	if (name.includes("@") || name === "") return false;
	return (
		said.mta === "exim" ||
		said.mta === "sendmail" ||
		hidden.includes(`<${name}>`) ||
		said.kind === "auth-failed"
	);
}

/** cleanup_message.c: `VERB: body WORDS from ORIGIN; from=<…> … helo=<…>: COMMENT`, the message's own words first */
const BODY = /: +(?:body |mime-error [^:]{0,200}: )/;
const ORIGIN =
	/ from +(?:local|unknown|\S{0,255}\[[^\]\s]{1,60}\](?::\d{1,5})?);(?= *(?:from=<|to=<|proto=|helo=<|$))/g;

/** Words of a message that a rule of the mail server's was about, and the rule's comment where it repeats them. */
function hideContent(text: string, said: HeaderEvent, pseudonyms: Pseudonyms): string {
	const { header, target, text: comment = "" } = said;
	const body = BODY.exec(text);
	if (header === undefined && body) {
		const start = body.index + body[0].length;
		const end = [...text.matchAll(ORIGIN)].at(-1)?.index ?? text.length;
		if (end > start)
			return text.slice(0, start) + pseudonyms.subject(text.slice(start, end)) + text.slice(end);
	}
	if (header === undefined || header.value === "") return text;
	const hide = (value: string) => headerValue(header.name, value, pseudonyms);
	let hidden = text.replaceAll(header.value, () => hide(header.value));
	// sendmail: `change: header Subject: from OLD to NEW`
	const old = `${header.name}: from `;
	const from = hidden.indexOf(old) + old.length;
	const to = hidden.lastIndexOf(` to ${hide(header.value)}`);
	if (from > old.length && to > from)
		hidden = hidden.slice(0, from) + hide(hidden.slice(from, to)) + hidden.slice(to);
	const fresh = /^[\w-]{1,60}: (.+)$/.exec(target ?? "")?.[1];
	if (fresh !== undefined) hidden = hidden.replaceAll(fresh, () => hide(fresh));
	if (hide(header.value) !== header.value && sharesWord(comment, header.value))
		hidden = hidden.replaceAll(comment, () => pseudonyms.subject(comment));
	return hidden;
}

function sharesWord(comment: string, value: string): boolean {
	const words = new Set(value.toLowerCase().match(/[\p{L}\p{N}]{3,60}/gu) ?? []);
	return (comment.toLowerCase().match(/[\p{L}\p{N}]{3,60}/gu) ?? []).some((word) => words.has(word));
}

const SUBJECTS = /subject|comments|keywords|thread-topic|content-description/i;
const PEOPLE =
	/^(?:(?:resent-)?(?:from|to|cc|bcc|reply-to|sender)|errors-to|return-receipt-to|disposition-notification-to|mail-followup-to|apparently-to)$/i;

function headerValue(name: string, value: string, { address, person, subject }: Pseudonyms): string {
	if (SUBJECTS.test(name)) return subject(value);
	if (!PEOPLE.test(name)) return value;
	const addresses = [...value.matchAll(/[^\s<>,;:"()]{1,320}@[^\s<>,;:"()]{1,255}/g)].map(([each]) => each);
	return addresses.length === 0
		? person(value)
		: addresses.map((each) => `${person(value)} <${address(each)}>`).join(", ");
}

/** The local parts of the addresses in a text, as they may be repeated in its words. */
function localParts(text: string): string[] {
	const found = new Set<string>();
	replaceAddresses(text, (local) => {
		const name = unquote(local);
		found.add(name);
		const detail = name.search(/[+=]/);
		if (detail > 0) found.add(name.slice(0, detail));
		return local;
	});
	return [...found];
}

/** What people are called in a text's words, the longer first. */
function wordsFor(names: readonly string[], text: string): string[] {
	const bare = names.filter((name) => !name.includes("@"));
	return byLength([...bare, ...localParts(text)].filter((name) => name.length > 1));
}

function byLength(names: readonly string[]): string[] {
	return [...new Set(names)].sort((a, b) => b.length - a.length);
}

function hideAddresses(text: string, { local }: Pseudonyms): string {
	return replaceAddresses(text, local);
}

/** RFC 5424's structured data stands before the message. */
function hideHead(line: string, message: string, pseudonyms: Pseudonyms): string {
	const start = line.length - message.length;
	if (!line.endsWith(message) || start === 0) return line;
	return hideAddresses(line.slice(0, start), pseudonyms) + message;
}

function partsOf(line: string, reading: LineReading): { head: string; message: string } {
	const start = reading.messageStart(line);
	return { head: line.slice(0, start), message: line.slice(start) };
}

/** journald's JSON: the message within it, which is a list of bytes where it is no UTF-8. */
function readEntry(line: string): { message: string; write(message: string): string } | undefined {
	if (!line.startsWith("{")) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	if (typeof value !== "object" || value === null || !("MESSAGE" in value)) return undefined;
	const message = textOf(value.MESSAGE);
	return { message, write: (text) => JSON.stringify({ ...value, MESSAGE: text }) };
}

function textOf(value: unknown): string {
	if (typeof value === "string") return value;
	return Array.isArray(value) ? Buffer.from(value.map(Number)).toString("latin1") : "";
}
