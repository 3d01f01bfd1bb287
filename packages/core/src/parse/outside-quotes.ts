/**
 * Finding structure in text that strangers wrote: separators count only outside `"quoted strings"` and `<angle brackets>`
 * (RFC 5321 section 4.1.2: a local part may be a quoted string with any character in it). Linear, never backtracks.
 */
import { bareAddress } from "../event/index.ts";

/** The first place at or behind `from` where `needle` stands outside quotes and angle brackets; -1 if nowhere. */
export function indexOutside(text: string, needle: string, from = 0): number {
	return searchOutside(text, needle, from, { quote: false, angle: false });
}

/** Openers that nothing closes from somewhere before a place on: kept between searches of one text. */
interface Unclosed {
	quote: boolean;
	angle: boolean;
}

function searchOutside(text: string, needle: string, from: number, unclosed: Unclosed): number {
	const first = needle.charCodeAt(0);
	// an opener that nothing closes is a plain character, and so are all later ones of its kind: each is scanned for once
	for (let at = from; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === first && text.startsWith(needle, at)) return at;
		if (code === QUOTE && !unclosed.quote) {
			const end = closingQuote(text, at);
			if (end < 0) unclosed.quote = true;
			else at = end;
		} else if (code === OPEN && !unclosed.angle) {
			const end = closingAngle(text, at, unclosed);
			if (end < 0) unclosed.angle = true;
			else at = end;
		}
	}
	return -1;
}

const QUOTE = 34;
const OPEN = 60;
const CLOSE = 62;
const BACKSLASH = 92;

function closingQuote(text: string, open: number): number {
	for (let at = open + 1; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === BACKSLASH) at++;
		else if (code === QUOTE) return at;
	}
	return -1;
}

function closingAngle(text: string, open: number, unclosed: Unclosed): number {
	for (let at = open + 1; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === CLOSE) return at;
		if (code !== QUOTE || unclosed.quote) continue;
		const end = closingQuote(text, at);
		if (end < 0) unclosed.quote = true;
		else at = end;
	}
	return -1;
}

/** Splits `<a@x>,<"b, c"@y>, d@z` into bare addresses; empty parts are left out. */
export function splitAddresses(list: string): string[] {
	const addresses: string[] = [];
	const unclosed: Unclosed = { quote: false, angle: false };
	let from = 0;
	while (from < list.length) {
		const comma = searchOutside(list, ",", from, unclosed);
		const part = list.slice(from, comma < 0 ? list.length : comma).trim();
		if (part !== "") addresses.push(bareAddress(part));
		if (comma < 0) break;
		from = comma + 1;
	}
	return addresses;
}
