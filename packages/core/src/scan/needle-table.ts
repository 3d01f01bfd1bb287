/**
 * Finds many short texts in a block of bytes at once, without regard to case: every fourth place is looked at, as one word of
 * four bytes. A text of seven bytes or more covers such a place with four of its own first bytes, whichever way it lies, and those
 * are in a table. What is found is compared whole. Of texts of five and six bytes three cover such a place, with any byte beside
 * them; shorter ones are searched for one by one. Of many texts some four bytes are in every
 * line: of those that are long enough it is then seven bytes that are looked for.
 */

import { FOLDED_BYTES, fold, isAt, wordAt } from "./folded-bytes.ts";
import { COVERS, worthOf } from "./needle-worth.ts";
import type { HeldBytes } from "./held-bytes.ts";
import { FOLD, mixed } from "./word-slots.ts";
import { ABSENT, WordTable } from "./word-table.ts";

/** Shortest text that covers a whole word but for one byte. */
const COVERS_THREE = 5;
/** Shortest text that always covers a whole word and three bytes behind it. */
const COVERS_MIXED = 10;
/** From so many texts on, a table of long ones pays for the second search. */
const MIXED_FROM = 600;
/** A word that leads astray so often in one block is no help in finding anything. */
const ASTRAY_MAX = 24;

interface Needle {
	folded: Uint8Array;
	/** how telling the seven bytes at each place are */
	worth: Uint8Array;
	/** which of them are looked for */
	window: number;
}

/** A text that holds a word, as numbers: of a thousand texts' words some are in every line of a log. */
interface Use {
	needle: number;
	/** where in the text */
	offset: number;
	/** a word beside it that the text reaches into: how many words on, which of its bits are the text's, and those */
	step: -1 | 1;
	mask: number;
	bits: number;
}

interface Mark {
	/** as it stands in its table */
	word: number;
	table: WordTable;
	uses: Use[];
	/** how often it led astray, and in which search */
	astray: number;
	search: number;
}

export type OnHit = (place: number, needle: number) => void;

/** Words that are everywhere in some logs (`2026`, `host`), learned while searching; tables that share them learn together. */
export type CommonWords = Set<number>;

export class NeedleTable {
	readonly #common: CommonWords;
	#needles: Needle[] = [];
	#short: number[] = [];
	/** the words of `#marks`, and those with three bytes more */
	readonly #words = new WordTable("words");
	#mixed: WordTable | undefined;
	#marks: Mark[] = [];
	#misleading: Mark[] = [];
	#searches = 0;
	#folded: Int32Array = new Int32Array();

	constructor(common: CommonWords = new Set()) {
		this.#common = common;
	}

	/** The number under which hits are told. Empty texts are everywhere and must not be asked for. */
	add(bytes: Uint8Array): number {
		const number = this.#needles.length;
		const needle = { folded: fold(bytes), worth: worthOf(bytes), window: 0 };
		this.#needles.push(needle);
		if (bytes.length < COVERS_THREE) this.#short.push(number);
		else if (bytes.length < COVERS) this.#enterWithAny(number);
		else {
			needle.window = this.#bestWindow(needle);
			this.#enter(number);
		}
		if (this.#needles.length === MIXED_FROM) this.#enterMixed();
		return number;
	}

	/** Forgets all texts, for a table that is used again and again: its memory is larger than what is in it. */
	clear(): void {
		this.#words.clear();
		this.#mixed?.release();
		this.#mixed = undefined;
		this.#marks = [];
		this.#needles = [];
		this.#short = [];
	}

	/** Forgets them for good: another's table may have the memory. */
	release(): void {
		this.#words.release();
		this.#mixed?.release();
	}

	/** Tells every place. */
	search(held: HeldBytes, onHit: OnHit): void {
		if (this.#needles.length > this.#short.length) {
			this.#searches += 1;
			if (!this.#words.isEmpty) this.#searchWords(held, onHit);
			if (this.#mixed) this.#searchMixed(this.#mixed, held, onHit);
			if (this.#misleading.length > 0) this.#turnAway();
		}
		if (this.#short.length > 0) this.#searchShort(held, onHit);
	}

	#enter(number: number): void {
		const needle = this.#needles[number] as Needle;
		const table = this.#tableOf(needle);
		for (let offset = needle.window; offset < needle.window + 4; offset++)
			this.#mark(table, this.#keyAt(needle, offset), useOf(needle, number, offset));
	}

	/** Of a text that is too short for a window: the words that it is in, with every byte in the place that it does not reach. */
	#enterWithAny(number: number): void {
		const needle = this.#needles[number] as Needle;
		const { length } = needle.folded;
		for (let begin = 0; begin < 4; begin++) {
			// three bytes at its end or at its beginning, where they lie at no word's begin
			const offset = begin + 3 <= length ? begin : begin - 4;
			const use = useOf(needle, number, offset);
			const word = wordAt(needle.folded, offset);
			if (offset >= 0 && offset + 4 <= length) this.#mark(this.#words, word, use);
			else
				for (const byte of FOLDED_BYTES)
					this.#mark(this.#words, word | (offset < 0 ? byte : byte << 24), use);
		}
	}

	#mark(table: WordTable, word: number, use: Use): void {
		const known = table.get(word);
		if (known !== ABSENT) {
			(this.#marks[known] as Mark).uses.push(use);
			return;
		}
		table.add(word, this.#marks.length);
		this.#marks.push({ word, table, uses: [use], astray: 0, search: 0 });
	}

	/** All texts anew, now that there are many. */
	#enterMixed(): void {
		this.#words.clear();
		this.#marks = [];
		this.#mixed = new WordTable("mixed");
		for (const [number, needle] of this.#needles.entries()) {
			if (needle.folded.length < COVERS_THREE) continue;
			if (needle.folded.length < COVERS) {
				this.#enterWithAny(number);
				continue;
			}
			needle.window = this.#bestWindow(needle);
			this.#enter(number);
		}
	}

	#tableOf({ folded }: Needle): WordTable {
		return this.#mixed && folded.length >= COVERS_MIXED ? this.#mixed : this.#words;
	}

	/** What the table of a text holds of it. */
	#keyAt(needle: Needle, offset: number): number {
		const word = wordAt(needle.folded, offset);
		if (this.#tableOf(needle) === this.#words) return word;
		// of the word behind it three bytes count
		return mixed(word, wordAt(needle.folded, offset + 3) >>> 8);
	}

	#bestWindow(needle: Needle): number {
		let best = 0;
		let most = Number.NEGATIVE_INFINITY;
		const covers = this.#tableOf(needle) === this.#words ? COVERS : COVERS_MIXED;
		for (let window = 0; window + covers <= needle.folded.length; window++) {
			const value = (needle.worth[window] as number) - 100 * this.#commonAt(needle, window);
			if (value > most) [best, most] = [window, value];
		}
		return best;
	}

	#commonAt(needle: Needle, window: number): number {
		if (this.#common.size === 0) return 0;
		let count = 0;
		for (let offset = window; offset < window + 4; offset++)
			if (this.#common.has(this.#keyAt(needle, offset))) count += 1;
		return count;
	}

	#searchWords(held: HeldBytes, onHit: OnHit): void {
		const { words } = held;
		this.#words.forEachMarked(held, (at) => {
			const number = this.#words.get((words[at] as number) | FOLD);
			if (number !== ABSENT) this.#compare(number, held, at, onHit);
		});
	}

	#searchMixed(table: WordTable, held: HeldBytes, onHit: OnHit): void {
		const { words } = held;
		table.forEachMarked(held, (at) => {
			const number = table.get(mixed((words[at] as number) | FOLD, (words[at + 1] as number) | FOLD));
			if (number !== ABSENT) this.#compare(number, held, at, onHit);
		});
	}

	#compare(number: number, { bytes, length, words }: HeldBytes, at: number, onHit: OnHit): void {
		const mark = this.#marks[number] as Mark;
		let hit = false;
		for (let place = 0; place < mark.uses.length; place++) {
			const use = mark.uses[place] as Use;
			const beside = (words[at + use.step] as number) | FOLD;
			if (((beside ^ use.bits) & use.mask) !== 0) continue;
			const start = at * 4 - use.offset;
			if (!isAt(bytes, length, start, (this.#needles[use.needle] as Needle).folded)) continue;
			hit = true;
			onHit(start, use.needle);
		}
		if (!hit) this.#noteAstray(mark);
	}

	#noteAstray(mark: Mark): void {
		if (mark.search !== this.#searches) {
			mark.search = this.#searches;
			mark.astray = 0;
		}
		mark.astray += 1;
		if (mark.astray === ASTRAY_MAX) this.#misleading.push(mark);
	}

	/** Looks for other bytes of those whose words turned out to be common; their other words may stay. */
	#turnAway(): void {
		const turned = new Set<number>();
		for (const { word, table, uses } of this.#misleading) {
			// the short ones have no other bytes
			if (uses.some(({ needle }) => (this.#needles[needle] as Needle).folded.length < COVERS)) continue;
			this.#common.add(word);
			for (const { needle } of uses) turned.add(needle);
			table.delete(word);
		}
		this.#misleading = [];
		for (const number of turned) {
			const needle = this.#needles[number] as Needle;
			needle.window = this.#bestWindow(needle);
			this.#enter(number);
		}
	}

	#searchShort({ words, length }: HeldBytes, onHit: OnHit): void {
		if (this.#folded.length < words.length) this.#folded = new Int32Array(words.length);
		const folded = this.#folded;
		for (let at = 0; at < words.length; at++) folded[at] = (words[at] as number) | FOLD;
		const bytes = new Uint8Array(folded.buffer, 0, length);
		for (const number of this.#short) {
			const needle = (this.#needles[number] as Needle).folded;
			const first = needle[0] as number;
			for (let place = bytes.indexOf(first); place >= 0; place = bytes.indexOf(first, place + 1)) {
				if (isAt(bytes, length, place, needle)) onHit(place, number);
			}
		}
	}
}

/** The side on which more of the text is. */
function useOf({ folded }: Needle, needle: number, offset: number): Use {
	const behind = Math.min(4, folded.length - offset - 4);
	const step = behind >= Math.min(4, offset) ? 1 : -1;
	let mask = 0;
	let bits = 0;
	for (let byte = 0; byte < 4; byte++) {
		const value = folded[offset + 4 * step + byte];
		if (value === undefined) continue;
		mask |= 255 << (8 * byte);
		bits |= value << (8 * byte);
	}
	return { needle, offset, step, mask, bits };
}
