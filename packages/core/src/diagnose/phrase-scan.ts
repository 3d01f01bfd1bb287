/**
 * Finds which of many phrases a text holds, in one pass over the text however many phrases there are. Of each phrase the
 * four characters that fewest others have are looked up at every place of the text; only where they stand is the phrase
 * compared. All tables together are small enough for the processor's cache, which an automaton of all phrases is not.
 * No place of a text costs more than the phrases that share its four characters, so hostile text costs what its length says.
 * Phrases in other scripts are looked up by the two characters that fewest of them have, in texts that go beyond ASCII.
 */
import type { FoundPhrases } from "./found-phrases.ts";
import type { NormalForm } from "./normal-form.ts";

const GRAM = 4;
const PAIR = 2;
const GRAM_BITS = 0xfffffff;
const SLOT_BITS = 15;
/** 2^32 divided by the golden ratio (Knuth, volume 3, section 6.4) */
const SPREAD = 0x9e3779b1;
/** shorter ones would have to be looked for at every place */
const PHRASE_MIN = 3;
const BEYOND_ASCII = /[^\u0000-\u007f]/;

export class PhraseScan {
	/** four characters, spread → their first entry; 0 where no phrase has them */
	readonly #slots = new Uint16Array(1 << SLOT_BITS);
	/** two characters of which one is beyond ASCII, spread → likewise */
	readonly #foreignSlots = new Uint16Array(1 << SLOT_BITS);
	/** entry → its four characters (or two), its phrase, where in the phrase they end, and whether another follows */
	readonly #grams: Int32Array;
	readonly #phrase: Uint16Array;
	readonly #behind: Uint16Array;
	readonly #more: Uint8Array;
	/** all phrases in one piece, and where each begins */
	readonly #text: Uint16Array;
	readonly #start: Uint32Array;

	constructor(phrases: readonly string[]) {
		this.#start = new Uint32Array(phrases.length + 1);
		for (const [index, phrase] of phrases.entries())
			this.#start[index + 1] = (this.#start[index] as number) + phrase.length;
		const text = phrases.join("");
		this.#text = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
		const slots = bySlot(anchorsOf(phrases));
		const foreign = bySlot(foreignAnchorsOf(phrases));
		const entries = [...slots.values(), ...foreign.values()].flat();
		this.#grams = Int32Array.from([0, ...entries.map(({ gram }) => gram)]);
		this.#phrase = Uint16Array.from([0, ...entries.map(({ phrase }) => phrase)]);
		this.#behind = Uint16Array.from([0, ...entries.map(({ behind }) => behind)]);
		this.#more = new Uint8Array(entries.length + 1).fill(1);
		const next = this.#enter(slots, this.#slots, 1);
		this.#enter(foreign, this.#foreignSlots, next);
	}

	/** Gives each slot its entries, which follow one another, and returns the first one that is free. */
	#enter(groups: ReadonlyMap<number, readonly Anchor[]>, slots: Uint16Array, from: number): number {
		let entry = from;
		for (const [slot, within] of groups) {
			slots[slot] = entry;
			entry += within.length;
			this.#more[entry - 1] = 0;
		}
		return entry;
	}

	/** Adds the phrases that a text in normal form holds. */
	find({ codes, length, foreign }: NormalForm, found: FoundPhrases): void {
		const slots = this.#slots;
		let gram = 0;
		// one further: the last three characters may be a phrase
		for (let at = 0; at <= length; at++) {
			gram = ((gram << 7) | ((codes[at] as number) & 0x7f)) & GRAM_BITS;
			const entry = slots[slotOf(gram)] as number;
			if (entry !== 0) this.#compare(codes, length, at + 1, gram, entry, found);
		}
		if (foreign) this.#findForeign(codes, length, found);
	}

	#findForeign(codes: Uint16Array, length: number, found: FoundPhrases): void {
		const slots = this.#foreignSlots;
		let before = 0;
		for (let at = 0; at < length; at++) {
			const code = codes[at] as number;
			const pair = (before << 16) | code;
			const entry = slots[slotOf(pair)] as number;
			if (entry !== 0) this.#compare(codes, length, at + 1, pair, entry, found);
			// a phrase may be one ideograph: 違
			const lone = slots[slotOf(code)] as number;
			if (lone !== 0) this.#compare(codes, length, at + 1, code, lone, found);
			before = code;
		}
	}

	#stands(phrase: number, codes: Uint16Array, length: number, from: number): boolean {
		let letter = this.#start[phrase] as number;
		const stop = this.#start[phrase + 1] as number;
		if (from < 0 || from + stop - letter > length) return false;
		for (let at = from; letter < stop; at++, letter++) if (this.#text[letter] !== codes[at]) return false;
		return true;
	}

	#compare(
		codes: Uint16Array,
		length: number,
		end: number,
		gram: number,
		first: number,
		found: FoundPhrases,
	): void {
		for (let entry = first; ; entry++) {
			if (this.#grams[entry] === gram) {
				const phrase = this.#phrase[entry] as number;
				if (this.#stands(phrase, codes, length, end - (this.#behind[entry] as number))) found.add(phrase);
			}
			if (this.#more[entry] === 0) return;
		}
	}
}

interface Anchor {
	/** four characters of ASCII, or two that go beyond it */
	gram: number;
	phrase: number;
	/** from the phrase's beginning to the end of these characters */
	behind: number;
}

function gramAt(phrase: string, from: number): number {
	let gram = 0;
	for (let at = from; at < from + GRAM; at++) gram = (gram << 7) | phrase.charCodeAt(at);
	return gram;
}

/** Undefined for two of ASCII. */
function pairAt(phrase: string, from: number): number | undefined {
	const first = phrase.charCodeAt(from);
	const second = phrase.charCodeAt(from + 1);
	return (first | second) < 128 ? undefined : (first << 16) | second;
}

function anchorsOf(phrases: readonly string[]): Anchor[] {
	const short = phrases.flatMap((phrase, index) => {
		if (phrase.length >= GRAM || BEYOND_ASCII.test(phrase)) return [];
		if (phrase.length < PHRASE_MIN) throw new Error(`too short a phrase: ${phrase}`);
		return withAnyNext(phrase, index);
	});
	const plain = phrases.map((phrase) => (BEYOND_ASCII.test(phrase) ? "" : phrase));
	return [...short, ...rarestOf(plain, GRAM, gramAt)];
}

function foreignAnchorsOf(phrases: readonly string[]): Anchor[] {
	const foreign = phrases.map((phrase) => (BEYOND_ASCII.test(phrase) ? phrase : ""));
	const lone = foreign.flatMap((words, phrase) =>
		words.length === 1 ? [{ gram: words.charCodeAt(0), phrase, behind: 1 }] : [],
	);
	return [...lone, ...rarestOf(foreign, PAIR, pairAt)];
}

/** Of each phrase those of its characters, so many in a row, that fewest others have. */
function rarestOf(
	phrases: readonly string[],
	width: number,
	read: (phrase: string, from: number) => number | undefined,
): Anchor[] {
	const common = new Map<number, number>();
	for (const phrase of phrases) {
		for (let from = 0; from + width <= phrase.length; from++) {
			const gram = read(phrase, from);
			if (gram !== undefined) common.set(gram, (common.get(gram) ?? 0) + 1);
		}
	}
	return phrases.flatMap((words, phrase) => {
		let anchor: Anchor | undefined;
		let fewest = Number.POSITIVE_INFINITY;
		for (let from = 0; from + width <= words.length; from++) {
			const gram = read(words, from);
			if (gram === undefined) continue;
			const count = common.get(gram) as number;
			if (count >= fewest) continue;
			fewest = count;
			anchor = { gram, phrase, behind: from + width };
		}
		return anchor ?? [];
	});
}

/** Three characters, and the fourth whatever it is. */
function withAnyNext(phrase: string, index: number): Anchor[] {
	return Array.from({ length: 128 }, (_, next) => ({
		gram: gramAt(phrase + String.fromCharCode(next), 0),
		phrase: index,
		behind: GRAM,
	}));
}

function slotOf(gram: number): number {
	return Math.imul(gram, SPREAD) >>> (32 - SLOT_BITS);
}

function bySlot(anchors: readonly Anchor[]): Map<number, Anchor[]> {
	const slots = new Map<number, Anchor[]>();
	for (const anchor of anchors) {
		const slot = slotOf(anchor.gram);
		const within = slots.get(slot) ?? [];
		within.push(anchor);
		slots.set(slot, within);
	}
	return slots;
}
