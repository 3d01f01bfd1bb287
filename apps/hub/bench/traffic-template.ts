/**
 * Batches of made-up mail as bytes, fast enough that the bench is not what is measured: one batch is made as an agent makes
 * it, and of every other one only the numbers, times and offsets are written over.
 */
import { mailTraffic, messageId, queueIdIn, queueIdOut, wireLines } from "../src/testing/mail-traffic.ts";

/** of seven digits, as all that follow */
const FIRST = 1_000_000;
const OFFSET = 1_000_000_000;
const TIME = /2026-03-\d\dT\d\d:\d\d:\d\d\.\d{3}/;
const TIME_LETTERS = 23;
/** messages of `mailTraffic` */
const APART_MS = 1_010;

/** When messages were sent: number `first` at `firstAt` (epoch milliseconds), each `paceMs` after the one before. */
export interface Pace {
	first: number;
	firstAt: number;
	paceMs: number;
}

interface Place {
	at: number;
	write: (to: Buffer, at: number, batch: { first: number; offset: number; id: number }) => void;
}

export class TrafficTemplate {
	readonly #text: Buffer;
	readonly #places: Place[] = [];
	readonly #length: number;

	/** Without a pace a message each 10 ms. */
	constructor(side: "out" | "in", messages: number, pace?: Pace) {
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
		const begun = Date.parse(`${TIME.exec(text)?.[0]}Z`);
		for (const { 0: time, index } of text.matchAll(new RegExp(TIME, "g"))) {
			const later = Date.parse(`${time}Z`) - begun;
			// of which message, and how long after its first line
			const message = Math.floor(later / APART_MS);
			const within = later - message * APART_MS;
			const timeOf = (first: number) =>
				pace
					? pace.firstAt + (first + message - pace.first) * pace.paceMs + within
					: begun + later + (first - FIRST) * 10;
			this.#places.push({
				at: index,
				write: (to, at, { first }) => void to.write(new Date(timeOf(first)).toISOString(), at, TIME_LETTERS),
			});
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
