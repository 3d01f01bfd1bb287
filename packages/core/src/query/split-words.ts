/**
 * Splits query text into words: a sign, a field name, a value with its quotes resolved (`\"` and `\\` inside quotes).
 * Takes what people type: full-width spaces and colons, curly quotes, a space after the colon (`from: tu@example.com`).
 */
import { readIp } from "./ip-range.ts";

export interface Word {
	negated: boolean;
	/** what stood before the colon; absent for a bare word */
	name?: string;
	value: string;
	quoted: boolean;
}

const NAME = /^([A-Za-z][A-Za-z_-]{0,31})[:：]/;

export function splitWords(text: string): { words: Word[]; unclosed: boolean } {
	const words: Word[] = [];
	let unclosed = false;
	let at = skipSpace(text, 0);
	while (at < text.length) {
		const word: Word = { negated: false, value: "", quoted: false };
		if (text[at] === "-" && at + 1 < text.length && !isSpace(text[at + 1])) {
			word.negated = true;
			at++;
		}
		const name = fieldName(text, at);
		if (name !== undefined) {
			word.name = name;
			at += name.length + 1;
			if (isSpace(text[at])) at = valueAfterSpace(text, at);
		}
		const value = readValue(text, at);
		word.value = value.value;
		word.quoted = value.quoted;
		unclosed ||= value.unclosed;
		words.push(word);
		at = skipSpace(text, value.end);
	}
	return { words, unclosed };
}

/** `https://…` and an IPv6 address have colons too, and are values. */
function fieldName(text: string, at: number): string | undefined {
	const name = NAME.exec(text.slice(at, at + 33))?.[1];
	if (name === undefined || text.startsWith("//", at + name.length + 1)) return undefined;
	const word = text.slice(at, wordEnd(text, at));
	return /^[0-9a-f]{1,4}:/i.test(word) && readIp(word.split("/", 1)[0] ?? "") ? undefined : name;
}

/** `from: tu@example.com` means `from:tu@example.com`; before another named term the value is empty. */
function valueAfterSpace(text: string, at: number): number {
	const next = skipSpace(text, at);
	const signless = text[next] === "-" ? next + 1 : next;
	return fieldName(text, signless) === undefined ? next : at;
}

function readValue(
	text: string,
	start: number,
): { value: string; quoted: boolean; unclosed: boolean; end: number } {
	const open = text[start];
	if (open !== '"' && open !== "“" && open !== "”") return bareValue(text, start);
	const isClose = (char: string | undefined): boolean => char === '"' || (open !== '"' && char === "”");
	let value = "";
	let at = start + 1;
	while (at < text.length && !isClose(text[at])) {
		if (text[at] === "\\" && at + 1 < text.length) at++;
		value += text[at];
		at++;
	}
	if (at >= text.length) return { value, quoted: true, unclosed: true, end: at };
	// `"john doe"@example.com`: the quotes belong to the local part
	if (text[at + 1] === "@") {
		const end = wordEnd(text, at);
		return { value: text.slice(start, end), quoted: false, unclosed: false, end };
	}
	return { value, quoted: true, unclosed: false, end: at + 1 };
}

function bareValue(
	text: string,
	start: number,
): { value: string; quoted: boolean; unclosed: boolean; end: number } {
	const end = wordEnd(text, start);
	return { value: text.slice(start, end), quoted: false, unclosed: false, end };
}

function wordEnd(text: string, start: number): number {
	let at = start;
	while (at < text.length && !isSpace(text[at])) at++;
	return at;
}

function skipSpace(text: string, start: number): number {
	let at = start;
	while (at < text.length && isSpace(text[at])) at++;
	return at;
}

function isSpace(char: string | undefined): boolean {
	return char !== undefined && /\s/.test(char);
}
