/**
 * Where the lines of one block are: found once, and only when somebody asks for their number. Lines that were parsed in their
 * order are left out.
 */

import { findNewlines, type HeldBytes } from "@mailtrail/core/scan";

const NEWLINE = 10;
const RETURN = 13;

/** A line in the bytes of its block. */
export interface BlockLine {
	start: number;
	end: number;
}

/** Memory for where lines begin, which one block after the other uses. */
export class LineStarts {
	count = 0;
	#starts = new Int32Array(4096);

	/** Where the `nth` line begins; behind the last one, as if another followed. */
	at(nth: number): number {
		return this.#starts[nth] as number;
	}

	find(held: HeldBytes): void {
		let count = 0;
		this.#starts[0] = 0;
		findNewlines(held, (places) => {
			if (count + places.length + 2 > this.#starts.length) this.#grow(2 * (count + places.length) + 2);
			const starts = this.#starts;
			for (let nth = 0; nth < places.length; nth++) starts[++count] = (places[nth] as number) + 1;
		});
		// the last one need not end
		if ((this.#starts[count] as number) < held.length) this.#starts[++count] = held.length + 1;
		this.count = count;
	}

	#grow(size: number): void {
		const starts = new Int32Array(size);
		starts.set(this.#starts);
		this.#starts = starts;
	}
}

export class BlockLines {
	readonly bytes: Buffer;
	/** lines of the file before it */
	readonly before: number;
	/** where lines begin that were parsed in their order */
	readonly taken = new Set<number>();
	readonly #length: number;
	readonly #held: HeldBytes;
	/** where lines begin, once all were counted */
	readonly #starts: LineStarts;
	#isCounted = false;

	/** `starts` is memory that the next block may have. */
	constructor(bytes: Buffer, held: HeldBytes, before: number, starts: LineStarts) {
		this.bytes = bytes;
		this.before = before;
		this.#held = held;
		this.#length = held.length;
		this.#starts = starts;
	}

	/** Where all lines begin. */
	starts(): LineStarts {
		if (!this.#isCounted) this.#starts.find(this.#held);
		this.#isCounted = true;
		return this.#starts;
	}

	/** The `nth` line, once they were counted. */
	lineOf(nth: number): BlockLine {
		const start = this.#starts.at(nth);
		return { start, end: this.#withoutReturn(start, this.#starts.at(nth + 1) - 1) };
	}

	/** The line at a place. */
	at(place: number): BlockLine | undefined {
		const start = place === 0 ? 0 : this.bytes.lastIndexOf(NEWLINE, place - 1) + 1;
		if (this.taken.has(start)) return undefined;
		const end = this.bytes.indexOf(NEWLINE, place);
		return { start, end: this.#withoutReturn(start, end < 0 || end > this.#length ? this.#length : end) };
	}

	/** The number of the line that begins at `start`. */
	numberAt(start: number): number {
		const starts = this.starts();
		let low = 0;
		let high = starts.count - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (starts.at(middle) <= start) low = middle;
			else high = middle - 1;
		}
		return this.before + 1 + low;
	}

	/** All but those that were parsed in their order. */
	forEach(onLine: (start: number, end: number, number: number) => void): void {
		const { count } = this.starts();
		for (let nth = 0; nth < count; nth++) {
			const { start, end } = this.lineOf(nth);
			if (this.taken.size === 0 || !this.taken.has(start)) onLine(start, end, this.before + nth + 1);
		}
	}

	/** The last line, for the first of the next block. */
	last(): string {
		const end = this.bytes[this.#length - 1] === NEWLINE ? this.#length - 1 : this.#length;
		const start = end === 0 ? 0 : this.bytes.lastIndexOf(NEWLINE, end - 1) + 1;
		return this.bytes.toString("utf8", start, this.#withoutReturn(start, end));
	}

	/** The line that ends before `start`; undefined at the beginning of the block. */
	previous(start: number): { text: string; start: number } | undefined {
		if (start === 0) return undefined;
		const end = start - 1;
		const from = end === 0 ? 0 : this.bytes.lastIndexOf(NEWLINE, end - 1) + 1;
		return { text: this.bytes.toString("utf8", from, this.#withoutReturn(from, end)), start: from };
	}

	#withoutReturn(start: number, end: number): number {
		return end > start && this.bytes[end - 1] === RETURN ? end - 1 : end;
	}
}
