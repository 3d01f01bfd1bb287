/**
 * Finds which of many phrases a text holds, in one pass over the text however many phrases there are. Of each phrase the
 * four characters that fewest others have are looked up at every place of the text; only where they stand is the phrase
 * compared. All tables together are small enough for the processor's cache, which an automaton of all phrases is not.
 * No place of a text costs more than the phrases that share its four characters, so hostile text costs what its length says.
 * Phrases in other scripts are looked up by the character beyond ASCII that fewest of them have, in texts that have such.
 */
import type { NormalForm } from "./normal-form.ts";

const GRAM = 4;
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
	/** entry → its four characters, its phrase, where in the phrase they end, and whether another follows in the slot */
	readonly #grams: Uint32Array;
	readonly #phrase: Uint16Array;
	readonly #behind: Uint16Array;
	readonly #more: Uint8Array;
	/** all phrases in one piece, and where each begins */
	readonly #text: Uint16Array;
	readonly #start: Uint32Array;
	/** character beyond ASCII → one more than its place in `#foreign`; 0 where no phrase is looked up by it */
	readonly #foreignAt = new Uint16Array(0x10000);
	/** the phrases that are looked up by one character, and how many of their own stand before it */
	readonly #foreign: { phrase: number; before: number }[][] = [];

	constructor(phrases: readonly string[]) {
		this.#start = new Uint32Array(phrases.length + 1);
		for (const [index, phrase] of phrases.entries())
			this.#start[index + 1] = (this.#start[index] as number) + phrase.length;
		const text = phrases.join("");
		this.#text = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
		const slots = bySlot(anchorsOf(phrases));
		const entries = [...slots.values()].flat();
		this.#grams = Uint32Array.from([0, ...entries.map(({ gram }) => gram)]);
		this.#phrase = Uint16Array.from([0, ...entries.map(({ phrase }) => phrase)]);
		this.#behind = Uint16Array.from([0, ...entries.map(({ behind }) => behind)]);
		this.#more = new Uint8Array(entries.length + 1).fill(1);
		let entry = 1;
		for (const [slot, within] of slots) {
			this.#slots[slot] = entry;
			entry += within.length;
			this.#more[entry - 1] = 0;
		}
		for (const { phrase, before, code } of foreignAnchorsOf(phrases)) {
			if (this.#foreignAt[code] === 0) this.#foreignAt[code] = this.#foreign.push([]);
			this.#foreign[(this.#foreignAt[code] as number) - 1]?.push({ phrase, before });
		}
	}

	/** Tells the phrases that a text in normal form holds; one that stands there twice is told twice. */
	find({ codes, length, foreign }: NormalForm, tell: (phrase: number) => void): void {
		const slots = this.#slots;
		let gram = 0;
		// one further: the last three characters may be a phrase
		for (let at = 0; at <= length; at++) {
			gram = ((gram << 7) | ((codes[at] as number) & 0x7f)) & GRAM_BITS;
			const entry = slots[Math.imul(gram, SPREAD) >>> (32 - SLOT_BITS)] as number;
			if (entry !== 0) this.#compare(codes, length, at + 1, gram, entry, tell);
		}
		if (foreign) this.#findForeign(codes, length, tell);
	}

	#findForeign(codes: Uint16Array, length: number, tell: (phrase: number) => void): void {
		for (let at = 0; at < length; at++) {
			const place = this.#foreignAt[codes[at] as number] as number;
			if (place === 0) continue;
			for (const { phrase, before } of this.#foreign[place - 1] ?? [])
				if (this.#stands(phrase, codes, length, at - before)) tell(phrase);
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
		tell: (phrase: number) => void,
	): void {
		for (let entry = first; ; entry++) {
			if (this.#grams[entry] === gram) {
				const phrase = this.#phrase[entry] as number;
				if (this.#stands(phrase, codes, length, end - (this.#behind[entry] as number))) tell(phrase);
			}
			if (this.#more[entry] === 0) return;
		}
	}
}

interface Anchor {
	gram: number;
	phrase: number;
	/** from the phrase's beginning to the end of the four characters */
	behind: number;
}

function gramAt(phrase: string, from: number): number {
	let gram = 0;
	for (let at = from; at < from + GRAM; at++) gram = (gram << 7) | phrase.charCodeAt(at);
	return gram;
}

function anchorsOf(phrases: readonly string[]): Anchor[] {
	const common = new Map<number, number>();
	for (const phrase of phrases) {
		for (let from = 0; from + GRAM <= phrase.length; from++) {
			const gram = gramAt(phrase, from);
			common.set(gram, (common.get(gram) ?? 0) + 1);
		}
	}
	return phrases.flatMap((phrase, index) => {
		if (BEYOND_ASCII.test(phrase)) return [];
		if (phrase.length < PHRASE_MIN) throw new Error(`too short a phrase: ${phrase}`);
		if (phrase.length < GRAM) return withAnyNext(phrase, index);
		let rarest = 0;
		let fewest = Number.POSITIVE_INFINITY;
		for (let from = 0; from + GRAM <= phrase.length; from++) {
			const count = common.get(gramAt(phrase, from)) as number;
			if (count >= fewest) continue;
			fewest = count;
			rarest = from;
		}
		return [{ gram: gramAt(phrase, rarest), phrase: index, behind: rarest + GRAM }];
	});
}

/** Of each phrase that goes beyond ASCII the character, beyond it, that fewest others have. */
function foreignAnchorsOf(phrases: readonly string[]): { phrase: number; before: number; code: number }[] {
	const common = new Map<number, number>();
	const codes = (phrase: string) => Array.from({ length: phrase.length }, (_, at) => phrase.charCodeAt(at));
	for (const phrase of phrases)
		for (const code of codes(phrase)) common.set(code, (common.get(code) ?? 0) + 1);
	const count = (code: number) => (code < 128 ? Number.POSITIVE_INFINITY : (common.get(code) as number));
	return phrases.flatMap((words, phrase) => {
		if (!BEYOND_ASCII.test(words)) return [];
		const code = codes(words).reduce((rarest, each) => (count(each) < count(rarest) ? each : rarest));
		return [{ phrase, before: words.indexOf(String.fromCharCode(code)), code }];
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

function bySlot(anchors: readonly Anchor[]): Map<number, Anchor[]> {
	const slots = new Map<number, Anchor[]>();
	for (const anchor of anchors) {
		const slot = Math.imul(anchor.gram, SPREAD) >>> (32 - SLOT_BITS);
		const within = slots.get(slot) ?? [];
		within.push(anchor);
		slots.set(slot, within);
	}
	return slots;
}
