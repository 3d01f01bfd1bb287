/**
 * Which lines a content had, in their order, four bytes for each: so that a log which is emptied and gets a part of its lines
 * back, in place, is known line by line, whatever was written to it by then. Bounded; beyond that it tells nothing.
 */
import { crc32 } from "node:zlib";
import type { RawLine } from "./split-lines.ts";

const LINES_MAX = 262_144;
const FIRST_ROOM = 1024;

export class LineMarks {
	#marks = new Uint32Array(FIRST_ROOM);
	#count = 0;
	#next = 0;
	#isFull = false;

	/** whether it knows every line that was read */
	get isWhole(): boolean {
		return !this.#isFull;
	}

	add(lines: readonly RawLine[]): void {
		if (this.#isFull) return;
		for (const { text } of lines) {
			if (this.#count === LINES_MAX) return this.#giveUp();
			if (this.#count === this.#marks.length) this.#grow();
			this.#marks[this.#count++] = crc32(text);
		}
	}

	/** How many of the lines that come next are of this content, in its order; some of it may be left out between. */
	skip(lines: readonly RawLine[]): number {
		const marks = this.#marks.subarray(0, this.#count);
		for (const [index, { text }] of lines.entries()) {
			const at = marks.indexOf(crc32(text), this.#next);
			if (at < 0) return index;
			this.#next = at + 1;
		}
		return lines.length;
	}

	#grow(): void {
		const marks = new Uint32Array(this.#marks.length * 2);
		marks.set(this.#marks);
		this.#marks = marks;
	}

	#giveUp(): void {
		this.#isFull = true;
		this.#marks = new Uint32Array(0);
		this.#count = 0;
	}
}
