/**
 * When lines were written, from their bytes: for choosing among lines before any is parsed. Asks the parser once for each minute, or
 * for each second of headers that name their zone; only for lines that surely have a header. As exact as the second.
 */
import type { LineParser } from "@mailtrail/core/parse";

const BLANK = 32;
const LETTER = 65;
const LESS_THAN = 60;
/** `2026-01-12T04:00:10`, and `+01:00` before the blank */
const SECOND = 19;
const ZONE = 6;

export class LineClock {
	readonly #parser: LineParser;
	/** the time that was asked for last, as it stands in the header */
	readonly #known = new Uint8Array(SECOND + ZONE);
	#length = 0;
	#startsAt = Number.NaN;
	#day: string | undefined;

	constructor(parser: LineParser) {
		this.#parser = parser;
	}

	/** Epoch milliseconds; NaN where the bytes do not tell. */
	at(bytes: Buffer, start: number, end: number): number {
		// Dec  5 18:38:12 tu8 …
		if ((bytes[start] as number) >= LETTER) return this.#localAt(bytes, start, end, 12);
		// 2026-11-22 02:35:24 …, exim's mainlog
		if (bytes[start + 10] === BLANK) return this.#localAt(bytes, start, end, 16);
		return this.#zonedAt(bytes, start, end);
	}

	/** The day as the parser writes it: `2026-11-22`. */
	dayOf(bytes: Buffer, start: number, end: number): string | undefined {
		return Number.isNaN(this.at(bytes, start, end)) ? undefined : this.#day;
	}

	#localAt(bytes: Buffer, start: number, end: number, length: number): number {
		const seconds = 10 * (bytes[start + length + 1] as number) + (bytes[start + length + 2] as number) - 528;
		if (!this.#isKnown(bytes, start, length)) {
			const at = this.#ask(bytes, start, end);
			this.#startsAt = Math.floor(at / 1000 - seconds) * 1000;
			this.#keep(bytes, start, length);
		}
		return this.#startsAt + seconds * 1000;
	}

	// <22>1 2026-11-21T21:45:26.152881-05:00 tu8 …
	#zonedAt(bytes: Buffer, start: number, end: number): number {
		const from = bytes[start] === LESS_THAN ? bytes.indexOf(BLANK, start) + 1 : start;
		let blank = from + SECOND;
		while (blank < end && bytes[blank] !== BLANK) blank++;
		const zone = blank - ZONE;
		if (this.#isKnown(bytes, from, SECOND)) {
			let place = 0;
			while (place < ZONE && this.#known[SECOND + place] === bytes[zone + place]) place++;
			if (place === ZONE) return this.#startsAt;
		}
		this.#startsAt = Math.floor(this.#ask(bytes, start, end) / 1000) * 1000;
		this.#keep(bytes, from, SECOND);
		for (let place = 0; place < ZONE; place++) this.#known[SECOND + place] = bytes[zone + place] as number;
		return this.#startsAt;
	}

	#ask(bytes: Buffer, start: number, end: number): number {
		const { at } = this.#parser.parse(bytes.toString("utf8", start, end));
		this.#day = at?.slice(0, 10);
		return at === undefined ? Number.NaN : Date.parse(at);
	}

	#keep(bytes: Buffer, start: number, length: number): void {
		for (let place = 0; place < length; place++) this.#known[place] = bytes[start + place] as number;
		this.#length = length;
	}

	#isKnown(bytes: Buffer, start: number, length: number): boolean {
		if (this.#length !== length) return false;
		// times differ in their last digit mostly
		for (let place = length - 1; place >= 0; place--)
			if (this.#known[place] !== bytes[start + place]) return false;
		return true;
	}
}
