/**
 * Bytes → lines, at constant memory. Chunks are searched for the newline byte; nothing is copied or decoded but a line that two
 * chunks share. A line longer than `LINE_MAX` is cut there and counted: nothing in a log may grow our memory. A carriage return
 * before the newline belongs to the line's end. The last line need not end in a newline.
 */

/** bytes; syslog daemons cut at 8 KiB, journald at 48 KiB */
export const LINE_MAX = 1 << 20;

const NEWLINE = 10;
const RETURN = 13;

/** A line is `bytes` from `start` to `end`, valid until the function returns. */
export type OnLine = (bytes: Buffer, start: number, end: number) => void;

export class LineSplitter {
	/** lines that were cut */
	cut = 0;
	#rest: Buffer[] = [];
	#restLength = 0;
	#skipping = false;

	/** Calls `onLine` for every line that ends in this chunk. */
	push(chunk: Buffer, onLine: OnLine): void {
		let start = 0;
		for (;;) {
			const end = chunk.indexOf(NEWLINE, start);
			if (end < 0) break;
			if (this.#skipping) this.#skipping = false;
			else if (this.#restLength > 0) this.#withRest(chunk.subarray(start, end), onLine);
			else onLine(chunk, start, withoutReturn(chunk, start, end));
			start = end + 1;
		}
		if (start < chunk.length && !this.#skipping) this.#keep(chunk.subarray(start), onLine);
	}

	end(onLine: OnLine): void {
		if (this.#restLength > 0) this.#withRest(Buffer.alloc(0), onLine);
	}

	#keep(bytes: Buffer, onLine: OnLine): void {
		// a copy: the chunk's memory is read into again
		this.#rest.push(Buffer.from(bytes));
		this.#restLength += bytes.length;
		if (this.#restLength < LINE_MAX) return;
		this.cut += 1;
		this.#skipping = true;
		this.#withRest(Buffer.alloc(0), onLine);
	}

	#withRest(bytes: Buffer, onLine: OnLine): void {
		const whole = Buffer.concat([...this.#rest, bytes]);
		this.#rest = [];
		this.#restLength = 0;
		onLine(whole, 0, Math.min(LINE_MAX, withoutReturn(whole, 0, whole.length)));
	}
}

function withoutReturn(bytes: Buffer, start: number, end: number): number {
	return end > start && bytes[end - 1] === RETURN ? end - 1 : end;
}
