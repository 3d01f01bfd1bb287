/**
 * Three letters of what a hop says → the blocks of hops that say them somewhere. A text that is searched can only be in blocks
 * that have all its threes; those are read, and the hop decides. Letters are compared as `core/query` does, without case.
 */
import type { Slice } from "../slice/slice.ts";
import { type Pairs, postingsOf } from "./postings.ts";

const LENGTH = 3;
const UNIT_BITS = 8;
const GRAM_MASK = 2 ** (LENGTH * UNIT_BITS) - 1;
/** looked up for one text: after so many, blocks that have them all and not the text are few */
const GRAMS_MAX = 12;

/** The threes of a text in lower case. */
function addGrams(grams: Set<number>, text: string): void {
	for (let at = 0; at + LENGTH <= text.length; at++) {
		const gram = gramAt(text, at);
		if (!hasEnd(gram)) grams.add(gram);
	}
}

/** behind each text of a hop; a text has none, or is not found by the threes around it */
const END = 0;

function hasEnd(gram: number): boolean {
	return gram < 2 ** (2 * UNIT_BITS) || (gram & 0xff00) === 0 || (gram & 0xff) === 0;
}

/** Writes texts in lower case for `addBlockGrams`: a byte for each letter, and one more for each text. Where they end. */
export function writeSaid(texts: readonly string[], bytes: Uint8Array, at: number): number {
	let end = at;
	for (const text of texts) {
		for (let i = 0; i < text.length; i++) bytes[end++] = low(text.charCodeAt(i));
		bytes[end++] = END;
	}
	return end;
}

const SEEN_FIRST = 2 ** 14;

/** The threes of a block, each once: a table of few and near bytes, for it is asked at every letter. */
class Seen {
	#slots = new Int32Array(SEEN_FIRST);
	#count = 0;

	clear(): void {
		this.#slots.fill(0);
		this.#count = 0;
	}

	/** False where it was there. No three is 0. */
	add(gram: number): boolean {
		const mask = this.#slots.length - 1;
		let slot = Math.imul(gram, 0x9e3779b1) >>> 8;
		for (; ; slot++) {
			const found = this.#slots[slot & mask];
			if (found === gram) return false;
			if (found === 0) break;
		}
		this.#slots[slot & mask] = gram;
		if (++this.#count * 2 > this.#slots.length) this.#widen();
		return true;
	}

	#widen(): void {
		const all = this.#slots;
		this.#slots = new Int32Array(all.length * 2);
		this.#count = 0;
		for (const gram of all) if (gram !== 0) this.add(gram);
	}
}

const seen = new Seen();

/** The threes that hops of a block say, each once; `said`: as `writeSaid` writes them. */
export function addBlockGrams(pairs: Pairs, block: number, said: Iterable<Uint8Array>): void {
	seen.clear();
	for (const bytes of said) addGramsOf(bytes, pairs, block);
}

function addGramsOf(bytes: Uint8Array, pairs: Pairs, block: number): void {
	// each letter is looked at once: it is pushed into the three that it ends
	let gram = 0;
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		const letter = bytes[at] ?? END;
		gram = ((gram << UNIT_BITS) | letter) & GRAM_MASK;
		length = letter === END ? 0 : length + 1;
		if (length >= LENGTH && seen.add(gram)) pairs.add(gram, block);
	}
}

/** Blocks that may have all of these texts, in order; undefined: no text is long enough to tell. */
export function blocksWith(slice: Slice, texts: readonly string[]): Uint32Array | undefined {
	const grams = new Set<number>();
	for (const text of texts) addGrams(grams, text.toLowerCase());
	let common: Uint32Array | undefined;
	for (const gram of spread([...grams])) {
		const list = postingsOf(slice, "gram_pages", gram);
		common = common ? intersection(common, list) : list;
		if (common.length === 0) return common;
	}
	return common;
}

/** Eight bits a letter; letters that share them cost a look at a block. */
function gramAt(text: string, at: number): number {
	return (low(text.charCodeAt(at)) * 256 + low(text.charCodeAt(at + 1))) * 256 + low(text.charCodeAt(at + 2));
}

function low(unit: number): number {
	return unit < 128 ? unit : 128 + (unit % 128);
}

/** Some of a long text's, from all over it. */
function spread(grams: readonly number[]): readonly number[] {
	if (grams.length <= GRAMS_MAX) return grams;
	return Array.from(
		{ length: GRAMS_MAX },
		(_, at) => grams[Math.floor((at * grams.length) / GRAMS_MAX)] ?? 0,
	);
}

function intersection(a: Uint32Array, b: Uint32Array): Uint32Array {
	const both: number[] = [];
	for (let i = 0, k = 0; i < a.length && k < b.length; ) {
		const [x, y] = [a[i] ?? 0, b[k] ?? 0];
		if (x === y) both.push(x);
		if (x <= y) i++;
		if (y <= x) k++;
	}
	return Uint32Array.from(both);
}

/** The longest word of texts, as JSON has it: words of a reply stand in several fields, one word stands in one. */
export function wordOf(pieces: readonly string[]): string {
	const words = pieces.flatMap((piece) => piece.split(/\s+/));
	const longest = words.reduce((best, word) => (word.length > best.length ? word : best), "");
	return JSON.stringify(longest).slice(1, -1);
}
