/** What was unpacked is kept for a while, up to a number of bytes for all slices of a thread; the longest unused goes first. */

export class Kept<Value> {
	readonly #bytesMax: number;
	readonly #entries = new Map<string, { value: Value; bytes: number }>();
	#bytes = 0;

	constructor(bytesMax: number) {
		this.#bytesMax = bytesMax;
	}

	/** `make` says what it made, and how much room that takes. */
	get(name: string, make: () => { value: Value; bytes: number }): Value {
		const known = this.#entries.get(name);
		if (known) {
			this.#entries.delete(name);
			this.#entries.set(name, known);
			return known.value;
		}
		const made = make();
		this.#entries.set(name, made);
		this.#bytes += made.bytes;
		for (const [oldest, { bytes }] of this.#entries) {
			if (this.#bytes <= this.#bytesMax || oldest === name) break;
			this.#entries.delete(oldest);
			this.#bytes -= bytes;
		}
		return made.value;
	}
}
