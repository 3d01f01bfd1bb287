/**
 * Which phrases one text holds, by their numbers: each once, in the order in which they were found. Made once and used
 * again for every text, so that a question makes nothing anew.
 */
export class FoundPhrases {
	/** the first `count` of them */
	readonly phrases: Uint16Array;
	count = 0;
	/** a byte each: all of them together stay in the processor's nearest cache */
	readonly #isFound: Uint8Array;

	constructor(phrases: number) {
		this.phrases = new Uint16Array(phrases);
		this.#isFound = new Uint8Array(phrases);
	}

	add(phrase: number): void {
		if (this.#isFound[phrase] !== 0) return;
		this.#isFound[phrase] = 1;
		this.phrases[this.count++] = phrase;
	}

	hasOneOf(phrases: readonly number[]): boolean {
		for (let at = 0; at < phrases.length; at++) if (this.#isFound[phrases[at] as number] !== 0) return true;
		return false;
	}

	/** Costs what was found, not what there is. */
	clear(): void {
		for (let at = 0; at < this.count; at++) this.#isFound[this.phrases[at] as number] = 0;
		this.count = 0;
	}
}
