/**
 * A Bloom filter over the queue keys and terms of one closed slice: tells without touching the file that a slice has nothing
 * of a queue or a name. False "maybe" about 1 in 100 (10 bits and 7 probes a key), never a false "no".
 */
import type { DatabaseSync } from "node:sqlite";
import { hashTerm, probesOf } from "../term-hash.ts";

const BITS_PER_KEY = 10;
const PROBES = 7;

export class KeyFilter {
	readonly #bits: Uint8Array;

	constructor(bits: Uint8Array) {
		this.#bits = bits;
	}

	/** Of the hashes of keys (`hashTerm`). */
	static of(hashes: ReadonlySet<number>): KeyFilter {
		const filter = new KeyFilter(new Uint8Array(Math.max(64, Math.ceil((hashes.size * BITS_PER_KEY) / 8))));
		for (const hash of hashes) filter.#add(hash);
		return filter;
	}

	get bytes(): Uint8Array {
		return this.#bits;
	}

	mayHave(key: string): boolean {
		const size = this.#bits.length * 8;
		const [first, step] = probesOf(hashTerm(key));
		for (let probe = 0; probe < PROBES; probe++) {
			const bit = (first + probe * step) % size;
			if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
		}
		return true;
	}

	#add(hash: number): void {
		const size = this.#bits.length * 8;
		const [first, step] = probesOf(hash);
		for (let probe = 0; probe < PROBES; probe++) {
			const bit = (first + probe * step) % size;
			this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
		}
	}
}

/** Over everything that is asked of a slice by name: its queues' keys and its hops' terms; `terms` are those in runs. */
export function writeKeyFilter(db: DatabaseSync, terms: Iterable<number> = []): void {
	const hashes = new Set(terms);
	for (const { key } of db.prepare("SELECT key FROM line_keys UNION SELECT key FROM hops").iterate())
		hashes.add(hashTerm(String(key)));
	for (const { term } of db.prepare("SELECT DISTINCT term FROM hop_terms").iterate())
		hashes.add(Number(term));
	const { bytes } = KeyFilter.of(hashes);
	db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('key-filter', ?)").run(bytes);
}
