/**
 * Batches of made-up mail as bytes, fast enough that the bench is not what is measured: one batch is made as an agent makes
 * it, and of every other one only the numbers, times and offsets are written over.
 */
import { mailTraffic, messageId, queueIdIn, queueIdOut, wireLines } from "../src/testing/mail-traffic.ts";

/** of seven digits, as all that follow */
const FIRST = 1_000_000;
const OFFSET = 1_000_000_000;
const TIME = /2026-03-\d\dT\d\d:\d\d/g;

interface Place {
	at: number;
	write: (to: Buffer, at: number, batch: { first: number; offset: number; id: number }) => void;
}

export class TrafficTemplate {
	readonly #text: Buffer;
	readonly #places: Place[] = [];
	readonly #length: number;

	constructor(side: "out" | "in", messages: number) {
		const { lines, end } = wireLines(mailTraffic(FIRST, messages)[side], OFFSET);
		this.#length = end - OFFSET;
		const position = { source: "/var/log/mail.log", generation: "g1", offset: end };
		const text = JSON.stringify({ type: "batch", id: OFFSET, from: OFFSET, position, lines });
		this.#text = Buffer.from(text);
		const decimal = (to: Buffer, at: number, value: number) => void to.write(String(value), at, "latin1");
		this.#find(text, `"id":${OFFSET}`, 5, (to, at, { id }) => decimal(to, at, OFFSET + id));
		this.#find(
			text,
			`"from":${OFFSET}`,
			7,
			(to, at, { offset }) =>
				// a content begins at 0, and JSON may have blanks before a number
				void to.write((offset === OFFSET ? "0" : String(offset)).padStart(10), at),
		);
		for (const each of [...lines.map(({ offset }) => offset), end])
			this.#find(text, `"offset":${each}`, 9, (to, at, { offset }) =>
				decimal(to, at, each + offset - OFFSET),
			);
		for (let n = FIRST; n < FIRST + messages; n++) {
			const now = (first: number) => n + first - FIRST;
			for (const name of [queueIdOut, queueIdIn, messageId])
				this.#find(text, name(n), 0, (to, at, { first }) => void to.write(name(now(first)), at, "latin1"));
			this.#find(text, `u${n}@`, 1, (to, at, { first }) => decimal(to, at, now(first)));
		}
		for (const found of text.matchAll(TIME)) {
			const begun = Date.parse(`${found[0]}Z`);
			const later = (first: number) => new Date(begun + (first - FIRST) * 10).toISOString().slice(0, 16);
			this.#places.push({ at: found.index, write: (to, at, { first }) => void to.write(later(first), at) });
		}
	}

	/** Messages from number `first` on; `end`: the offset behind the last line. */
	batch(id: number, offset: number, first: number): { text: Buffer; end: number } {
		const text = Buffer.from(this.#text);
		for (const { at, write } of this.#places) write(text, at, { first, offset, id });
		return { text, end: offset + this.#length };
	}

	#find(text: string, word: string, skip: number, write: Place["write"]): void {
		for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
			this.#places.push({ at: at + skip, write });
	}
}
