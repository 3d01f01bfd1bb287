/**
 * A Bloom filter over the queue keys and terms of one closed slice: tells without touching the file that a slice has nothing
 * of a queue or a name. Made of the 32 bits that a packed slice's pages are sorted by, a power of two of bits, so that a
 * filter laid end to end is a larger one of the same slice (`key-filters.ts`). 12 to 24 bits and 7 probes a key: a false
 * "maybe" costs reading a page; it comes about once in 300 to once in 10 000. Never a false "no".
 */
import type { DatabaseSync } from "node:sqlite";
import { hashTerm } from "../../term-hash.ts";
import { numbersOf, pageHash } from "../packed/postings.ts";
import { readRun } from "./term-run.ts";

const BITS_PER_KEY = 12;
const PROBES = 7;
const BITS_MIN = 512;

/** Where the bits of a number (`pageHash`) are: at `first`, and each `step` further, as far as the filter is long. */
export class Probes {
	readonly #first: number;
	readonly #step: number;

	constructor(number: number) {
		// MurmurHash3's last step: every bit of the number moves every bit of the place
		let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		mixed ^= mixed >>> 16;
		this.#first = mixed;
		this.#step = (mixed >>> 17) | (mixed << 15) | 1;
	}

	set(bits: Uint8Array): void {
		const mask = bits.length * 8 - 1;
		for (let probe = 0; probe < PROBES; probe++) {
			const bit = (this.#first + Math.imul(probe, this.#step)) & mask;
			bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
		}
	}

	/** What all probed rows have in common: a bit for each filter that may have it. */
	common(rows: Uint32Array): number {
		const mask = rows.length - 1;
		let common = -1;
		for (let probe = 0; probe < PROBES && common !== 0; probe++)
			common &= rows[(this.#first + Math.imul(probe, this.#step)) & mask] ?? 0;
		return common;
	}
}

export function filterOf(numbers: ReadonlySet<number>): Uint8Array {
	const bits = new Uint8Array(Math.max(BITS_MIN, 2 ** Math.ceil(Math.log2(numbers.size * BITS_PER_KEY))) / 8);
	for (const number of numbers) new Probes(number).set(bits);
	return bits;
}

/** Over everything that is asked of a slice by name, packed or not: its queues' keys and its hops' terms. */
export function writeKeyFilter(db: DatabaseSync): void {
	const numbers = new Set<number>();
	const addPages = (table: "term_pages" | "key_pages") => {
		for (const { first, data } of db.prepare(`SELECT first, data FROM ${table}`).iterate())
			if (data instanceof Uint8Array)
				for (const number of numbersOf(data, Number(first))) numbers.add(number);
	};
	addPages("term_pages");
	addPages("key_pages");
	for (const { data } of db.prepare("SELECT data FROM term_runs").iterate())
		if (data instanceof Uint8Array) for (const term of readRun(data).terms) numbers.add(pageHash(term));
	for (const { term } of db.prepare("SELECT DISTINCT term FROM hop_terms").iterate())
		numbers.add(pageHash(Number(term)));
	for (const { key } of db.prepare("SELECT key FROM line_keys UNION SELECT key FROM hops").iterate())
		numbers.add(pageHash(hashTerm(String(key))));
	db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('key-filter', ?)").run(filterOf(numbers));
}
