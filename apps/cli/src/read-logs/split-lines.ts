/**
 * Bytes → lines, at constant memory. Chunks of about 1 MiB are searched for the newline byte; a line is decoded once. A line
 * longer than `LINE_MAX` is cut there and counted: nothing in a log may grow our memory. A carriage return before the
 * newline belongs to the line's end. The last line need not end in a newline.
 */

/** bytes; syslog daemons cut at 8 KiB, journald at 48 KiB */
export const LINE_MAX = 1 << 20;

const NEWLINE = 10;
const RETURN = 13;

export class LineSplitter {
	/** lines that were cut */
	cut = 0;
	#rest: Buffer[] = [];
	#restLength = 0;
	#skipping = false;

	/** Calls `onLine` for every line that ends in this chunk. */
	push(chunk: Buffer, onLine: (line: string) => void): void {
		let start = 0;
		for (;;) {
			const end = chunk.indexOf(NEWLINE, start);
			if (end < 0) break;
			if (this.#skipping) this.#skipping = false;
			else if (this.#restLength > 0) onLine(this.#withRest(chunk.subarray(start, end)));
			else onLine(decode(chunk, start, end));
			start = end + 1;
		}
		if (start < chunk.length && !this.#skipping) this.#keep(chunk.subarray(start), onLine);
	}

	end(onLine: (line: string) => void): void {
		if (this.#restLength > 0) onLine(this.#withRest(Buffer.alloc(0)));
	}

	#keep(bytes: Buffer, onLine: (line: string) => void): void {
		// a copy: the chunk's memory is read into again
		this.#rest.push(Buffer.from(bytes));
		this.#restLength += bytes.length;
		if (this.#restLength < LINE_MAX) return;
		this.cut += 1;
		this.#skipping = true;
		onLine(this.#withRest(Buffer.alloc(0)).slice(0, LINE_MAX));
	}

	#withRest(bytes: Buffer): string {
		const whole = Buffer.concat([...this.#rest, bytes]);
		this.#rest = [];
		this.#restLength = 0;
		return decode(whole, 0, whole.length);
	}
}

function decode(bytes: Buffer, start: number, end: number): string {
	const last = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
	return bytes.toString("utf8", start, last);
}
