/**
 * The same recipients told twice, in fields and in text: the fields name whom, the text often says more (the whole reply,
 * the command). Text alone where there are no fields.
 */
import { diagnoseReply, readReply } from "../diagnose/index.ts";
import { addressesIn } from "./recipient-line.ts";
import { commandOf, type Notice } from "./read-notice.ts";
import type { RecipientEntry } from "./report.ts";

/** what a local program ended with: `X-Unix; 77`, `(reason: 77)` */
const EXIT_CODE = /^(?:x-unix; ?)?\d{1,3}$/i;

export function mergeEntries(
	fields: readonly RecipientEntry[],
	notice: Notice,
	fallback: readonly string[],
): RecipientEntry[] {
	const entries =
		fields.length > 0
			? fields.map((entry) => complete(entry, fields.length, notice))
			: fromText(notice, fallback);
	return entries.map((entry) => ({
		...entry,
		...(fields.length === 0 && { fromText: true as const }),
		action: entry.action ?? (notice.delayed ? "delayed" : "failed"),
	}));
}

function complete(entry: RecipientEntry, total: number, notice: Notice): RecipientEntry {
	const told =
		notice.entries.find((each) => sameAddress(each.recipient, entry.recipient)) ??
		notice.entries.find((each) => sameAddress(each.recipient, entry.originalRecipient)) ??
		(total === 1 && notice.entries.length === 1 ? notice.entries[0] : undefined);
	const exitCode = EXIT_CODE.test(entry.diagnostic ?? "");
	const apart = exitCode
		? notice.local
		: (notice.shared ?? (entry.diagnostic === undefined ? telling(notice) : undefined));
	const beside =
		told?.diagnostic === undefined || EXIT_CODE.test(told.diagnostic) ? undefined : told.diagnostic;
	const words = beside ?? (total === 1 ? apart : undefined);
	const merged: RecipientEntry = { ...told, ...entry };
	// OpenSMTPD (bounce.c) keeps its words to the text, and `Status: 5.0.0` beside them knows nothing of what they say
	const wordless = entry.diagnostic === undefined && notice.opening?.startsWith("OpenSMTPD") === true;
	if (wordless && told?.diagnostic !== undefined && entry.status?.endsWith(".0.0")) delete merged.status;
	if (isBetter(words, entry.diagnostic)) merged.diagnostic = words as string;
	const command = entry.command ?? told?.command ?? (words === undefined ? undefined : commandOf(words));
	if (command !== undefined) merged.command = command;
	return merged;
}

/** The field is missing, cut short, or an exit code only. */
function isBetter(text: string | undefined, field: string | undefined): boolean {
	if (text === undefined) return false;
	if (field === undefined) return true;
	if (EXIT_CODE.test(field)) return true;
	const said = field.replace(/^[a-z-]+; ?/i, "");
	// the words behind the status only (`Status: 5.1.2 (no such domain)`), and the server's own stand in the text
	if (said === field && isAnswer(text) && !isAnswer(field)) return true;
	if (text.length > said.length && text.startsWith(said.slice(0, 40)) && said.length > 3) return true;
	// the field repeats a number only: `smtp; 550`
	return (
		/^[245]\d\d(?:[ -][245]\.\d{1,3}\.\d{1,3})?$/.test(said.trim()) && text.includes(said.trim().slice(0, 3))
	);
}

function fromText(notice: Notice, fallback: readonly string[]): RecipientEntry[] {
	const { shared } = notice;
	if (notice.entries.length === 0) {
		const named = fallback.length > 0 ? fallback : addressesIn(notice.words, 1);
		// GroupWise names who failed without a domain: `hanako (User account is expired)`
		if (named.length === 0) return ofNobody(notice);
		const command = named.length === 1 ? commandOf(notice.words) : undefined;
		return named.map((recipient) =>
			withWords({ recipient, ...(command !== undefined && { command }) }, shared ?? telling(notice)),
		);
	}
	const single = notice.entries.length === 1;
	const all = notice.entries.some(({ diagnostic }) => diagnostic === undefined)
		? (shared ?? telling(notice))
		: undefined;
	return notice.entries.map((entry) => {
		const { diagnostic } = entry;
		if (diagnostic === undefined) return withWords(entry, all);
		if (EXIT_CODE.test(diagnostic)) return withWords(entry, notice.local);
		if (!single || isAnswer(diagnostic)) return entry;
		const other = shared ?? telling(notice);
		if (other === undefined || diagnostic.includes(other)) return entry;
		const better = isAnswer(other) || (says(other) && !says(diagnostic));
		return better ? withWords(entry, other) : entry;
	});
}

/** What a known program says has failed, and why, though not for whom. */
function ofNobody(notice: Notice): RecipientEntry[] {
	const words = notice.opening === undefined ? undefined : (notice.shared ?? telling(notice));
	return words === undefined ? [] : [withWords({}, words)];
}

/** Also Mimecast's `5.1.10 Recipient not found by SMTP address lookup`, a status without a code. */
function isAnswer(words: string): boolean {
	return readReply({ reply: words }).code !== undefined || /^[245]\.\d{1,3}\.\d{1,3} \S/.test(words);
}

function says(words: string): boolean {
	return diagnoseReply({ reply: words }, "en").cause !== "unknown";
}

/** The whole notice, if its words say why. */
function telling(notice: Notice): string | undefined {
	const { cause, rule } = diagnoseReply({ reply: notice.words }, "en");
	// one telling word is enough for a server's answer, not for a letter
	return cause === "unknown" || rule.startsWith("word-") ? undefined : notice.words;
}

function withWords(entry: RecipientEntry, words: string | undefined): RecipientEntry {
	if (words === undefined || words === "") return entry;
	const command = entry.command ?? commandOf(words);
	return { ...entry, diagnostic: words, ...(command !== undefined && { command }) };
}

function sameAddress(a: string | undefined, b: string | undefined): boolean {
	return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}
