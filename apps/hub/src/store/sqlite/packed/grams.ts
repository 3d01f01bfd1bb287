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
	for (let at = 0; at + LENGTH <= text.length; at++) grams.add(gramAt(text, at));
}

/** of each three the mark of the last block that said it: 32 MB in the thread that packs, for all slices */
let said: Uint16Array | undefined;
let mark = 0;

/** The threes that a block's texts say, in lower case, each once. */
export function addBlockGrams(pairs: Pairs, block: number, texts: Iterable<string>): void {
	said ??= new Uint16Array(2 ** (LENGTH * UNIT_BITS));
	if (++mark === 2 ** 16) {
		said.fill(0);
		mark = 1;
	}
	for (const text of texts) {
		if (text.length < LENGTH) continue;
		// each letter is looked at once: it is pushed into the three that it ends
		let gram = (low(text.charCodeAt(0)) << UNIT_BITS) | low(text.charCodeAt(1));
		for (let at = LENGTH - 1; at < text.length; at++) {
			gram = ((gram << UNIT_BITS) | low(text.charCodeAt(at))) & GRAM_MASK;
			if (said[gram] === mark) continue;
			said[gram] = mark;
			pairs.add(gram, block);
		}
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
