/**
 * When lines were written, from their bytes: for choosing among lines before any is parsed. Asks the parser once for each minute of
 * headers without a zone; only for lines that surely have a header. As exact as the second.
 */
import type { LineParser } from "@mailtrail/core/parse";

const BLANK = 32;
const MINUTE_MAX = 16;

export class LineClock {
	readonly #parser: LineParser;
	/** the minute that was asked for last, as it stands in the header */
	readonly #minute = new Uint8Array(MINUTE_MAX);
	#length = 0;
	#startsAt = Number.NaN;

	constructor(parser: LineParser) {
		this.#parser = parser;
	}

	/** Epoch milliseconds; NaN where the bytes do not tell. */
	at(bytes: Buffer, start: number, end: number): number {
		const first = bytes[start] as number;
		// Dec  5 18:38:12 tu8 …
		if (first >= 65) return this.#localAt(bytes, start, end, 12);
		// 2026-11-22 02:35:24 …, exim's mainlog
		if (bytes[start + 10] === BLANK) return this.#localAt(bytes, start, end, 16);
		// <22>1 2026-11-21T21:45:26.152881-05:00 tu8 …
		const from = first === 60 ? bytes.indexOf(BLANK, start) + 1 : start;
		return Date.parse(bytes.toString("latin1", from, bytes.indexOf(BLANK, from)));
	}

	#localAt(bytes: Buffer, start: number, end: number, length: number): number {
		const seconds = 10 * (bytes[start + length + 1] as number) + (bytes[start + length + 2] as number) - 528;
		if (!this.#isSame(bytes, start, length)) {
			const { at } = this.#parser.parse(bytes.toString("utf8", start, end));
			this.#startsAt = at === undefined ? Number.NaN : Math.floor(Date.parse(at) / 1000 - seconds) * 1000;
			for (let place = 0; place < length; place++) this.#minute[place] = bytes[start + place] as number;
			this.#length = length;
		}
		return this.#startsAt + seconds * 1000;
	}

	#isSame(bytes: Buffer, start: number, length: number): boolean {
		if (this.#length !== length) return false;
		// minutes differ in their last digit mostly
		for (let place = length - 1; place >= 0; place--)
			if (this.#minute[place] !== bytes[start + place]) return false;
		return true;
	}
}
