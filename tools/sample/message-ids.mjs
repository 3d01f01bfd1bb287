/**
 * The ids that a log line names a message by, and fresh ones of the same form. What a line is about is told by its program,
 * so ids are looked for only where that program puts them.
 */
import { randomInt } from "node:crypto";

/** Where programs write ids of their own: [program, pattern]; group 1 is the id. */
const OWN = [
	["postfix", /\]: (?!NOQUEUE)([0-9A-Za-z]{8,20}): /g],
	["sendmail", /\]: ([0-9A-Za-z]{14}): /g],
	["exim", /(?<![\w-])([0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2})(?![\w-])/g],
	["smtpd", /(?<!evpid=)(?<!\w)([0-9a-f]{16})(?!\w)/g],
	["smtpd", /msgid=([0-9a-f]{8})(?!\w)/g],
	["dovecot", /<([A-Za-z0-9+/]{22})>/g],
	["amavis", /(?:mail_id: |quarantine: \S*?)([\w-]{12})(?![\w-])/g],
];
const MESSAGE_ID = /(?:message-id=|msgid=|Message-ID: |(?<= )id=)<?([^\s<>@,]{6,})@/g;

const PROGRAM = /^\S+ \S+ ([\w-]+)/;
const PROGRAM_3164 = /^[A-Z][a-z]{2} [ \d]?\d \S+ \S+ ([\w-]+)/;

/** @returns {string[]} ids that this line's program says are a message's */
export function ownIds(line) {
	const program = (PROGRAM_3164.exec(line) ?? PROGRAM.exec(line))?.[1];
	const ids = new Set();
	for (const [name, pattern] of OWN) {
		if (program !== name) continue;
		for (const match of line.matchAll(pattern)) if (/\d|[A-Z].*[a-z]/.test(match[1])) ids.add(match[1]);
	}
	for (const match of line.matchAll(MESSAGE_ID)) ids.add(match[1]);
	return [...ids];
}

const TOKENS = /[A-Za-z0-9][A-Za-z0-9+/_.-]*/g;

/** @param {Set<string>} known @returns {string[]} known ids anywhere in the line: in a reply, as `queued as`, in a quarantine's name */
export function knownIds(line, known) {
	const found = new Set();
	for (const [token] of line.matchAll(TOKENS)) {
		if (known.has(token)) found.add(token);
		for (const part of token.split(/[./]/)) if (known.has(part)) found.add(part);
		// OpenSMTPD: an envelope's id starts with the message's
		if (/^[0-9a-f]{16}$/.test(token) && known.has(token.slice(0, 8))) found.add(token.slice(0, 8));
	}
	return [...found];
}

/** Letters that an id of a form may have; without `z`, which parts Postfix's long ids. */
const LETTERS = [
	[/^[0-9A-Fa-f]+$/, "abcdef"],
	// Postfix's long ids: base 52, without vowels
	[/^[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}$/, "bcdfghjklmnpqrstvwxy"],
	[/^/, "abcdefghijklmnopqrstuvwxy"],
];

/** An id of the same form that nobody has used: digits stay digits, letters keep their case; the first characters of long ones, `z` and separators stay. */
export function freshId(id) {
	const letters = LETTERS.find(([form]) => form.test(id))[1];
	return [...id]
		.map((character, index) => {
			if ((index < 2 && id.length > 11) || character === "z" || character === "Z") return character;
			if (/\d/.test(character)) return pick("0123456789");
			if (/[a-z]/.test(character)) return pick(letters);
			return /[A-Z]/.test(character) ? pick(letters).toUpperCase() : character;
		})
		.join("");
}

function pick(alphabet) {
	return alphabet[randomInt(alphabet.length)];
}
