/**
 * A remote's words out of an MTA's: `host X[ip] said: 450 4.2.0 text (in reply to RCPT TO command)` gives code 450,
 * enhanced 4.2.0, the bare text, who said it and to which command. The wrapping is read from the outside in, by
 * position; what the remote itself wrote is never searched for structure.
 */
import { knownWord } from "./known-word.ts";
import type { SmtpReply, SmtpStage } from "./mail-event.ts";
import { readRelayAt } from "./relay.ts";

/** How MTAs introduce a remote's words: what stands before its name, what behind it, and the command if they tell. */
const SAID: readonly [before: string, behind: string, command?: SmtpStage][] = [
	["host ", " said: "],
	["host ", " refused to talk to me: "],
	["SASL authentication failed; server ", " said: ", "AUTH"],
	["SASL [CACHED] authentication failed; server ", " said: ", "AUTH"],
	["TLS is required, but host ", " refused to start TLS: ", "STARTTLS"],
];
const IN_REPLY = " (in reply to ";

/**
 * Reads a reply. Always gives `text`; `code` or `host` is there only where a remote spoke, so a text with neither
 * (`delivered to maildir`) is no remote's.
 */
export function parseReply(text: string): SmtpReply {
	const reply: SmtpReply = { text };
	let words = readHost(text, reply);
	// a reply that quotes another host's (`undeliverable address: host X said: …`) ends with that one's command, not its own
	const close = words.endsWith(")") && isOwn(words, reply) ? words.lastIndexOf(IN_REPLY) : -1;
	if (close >= 0) {
		const command = commandStage(words.slice(close + IN_REPLY.length, -1));
		if (command) {
			reply.command = command;
			words = words.slice(0, close);
		}
	}
	readCodes(words, reply);
	return reply;
}

const isOwn = (words: string, reply: SmtpReply) => reply.host !== undefined || !words.includes(" said: ");

/** `host X[ip] said: `, also as web pages copy it, `host X[ip]: said: `. */
function readHost(text: string, reply: SmtpReply): string {
	const first = text.charCodeAt(0);
	if (first !== 104 && first !== 83 && first !== 84) return text;
	for (const [before, behind, command] of SAID) {
		if (!text.startsWith(before)) continue;
		const space = text.indexOf(" ", before.length);
		if (space < 0 || !text.startsWith(behind, space)) continue;
		const end = text.charCodeAt(space - 1) === 58 ? space - 1 : space;
		const host = readRelayAt(text, before.length, end);
		if (host) reply.host = host;
		if (command) reply.command = command;
		return text.slice(space + behind.length);
	}
	return text;
}

// a milter's own status may come without a code: `5.7.1 Command rejected`
// OpenSMTPD 5.4 to 6.0 puts a colon behind: `250 2.0.0: 4296f490 Message accepted for delivery` (smtp_session.c)
const ENHANCED_ONLY = /^([245]\.\d{1,3}\.\d{1,3}):? +/;
const CODES = /^([2-5]\d\d)(?:([ -])([245]\.\d{1,3}\.\d{1,3})(?=:? |-|$):?)?(?:[ -]+|$)/;

function readCodes(words: string, reply: SmtpReply): void {
	const first = words.charCodeAt(0);
	if (first < 50 || first > 53) reply.text = words.trim();
	else if (words.charCodeAt(3) === 32 && isDigit(words.charCodeAt(1)) && isDigit(words.charCodeAt(2)))
		readPlainCodes(words, reply);
	else readAnyCodes(words, reply);
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** `250 2.0.0 Ok: …`, `250 Ok`: nearly every reply, so read without a pattern. */
function readPlainCodes(words: string, reply: SmtpReply): void {
	const digit = (at: number) => words.charCodeAt(at) - 48;
	reply.code = 100 * digit(0) + 10 * digit(1) + digit(2);
	let at = endOfEnhanced(words, 4);
	if (at < 0) at = 3;
	else reply.enhanced = knownWord(words, 4, at);
	if (at > 3 && words.charCodeAt(at) === 58) at++;
	for (let code = words.charCodeAt(at); code === 32 || code === 45; ) code = words.charCodeAt(++at);
	reply.text = words.slice(at).trim();
}

/** Where `2.0.0` ends, with a blank, `-`, a colon and a blank or nothing behind it, or -1. */
function endOfEnhanced(words: string, from: number): number {
	const level = words.charCodeAt(from);
	if ((level !== 50 && level !== 52 && level !== 53) || words.charCodeAt(from + 1) !== 46) return -1;
	const point = endOfDigits(words, from + 2);
	if (point < 0 || words.charCodeAt(point) !== 46) return -1;
	const end = endOfDigits(words, point + 1);
	const behind = words.charCodeAt(end);
	const isEnd = behind === 32 || behind === 45 || end === words.length;
	return isEnd || (behind === 58 && words.charCodeAt(end + 1) === 32) ? end : -1;
}

/** Behind one to three digits, or -1. */
function endOfDigits(words: string, from: number): number {
	let end = from;
	while (end < from + 3 && isDigit(words.charCodeAt(end))) end++;
	return end === from ? -1 : end;
}

function readAnyCodes(words: string, reply: SmtpReply): void {
	const match = CODES.exec(words);
	if (!match) {
		const bare = ENHANCED_ONLY.exec(words);
		if (bare) reply.enhanced = bare[1] as string;
		reply.text = words.slice(bare?.[0].length ?? 0).trim();
		return;
	}
	reply.code = Number(match[1]);
	if (match[3]) reply.enhanced = match[3];
	let text = words.slice(match[0].length);
	// a reply of several lines, which Postfix joins with spaces: `550-5.1.1 No such 550 5.1.1 user`
	if (words.charCodeAt(3) === 45) text = joinLines(text, match[1] as string, match[3]);
	reply.text = text.trim();
}

function joinLines(text: string, code: string, enhanced: string | undefined): string {
	let joined = text;
	for (const mark of enhanced ? [`${code}-${enhanced}`, `${code} ${enhanced}`] : [`${code}-`]) {
		joined = joined.split(` ${mark} `).join(" ");
	}
	if (enhanced) return joined;
	const last = joined.lastIndexOf(` ${code} `);
	return last < 0 ? joined : joined.slice(0, last) + joined.slice(last + 4);
}

const STAGES: Readonly<Record<string, SmtpStage>> = {
	CONNECT: "CONNECT",
	HELO: "HELO",
	EHLO: "EHLO",
	LHLO: "EHLO",
	STARTTLS: "STARTTLS",
	AUTH: "AUTH",
	MAIL: "MAIL",
	"MAIL FROM": "MAIL",
	RCPT: "RCPT",
	"RCPT TO": "RCPT",
	DATA: "DATA",
	"end of DATA": "EOM",
	"END-OF-MESSAGE": "EOM",
	"DATA content": "EOM",
	"message body": "EOM",
	".": "EOM",
	BDAT: "BDAT",
	VRFY: "VRFY",
	ETRN: "ETRN",
	NOOP: "NOOP",
	HELP: "HELP",
	XCLIENT: "XCLIENT",
	XFORWARD: "XFORWARD",
	RSET: "RSET",
	QUIT: "QUIT",
	UNKNOWN: "UNKNOWN",
};

/** The stage that an MTA's word for a command means: `end of DATA command` → `EOM`; undefined for a word not known. */
export function commandStage(words: string): SmtpStage | undefined {
	const bare = words.endsWith(" command") ? words.slice(0, -8) : words;
	return Object.hasOwn(STAGES, bare) ? STAGES[bare] : undefined;
}
