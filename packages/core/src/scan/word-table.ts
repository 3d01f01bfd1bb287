/**
 * Words of four bytes, or words with three bytes more, each with a number, and the search for the next place in a block that may hold one.
 * A table of bytes is asked first, which lets few others pass; what it lets pass is looked up whole.
 */
import { blockLoops, PIECE } from "./block-loops.ts";
import type { HeldBytes } from "./held-bytes.ts";
import { FOLD, MIX, MIXED_BITS, mixed, slotOf, WORD_BITS } from "./word-slots.ts";

/** So many in one slot are not counted any more. */
const MANY = 255;
/** No word's number. */
export const ABSENT = -1;

const FREE = 0;
const GONE = -1;

export class WordTable {
	/** how many words are in each slot */
	readonly #marked: Uint8Array;
	/** the same where it lies in the memory of the loops */
	readonly #looped: Uint8Array | undefined;
	readonly #of: "words" | "mixed";
	readonly #bits: number;
	/** word by word what `#numbers` holds: its number and one, or nothing */
	#words = new Int32Array(1 << 8);
	#numbers = new Int32Array(1 << 8);
	/** places in use or gone */
	#used = 0;

	constructor(of: "words" | "mixed") {
		this.#of = of;
		this.#bits = of === "words" ? WORD_BITS : MIXED_BITS;
		const size = 1 << this.#bits;
		this.#looped = blockLoops()?.take(size);
		this.#marked = this.#looped ?? new Uint8Array(size);
	}

	/** Whether nothing was added since it was made or cleared. */
	get isEmpty(): boolean {
		return this.#used === 0;
	}

	/** The number of a folded word. */
	get(word: number): number {
		const mask = this.#words.length - 1;
		for (let place = firstPlace(word) & mask; ; place = (place + 1) & mask) {
			const held = this.#numbers[place] as number;
			if (held === FREE) return ABSENT;
			if (held !== GONE && this.#words[place] === word) return held - 1;
		}
	}

	/** A folded word that is not in it. */
	add(word: number, number: number): void {
		if (2 * this.#used >= this.#words.length) this.#grow();
		const slot = slotOf(word, this.#bits);
		if ((this.#marked[slot] as number) < MANY) (this.#marked[slot] as number) += 1;
		this.#put(word, number + 1);
	}

	/** One that is in it. */
	delete(word: number): void {
		const mask = this.#words.length - 1;
		let place = firstPlace(word) & mask;
		while (this.#words[place] !== word || (this.#numbers[place] as number) <= FREE)
			place = (place + 1) & mask;
		this.#numbers[place] = GONE;
		const slot = slotOf(word, this.#bits);
		if ((this.#marked[slot] as number) < MANY) (this.#marked[slot] as number) -= 1;
	}

	clear(): void {
		for (const word of this.#words) this.#marked[slotOf(word, this.#bits)] = 0;
		this.#numbers.fill(FREE);
		this.#used = 0;
	}

	/** Its memory may be another's from now on. */
	release(): void {
		if (this.#looped) blockLoops()?.giveBack(this.#looped);
	}

	/**
	 * Tells the places of words in the block that may be in it, by which word of the block they are; of the last one nothing is behind it. What
	 * it tells may not begin another search.
	 */
	forEachMarked(held: HeldBytes, onWord: (at: number) => void): void {
		const count = this.#of === "words" ? held.words.length : held.words.length - 1;
		const loops = this.#looped && blockLoops();
		if (!this.#looped || !loops?.canTake(held)) {
			const next = this.#of === "words" ? nextMarked : nextMixedMarked;
			for (
				let at = next(held.words, this.#marked, 0);
				at < count;
				at = next(held.words, this.#marked, at + 1)
			)
				onWord(at);
			return;
		}
		for (let from = 0; from < held.length; from += PIECE) {
			const places = loops.marked(this.#of, held, from, this.#looped);
			for (let nth = 0; nth < places.length; nth++) {
				const at = (places[nth] as number) >> 2;
				if (at < count) onWord(at);
			}
		}
	}

	#put(word: number, held: number): void {
		const mask = this.#words.length - 1;
		let place = firstPlace(word) & mask;
		while (this.#numbers[place] !== FREE) place = (place + 1) & mask;
		this.#words[place] = word;
		this.#numbers[place] = held;
		this.#used += 1;
	}

	#grow(): void {
		const [words, numbers] = [this.#words, this.#numbers];
		this.#words = new Int32Array(words.length * 2);
		this.#numbers = new Int32Array(words.length * 2);
		this.#used = 0;
		for (const [place, held] of numbers.entries()) if (held > FREE) this.#put(words[place] as number, held);
	}
}

/** Other bits than those of the slot. */
function firstPlace(word: number): number {
	return Math.imul(word, MIX) >>> 6;
}

/** The only loop over all bytes, four words at a time: nothing in it may make a number that is no small integer. */
function nextMarked(words: Int32Array, marked: Uint8Array, from: number): number {
	const end = words.length;
	let at = from;
	for (; at + 4 <= end; at += 4) {
		const any =
			(marked[Math.imul((words[at] as number) | FOLD, MIX) >>> (32 - WORD_BITS)] as number) |
			(marked[Math.imul((words[at + 1] as number) | FOLD, MIX) >>> (32 - WORD_BITS)] as number) |
			(marked[Math.imul((words[at + 2] as number) | FOLD, MIX) >>> (32 - WORD_BITS)] as number) |
			(marked[Math.imul((words[at + 3] as number) | FOLD, MIX) >>> (32 - WORD_BITS)] as number);
		if (any !== 0) break;
	}
	while (at < end && marked[Math.imul((words[at] as number) | FOLD, MIX) >>> (32 - WORD_BITS)] === 0) at++;
	return at;
}

/** The same over words with the three bytes behind them; of the last word nothing is behind it. */
function nextMixedMarked(words: Int32Array, marked: Uint8Array, from: number): number {
	const last = words.length - 1;
	if (from >= last) return words.length;
	let at = from;
	let word = (words[at] as number) | FOLD;
	for (; at + 4 <= last; at += 4) {
		const second = (words[at + 1] as number) | FOLD;
		const third = (words[at + 2] as number) | FOLD;
		const fourth = (words[at + 3] as number) | FOLD;
		const fifth = (words[at + 4] as number) | FOLD;
		const any =
			(marked[slotOf(mixed(word, second), MIXED_BITS)] as number) |
			(marked[slotOf(mixed(second, third), MIXED_BITS)] as number) |
			(marked[slotOf(mixed(third, fourth), MIXED_BITS)] as number) |
			(marked[slotOf(mixed(fourth, fifth), MIXED_BITS)] as number);
		if (any !== 0) break;
		word = fifth;
	}
	for (; at < last; at++) {
		const next = (words[at + 1] as number) | FOLD;
		if (marked[slotOf(mixed(word, next), MIXED_BITS)] !== 0) return at;
		word = next;
	}
	return words.length;
}
