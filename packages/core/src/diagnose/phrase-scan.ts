/**
 * Finds which of many phrases a text holds, in one pass over the text however many phrases there are (Aho and
 * Corasick, CACM 18:6, 1975). Hostile text costs what friendly text costs.
 */

/** An empty phrase is never found: it keeps the place of one that is looked for otherwise. */
export class PhraseScan {
	/** character code → column; 0 is any character that no phrase has */
	readonly #column = new Uint8Array(128);
	#width = 1;
	/** state × width + column → next state */
	readonly #next: Int32Array;
	/** state → phrases that end there, by way of its suffixes too */
	readonly #ends: (readonly number[] | undefined)[];

	constructor(phrases: readonly string[]) {
		for (const phrase of phrases) {
			for (let at = 0; at < phrase.length; at++) {
				const code = phrase.charCodeAt(at);
				if (code > 127) throw new Error(`phrase with a character beyond ASCII: ${phrase}`);
				if (this.#column[code] === 0) this.#column[code] = this.#width++;
			}
		}
		const size = phrases.reduce((sum, phrase) => sum + phrase.length, 1);
		this.#next = new Int32Array(size * this.#width);
		this.#ends = new Array<readonly number[] | undefined>(size);
		this.#plant(phrases);
		this.#link(size);
	}

	#plant(phrases: readonly string[]): void {
		let states = 1;
		for (const [index, phrase] of phrases.entries()) {
			let state = 0;
			for (let at = 0; at < phrase.length; at++) {
				const cell = state * this.#width + (this.#column[phrase.charCodeAt(at)] as number);
				if (this.#next[cell] === 0) this.#next[cell] = states++;
				state = this.#next[cell] as number;
			}
			if (state > 0) this.#ends[state] = [...(this.#ends[state] ?? []), index];
		}
	}

	/** Breadth first: a missing step is the step of the longest suffix that is a phrase's start. */
	#link(size: number): void {
		const fallback = new Int32Array(size);
		const queue: number[] = [0];
		for (let head = 0; head < queue.length; head++) {
			const state = queue[head] as number;
			const back = fallback[state] as number;
			for (let column = 1; column < this.#width; column++) {
				const cell = state * this.#width + column;
				const child = this.#next[cell] as number;
				const alternative = state === 0 ? 0 : (this.#next[back * this.#width + column] as number);
				if (child === 0) {
					this.#next[cell] = alternative;
					continue;
				}
				fallback[child] = alternative;
				const inherited = this.#ends[alternative];
				if (inherited) this.#ends[child] = [...(this.#ends[child] ?? []), ...inherited];
				queue.push(child);
			}
		}
	}

	/** Indices of the phrases in a lower-case text; a phrase found twice may be named twice. */
	find(text: string): number[] {
		const found: number[] = [];
		let state = 0;
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			const column = code < 128 ? (this.#column[code] as number) : 0;
			state = column === 0 ? 0 : (this.#next[state * this.#width + column] as number);
			const ends = this.#ends[state];
			if (ends) found.push(...ends);
		}
		return found;
	}
}
