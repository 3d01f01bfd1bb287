/**
 * What is asked of a line's header before it is passed by unparsed: whether it is one that was just looked at, and whether its hour stands
 * twice in the log's zone. Nearly every line of a busy log is answered by comparing a few bytes.
 */
import { createLineParser, type ParseOptions } from "@mailtrail/core/parse";
import type { LineStarts } from "./block-lines.ts";

const BLANK = 32;
const LESS_THAN = 60;

/** Most lines of a busy log bear the second of the line before: `Dec  5 18:38:12 tu8 `, which needs no second look. */
export class SameSecond {
	/** the header, four bytes in each */
	readonly #kept = new Int32Array(4);

	/** The first of these lines, from the one at `from` on, that does not begin with the header that was kept and a word behind it. */
	firstOther(view: DataView, lines: LineStarts, from: number): number {
		const [first, second, third, fourth] = this.#kept;
		let nth = from;
		for (; nth < lines.count; nth++) {
			const start = lines.at(nth);
			const end = lines.at(nth + 1) - 1;
			if (end - start < 18) break;
			// the seconds differ most often
			if (view.getInt32(start + 12, true) !== fourth || view.getInt32(start + 8, true) !== third) break;
			if (view.getInt32(start + 4, true) !== second || view.getInt32(start, true) !== first) break;
			let place = start + 16;
			let byte = view.getUint8(place);
			if (byte <= BLANK || byte === LESS_THAN) break;
			while (place < end && byte > BLANK && byte < 127) byte = view.getUint8(++place);
			if (place >= end || byte !== BLANK) break;
		}
		return nth;
	}

	/** Keeps a header of that form; others are looked at each time. */
	keep(view: DataView, start: number, end: number): void {
		if (end - start < 18 || view.getUint8(start) < 64 || view.getUint8(start + 15) !== BLANK) return;
		for (let word = 0; word < 4; word++) this.#kept[word] = view.getInt32(start + 4 * word, true);
	}
}

/** Hours that a zone's clock repeats; asked once for each hour of the log. */
export class HourCheck {
	readonly #options: ParseOptions;
	#hour = Buffer.alloc(0);
	#repeated = false;

	constructor(options: ParseOptions) {
		this.#options = options;
	}

	/** Whether the line stands in such an hour: `Oct 25 02`, `2026-10-25 02`. */
	at(bytes: Buffer, start: number, end: number): boolean {
		const length = (bytes[start] as number) < 64 ? 13 : 9;
		if (!this.#isSame(bytes, start, length)) {
			this.#hour = Buffer.from(bytes.subarray(start, start + length));
			this.#repeated = isRepeated(bytes.toString("utf8", start, end), length, this.#options);
		}
		return this.#repeated;
	}

	#isSame(bytes: Buffer, start: number, length: number): boolean {
		if (this.#hour.length !== length) return false;
		for (let at = 0; at < length; at++) if (this.#hour[at] !== bytes[start + at]) return false;
		return true;
	}
}

/** Two readers that come from opposite sides differ where an hour stands twice. */
function isRepeated(line: string, hourAt: number, options: ParseOptions): boolean {
	const rest = line.slice(hourAt + 6);
	return ["00", "15", "30", "45"].some((minute) => {
		const at = `${line.slice(0, hourAt)}:${minute}:00${rest}`;
		const fresh = createLineParser(options).parse(at).at;
		const later = createLineParser(options);
		// seen after the end of the hour, the same time is its second
		later.parse(`${line.slice(0, hourAt)}:59:59${rest}`);
		return later.parse(at).at !== fresh;
	});
}
