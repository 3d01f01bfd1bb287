/**
 * The text of a bounce, as people are meant to read it → its recipients with the words about each. The one mechanism for
 * all shapes of `shapes.ts`: find where the list begins and where the returned message does, then read line by line;
 * a line that is an address begins a recipient, what follows up to an empty line is about it.
 */
import { addGeneratedText } from "./generated-text.ts";
import { linesOfTranscript, readTranscript } from "./read-transcript.ts";
import { readNames } from "./read-names.ts";
import { readRecipientLine } from "./recipient-line.ts";
import type { RecipientEntry } from "./report.ts";
import { bareHeadersAt, returnedAt, returnedText } from "./returned-mark.ts";
import { COMMANDS, LEADS, OPENINGS } from "./shapes.ts";
import { stageOf } from "./status-fields.ts";
import { remoteBefore, unwrapped } from "./unwrap-words.ts";

export interface Notice {
	/** by whom its words are known to say that something was not delivered */
	opening?: string;
	entries: RecipientEntry[];
	/** the returned message's text, from its first header on */
	returned?: string;
	/** delayed, not failed */
	delayed: boolean;
	/** the server's words, where they stand apart from the addresses */
	shared?: string;
	/** what the reporting host itself said at the end of its session with a local program */
	local?: string;
	reportingMta?: string;
	waiting?: { queueId: string; subject: string };
	/** all that it says before the returned message */
	words: string;
}

const LINES_MAX = 5000;
const ENTRIES_MAX = 500;
const WORDS_MAX = 4000;

export function readNotice(text: string): Notice {
	const lines = text.split("\n").slice(0, LINES_MAX);
	const end = returnedAt(lines);
	if (end < lines.length) return readParts(lines.slice(0, end), returnedText(lines, end + 1));
	const bare = bareHeadersAt(lines);
	if (bare === undefined) return readParts(lines);
	const returned = lines.slice(bare, bare + 400).join("\n");
	const above = readParts(lines.slice(0, bare), returned);
	// they may be quoted above the list too
	return above.entries.length > 0 ? above : readParts(lines, returned);
}

function readParts(told: readonly string[], returned?: string): Notice {
	const low = told.join("\n").toLowerCase().replace(/[’‘]/g, "'");
	const opening = findOpening(low);
	const start = opening ? lineOf(told, opening.at) : 0;
	const below = readEntries(told, start);
	// one line may name the recipient first and say afterwards that it failed
	const entries = below.length > 0 || start === 0 ? below : readEntries(told, 0);
	const transcript = readTranscript(told);
	const shared = sharedWords(told, start) ?? (start > 0 ? sharedWords(told.slice(0, start), 0) : undefined);
	const notice: Notice = {
		entries: transcript ? transcript.complete(entries) : entries,
		delayed: isDelay(low),
		words: oneLine(told.slice(start)),
	};
	if (opening) notice.opening = opening.by;
	Object.assign(notice, readNames(told, start));
	if (returned !== undefined) notice.returned = returned;
	if (shared !== undefined) notice.shared = shared;
	addGeneratedText(told, notice.entries);
	if (transcript?.local !== undefined) notice.local = transcript.local;
	const command = smtpCommand(told);
	for (const entry of notice.entries) {
		finish(entry);
		if (command !== undefined) entry.command ??= command;
	}
	return notice;
}

function findOpening(low: string): { at: number; by: string } | undefined {
	for (const { by, says } of OPENINGS) {
		for (const phrase of says) {
			const at =
				phrase.includes(" ") || phrase.charCodeAt(0) > 127
					? indexOfWrapped(low, phrase)
					: low.indexOf(phrase);
			if (at >= 0) return { at, by };
		}
	}
	return undefined;
}

/** Programs break their lines where they like: a space of the phrase may be a line end with indentation. */
function indexOfWrapped(low: string, phrase: string): number {
	const direct = low.indexOf(phrase);
	if (direct >= 0) return direct;
	const words = phrase.split(" ");
	const head = words[0] as string;
	for (let at = low.indexOf(head); at >= 0; at = low.indexOf(head, at + 1)) {
		let place = at + head.length;
		let fits = true;
		for (const word of words.slice(1)) {
			const gap = /^[ \t]*\n?[ \t]*/.exec(low.slice(place, place + 40))?.[0].length ?? 0;
			if (gap === 0 || !low.startsWith(word, place + gap)) {
				fits = false;
				break;
			}
			place += gap + word.length;
		}
		if (fits) return at;
	}
	return -1;
}

function lineOf(lines: readonly string[], offset: number): number {
	let passed = 0;
	for (const [index, line] of lines.entries()) {
		passed += line.length + 1;
		if (passed > offset) return index;
	}
	return 0;
}

function readEntries(lines: readonly string[], start: number): RecipientEntry[] {
	const entries: RecipientEntry[] = [];
	let open: { entry: RecipientEntry; words: string[]; indent: number } | undefined;
	const close = () => {
		if (open) setWords(open.entry, open.words);
		open = undefined;
	};
	for (let at = start; at < lines.length && entries.length < ENTRIES_MAX; at++) {
		const line = lines[at] as string;
		const indent = line.length - line.trimStart().length;
		// Postfix wraps: a line that stands further in goes on, though it begins with an address
		const goesOn = open !== undefined && open.words.length > 0 && indent > open.indent;
		const found = goesOn ? undefined : readRecipientLine(line, lines[at + 1] ?? "");
		if (found) {
			if (open && found.label === "original" && open.words.length === 0) {
				open.entry.originalRecipient = found.recipient;
				continue;
			}
			close();
			const entry: RecipientEntry = { recipient: found.recipient };
			if (found.original !== undefined) entry.originalRecipient = found.original;
			entries.push(entry);
			open = { entry, words: found.words === undefined ? [] : [found.words], indent };
		} else if (open) {
			if (line.trim() === "") {
				// Domino: `because:`, and the words below an empty line
				if (open.words.length > 0 && !open.words.at(-1)?.endsWith(":")) close();
			} else if (isRuler(line)) continue;
			else if (linesOfTranscript(line)) close();
			else open.words.push(line.trim());
		} else {
			const entry = expandedFrom(line, lines[at - 1] ?? "");
			if (entry) entries.push(entry);
		}
	}
	close();
	return distinct(entries);
}

/** Sendmail lists a local name or a program, which is no address: `"|/usr/bin/x"`, `(reason: 127)`, `(expanded from: <info@example.com>)`. */
function expandedFrom(line: string, before: string): RecipientEntry | undefined {
	const recipient = /^\s*\(expanded from:? <?([^<>()\s@]{1,128}@[^<>()\s@]{1,255})>?\)\s*$/.exec(line)?.[1];
	if (recipient === undefined) return undefined;
	const reason = /^\s*\(reason: (.{1,500})\)\s*$/.exec(before)?.[1];
	return { recipient, ...(reason !== undefined && { diagnostic: reason }) };
}

function isRuler(line: string): boolean {
	return /^[\s=_*-]{6,}$/.test(line) || /^\s*generated by /.test(line);
}

function setWords(entry: RecipientEntry, words: readonly string[]): void {
	// Sendmail `(expanded from: <info@example.com>)`, Exim `(ultimately generated from info@example.com)`
	const original = /^\((?:expanded|(?:ultimately )?generated) from:? <?([^<>()\s]+)>?\)$/;
	const said = words.filter((line) => {
		const from = original.exec(line)?.[1];
		if (from !== undefined) entry.originalRecipient ??= from;
		return from === undefined;
	});
	const whole = oneLine(said);
	const command = commandOf(whole);
	if (command !== undefined) entry.command = command;
	// Zoho: `ERROR_CODE :550, ERROR_CODE :5.1.1 <taro@example.net>... User Unknown`
	const plain = whole
		.replace(/ERROR_CODE ?: ?(\d{3}), ERROR_CODE ?: ?/i, "$1 ")
		.replace(/ERROR_CODE ?: ?/gi, "");
	const remote = remoteBefore(plain);
	if (remote !== undefined) entry.remoteMta = remote;
	if (/[\p{L}\p{N}]/u.test(plain)) entry.diagnostic = unwrapped(plain);
}

function oneLine(words: readonly string[]): string {
	return words.join(" ").replace(/\s+/g, " ").trim().slice(0, WORDS_MAX);
}

/** The same recipient told twice (in two languages, or named before): the one with an answer, then with more words. */
function distinct(entries: readonly RecipientEntry[]): RecipientEntry[] {
	const byAddress = new Map<string, RecipientEntry>();
	for (const entry of entries) {
		const key = entry.recipient?.toLowerCase() ?? "";
		const known = byAddress.get(key);
		if (!known || weight(known) < weight(entry)) byAddress.set(key, { ...known, ...entry });
	}
	return [...byAddress.values()];
}

function weight({ diagnostic }: RecipientEntry): number {
	if (diagnostic === undefined) return 0;
	return diagnostic.length + (/(?:^|\W)[245]\d\d[ -]/.test(diagnostic) ? WORDS_MAX : 0);
}

/** m-FILTER: `-------SMTP command`, and the command on the next line. */
function smtpCommand(lines: readonly string[]): RecipientEntry["command"] {
	const at = lines.findIndex((line) => /^-{2,}\s*smtp command\s*$/i.test(line));
	return at < 0 ? undefined : stageOf(lines[at + 1] ?? "");
}

const ANSWER_ALONE = /^\s*[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3} \S/;

/** The words of the server where they stand apart from the address. */
function sharedWords(lines: readonly string[], start: number): string | undefined {
	for (const lead of LEADS) {
		for (let at = start; at < lines.length; at++) {
			const line = lines[at] as string;
			const place = line.toLowerCase().indexOf(lead);
			if (place < 0) continue;
			const words = paragraph(
				lines,
				at,
				place + (lead.endsWith(":") || !lead.endsWith(" ") ? lead.length : 0),
			);
			if (words !== "") return words;
		}
	}
	// in a language that no lead is known of: a line that is nothing but a server's answer
	const answer = lines.findIndex((line, at) => at >= start && ANSWER_ALONE.test(line));
	return answer < 0 ? undefined : paragraph(lines, answer, 0);
}

function paragraph(lines: readonly string[], at: number, from: number): string {
	const words = [(lines[at] as string).slice(from).replace(/^[\s:=-]+/, "")];
	// `due to the following reason:` and the reason below an empty line
	let seen = words[0] !== "" && words[0]?.endsWith(":") === false;
	if (!seen) words[0] = "";
	for (let next = at + 1; next < lines.length && words.length < 60; next++) {
		const line = (lines[next] as string).trim();
		// Microsoft 365 goes on with who wrote it
		if (/^(?:dsn generated by|message rejected by|remote server):\s/i.test(line)) break;
		if (line === "") {
			if (seen) break;
			continue;
		}
		seen = true;
		words.push(line);
	}
	return oneLine(words)
		.replace(/^[\s:：=-]+/, "")
		.replace(/^([^(]*)\)$/, "$1")
		.replace(/^\[([245]\d\d .*)\]$/, "$1");
}

function isDelay(low: string): boolean {
	return (
		/\b(?:warning message only|message is delayed|has been delayed|not yet been delivered|have yet to be delivered|temporary failure report|do not need to re-?send|will be retried|will continue trying|delivery is delayed|temporary problem delivering|could not be delivered yet|delivery attempts will continue)\b/.test(
			low,
		) && !/\b(?:failed permanently|permanent (?:fatal )?error|gave up|giving up)/.test(low)
	);
}

/** What the words say of the command, and without what only wraps them. */
function finish(entry: RecipientEntry): void {
	if (entry.diagnostic === undefined) return;
	const low = entry.diagnostic.toLowerCase();
	const named = /\(in reply to ([a-z -]{3,24}?)(?: command)?\)?$/.exec(low)?.[1];
	const stage =
		(named === undefined ? undefined : stageOf(named)) ??
		COMMANDS.find(([words]) => low.includes(words))?.[1];
	if (stage !== undefined) entry.command ??= stage;
}

/** The command that some words of a server answer, by the words around them. */
export function commandOf(words: string): RecipientEntry["command"] {
	const entry: RecipientEntry = { diagnostic: words };
	finish(entry);
	return entry.command;
}
