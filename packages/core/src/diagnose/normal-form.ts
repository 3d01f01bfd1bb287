/**
 * Words in one normal form for the rules: lower case, single spaces, plain quotes and hyphens, one spelling of Japanese,
 * every mail address as `@`, so that nobody's address can look like a phrase. One pass into an array that is used again: no string is made for a
 * question. Linear in the text, whatever stands in it.
 */
import { foldJapanese } from "./fold-japanese.ts";

/** Valid until the next text is brought into normal form. */
export interface NormalForm {
	/** UTF-16 code units, the first `length` of them; 0 behind them */
	readonly codes: Uint16Array;
	length: number;
	/** it goes beyond ASCII */
	foreign: boolean;
}

const SPACE = 0x20;
const QUOTE = 0x27;
const HYPHEN = 0x2d;
const AT = 0x40;
const LOCAL_MAX = 128;
const DOMAIN_MAX = 255;

/** ends an address; all else, beyond ASCII too, may be part of one */
const ENDS = new Uint8Array(0x10000);
for (const mark of " <>@\"'(),;:、。「」『』【】・") ENDS[mark.charCodeAt(0)] = 1;
/** the bits in which a code unit differs from what it is written as: of most none, so that nothing is filled in at the start */
const CHANGES = new Uint16Array(0x10000);
for (let code = 0x41; code <= 0x5a; code++) CHANGES[code] = 0x20;
for (const code of spaces()) CHANGES[code] = code ^ SPACE;
for (const mark of "’‘`") CHANGES[mark.charCodeAt(0)] = mark.charCodeAt(0) ^ QUOTE;
for (const mark of "–—‐") CHANGES[mark.charCodeAt(0)] = mark.charCodeAt(0) ^ HYPHEN;

function plain(code: number): number {
	return code ^ (CHANGES[code] as number);
}

/** The white space of ECMAScript. */
function spaces(): number[] {
	const within = Array.from({ length: 11 }, (_, nth) => 0x2000 + nth);
	return [9, 10, 11, 12, 13, 0xa0, 0x1680, ...within, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];
}

const form: { codes: Uint16Array; length: number; foreign: boolean } = {
	codes: new Uint16Array(1 << 13),
	length: 0,
	foreign: false,
};

/** In Node, Bun and browsers alike, though the language's own library does not name it. */
declare class TextEncoder {
	encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}

const encoder = new TextEncoder();
let bytes = new Uint8Array(form.codes.length);
let units = new Uint16Array(form.codes.length);

export function normalise(text: string): NormalForm {
	makeRoom(text.length);
	// all at once: to ask a string for each of its characters takes three times as long
	const { read, written } = encoder.encodeInto(text, bytes);
	form.foreign = written !== text.length || read !== text.length;
	if (!form.foreign) {
		write(bytes, written);
		return form;
	}
	// the small letters of other scripts are many, and few texts have any
	const low = foldJapanese(text);
	makeRoom(low.length);
	for (let at = 0; at < low.length; at++) units[at] = low.charCodeAt(at);
	write(units, low.length);
	return form;
}

function makeRoom(length: number): void {
	if (length < form.codes.length) return;
	form.codes = new Uint16Array(length * 2);
	bytes = new Uint8Array(length * 2);
	units = new Uint16Array(length * 2);
}

/** The same as a string. */
export function normalForm(text: string): string {
	const { codes, length } = normalise(text);
	let words = "";
	for (let at = 0; at < length; at++) words += String.fromCharCode(codes[at] as number);
	return words;
}

function write(given: Uint8Array | Uint16Array, length: number): void {
	const { codes } = form;
	let end = 0;
	let wordStart = 0;
	for (let at = 0; at < length; at++) {
		const code = plain(given[at] as number);
		codes[end++] = code;
		// most are letters and digits
		if (ENDS[code] === 0) continue;
		// Japanese has no spaces: one between two of its letters is where a line ended
		if (code === SPACE && end > 1 && (codes[end - 2] === SPACE || isWrap(codes, end, given, at, length)))
			end--;
		else if (code === AT && end - 1 > wordStart) {
			const behind = domainEnd(given, length, at + 1);
			if (behind > at + 1) {
				end = Math.max(wordStart, end - 1 - LOCAL_MAX);
				codes[end++] = AT;
				at = behind - 1;
			}
		}
		wordStart = end;
	}
	codes[end] = 0;
	form.length = end;
}

function domainEnd(given: Uint8Array | Uint16Array, length: number, from: number): number {
	let at = from;
	const stop = Math.min(length, from + DOMAIN_MAX);
	while (at < stop && ENDS[plain(given[at] as number)] === 0) {
		// `b.exampleへのメール`: a label is of one script, and the sentence goes on
		if ((given[at] as number) > 127 && isAsciiLetter(given[at - 1] as number)) break;
		at++;
	}
	return at;
}

function isAsciiLetter(code: number): boolean {
	const low = code | 0x20;
	return low >= 0x61 && low <= 0x7a;
}

const KANA = 0x3040;
const HANGUL = 0xac00;

function isWrap(
	codes: Uint16Array,
	end: number,
	given: Uint8Array | Uint16Array,
	at: number,
	length: number,
): boolean {
	return isOfJapanese(codes[end - 2] as number) && at + 1 < length && isOfJapanese(given[at + 1] as number);
}

const isOfJapanese = (code: number) => code >= KANA && code < HANGUL;
