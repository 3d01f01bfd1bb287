/**
 * A Bloom filter over the queue keys of one closed slice: tells without touching the file that a slice has nothing of a
 * queue. False "maybe" about 1 in 100 (10 bits and 7 probes a key), never a false "no".
 */

const BITS_PER_KEY = 10;
const PROBES = 7;

export class KeyFilter {
	readonly #bits: Uint8Array;

	constructor(bits: Uint8Array) {
		this.#bits = bits;
	}

	static of(keys: Iterable<string>, count: number): KeyFilter {
		const filter = new KeyFilter(new Uint8Array(Math.max(64, Math.ceil((count * BITS_PER_KEY) / 8))));
		for (const key of keys) filter.#add(key);
		return filter;
	}

	get bytes(): Uint8Array {
		return this.#bits;
	}

	mayHave(key: string): boolean {
		const size = this.#bits.length * 8;
		const [first, step] = hashPair(key);
		for (let probe = 0; probe < PROBES; probe++) {
			const bit = (first + probe * step) % size;
			if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
		}
		return true;
	}

	#add(key: string): void {
		const size = this.#bits.length * 8;
		const [first, step] = hashPair(key);
		for (let probe = 0; probe < PROBES; probe++) {
			const bit = (first + probe * step) % size;
			this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
		}
	}
}

let last: { key: string; pair: [number, number] } | undefined;

/** One key is asked of every slice in turn: hundreds of filters, one hash. */
function hashPair(key: string): [number, number] {
	if (last?.key !== key) last = { key, pair: makePair(key) };
	return last.pair;
}

/** Two FNV-1a hashes of different offsets; the second is odd, so that probes do not fall on each other. */
function makePair(key: string): [number, number] {
	let a = 0x811c9dc5;
	let b = 0x01000193;
	for (let i = 0; i < key.length; i++) {
		const unit = key.charCodeAt(i);
		a = Math.imul(a ^ unit, 0x01000193);
		b = Math.imul(b ^ unit, 0x85ebca6b);
	}
	return [a >>> 0, (b | 1) >>> 0];
}
