/**
 * A part of one content that is read from its start to its end: usually all of it; where much of a log was waiting when
 * the agent started, its newest lines are a part of their own that is read first. Reads in big pieces, hands out complete
 * lines; offsets count from the part's start. A part's id is the generation's, and `+START` for all but the first.
 */
import { RAW_LENGTH_MAX } from "@mailtrail/core/wire";
import type { LogFile } from "./log-file.ts";
import { decodeLine, type Lines, splitLines } from "./split-lines.ts";

const READ_BYTES = 256 * 1024;
/** Pieces of one endless line that are looked through at a time. */
const SCAN_PIECES = 256;
const HOLE = Buffer.alloc(READ_BYTES);
/** What a log is read into, used again: fresh memory for every read would wait for the collector. */
let spare: Buffer | undefined;
/** Digits enough for every file, so that ids of one content sort by where they start. */
const START_DIGITS = 9;

/** The id of the part of `generation` that starts at `start`. */
export function partId(generation: string, start: number): string {
	return start === 0 ? generation : `${generation}+${start.toString(36).padStart(START_DIGITS, "0")}`;
}

/** Which content, and where in it: the reverse of `partId`. */
export function readPartId(id: string): { generation: string; start: number } {
	const [generation = id, start] = id.split("+");
	return { generation, start: start === undefined ? 0 : Number.parseInt(start, 36) };
}

export class Part {
	readonly id: string;
	/** bytes from the start of the content, as all places in here */
	readonly start: number;
	/** where the next part starts */
	end = Number.POSITIVE_INFINITY;
	/** the next line */
	read: number;
	committed: number;
	#ahead: { base: number; bytes: Buffer; memory: Buffer } | undefined;
	/** looking for the end of an endless line: how far, and where its text begins after a hole of NULs */
	#scan: { at: number; text?: number } | undefined;

	constructor(generation: string, start: number, read: number, committed: number) {
		this.id = partId(generation, start);
		this.start = start;
		this.read = read;
		this.committed = committed;
	}

	/** Offset of a place, as the hub counts. */
	offset(place: number): number {
		return place - this.start;
	}

	/** Up to where bytes are in memory. */
	get aheadTo(): number {
		return this.#ahead ? this.#ahead.base + this.#ahead.bytes.length : 0;
	}

	/** Bytes of a content of `size` that were not read. */
	unread(size: number): number {
		return Math.max(0, Math.min(size, this.end) - this.read);
	}

	/**
	 * The next complete lines. `final`: nobody writes here any more, so a torn last line is a line too. What was read is
	 * thrown away where the file is not `intact` after it.
	 */
	take(file: LogFile | undefined, final: boolean, intact: () => boolean): Lines | undefined {
		const lines = this.#fromAhead() ?? (file && this.#fromFile(file, final, intact));
		if (!lines) return undefined;
		this.read = this.start + lines.next;
		if (this.read >= this.aheadTo) this.#release();
		return lines;
	}

	/** What was read ahead is not wanted any more. */
	drop(): void {
		this.#release();
		this.#scan = undefined;
	}

	#release(): void {
		spare ??= this.#ahead?.memory;
		this.#ahead = undefined;
	}

	#fromAhead(): Lines | undefined {
		if (!this.#ahead) return undefined;
		const { base, bytes } = this.#ahead;
		const lines = splitLines(bytes.subarray(this.read - base), this.offset(this.read));
		if (lines.lines.length > 0) return lines;
		this.#release();
		return undefined;
	}

	#fromFile(file: LogFile, final: boolean, intact: () => boolean): Lines | undefined {
		const size = file.size();
		// cut away while its end was looked for: what stands there later is another line
		if (this.#scan && size < this.#scan.at) this.#scan = undefined;
		const wanted = Math.min(READ_BYTES, this.unread(size));
		// the beginning of the content is known before its lines: a log that is emptied meanwhile would leave them without one
		if (wanted <= 0 || !intact()) return undefined;
		const memory = spare ?? Buffer.allocUnsafeSlow(READ_BYTES);
		spare = undefined;
		const ahead = { base: this.read, bytes: file.read(this.read, wanted, memory), memory };
		const lines = this.#firstOf(ahead.bytes, file, final);
		if (lines && intact()) {
			this.#ahead = ahead;
			return lines;
		}
		if (lines) this.#scan = undefined;
		spare = memory;
		return undefined;
	}

	#firstOf(bytes: Buffer, file: LogFile, final: boolean): Lines | undefined {
		const lines = splitLines(bytes, this.offset(this.read));
		if (lines.lines.length > 0) return lines;
		if (bytes.length === READ_BYTES) return this.#endless(file, final);
		return final && bytes.length > 0 ? this.#lineOf(bytes, bytes.length) : undefined;
	}

	#lineOf(line: Buffer, length: number): Lines {
		const { text, cut } = decodeLine(line);
		const offset = this.offset(this.read);
		return { lines: [{ offset, text }], next: offset + length, cut };
	}

	/** A line longer than one read, or a hole of NULs: finds its end without keeping it. */
	#endless(file: LogFile, final: boolean): Lines | undefined {
		const scan = this.#scan ?? { at: this.read };
		this.#scan = scan;
		for (let piece = 0; piece < SCAN_PIECES; piece++) {
			const bytes = file.read(scan.at, READ_BYTES);
			if (scan.text === undefined && !bytes.equals(HOLE.subarray(0, bytes.length))) {
				scan.text = scan.at + bytes.findIndex((byte) => byte !== 0);
			}
			const end = bytes.indexOf(10);
			if (end < 0 && bytes.length > 0) {
				scan.at += bytes.length;
				continue;
			}
			if (end < 0 && !final) return undefined;
			return this.#endlessLine(file, scan.text ?? scan.at, scan.at + Math.max(0, end), end >= 0);
		}
		return undefined;
	}

	#endlessLine(file: LogFile, text: number, end: number, terminated: boolean): Lines {
		const kept = file.read(text, Math.min(Math.max(0, end - text), 2 * RAW_LENGTH_MAX));
		const line = this.#lineOf(kept, end - this.read + (terminated ? 1 : 0));
		line.cut += Math.max(0, end - text) - kept.length;
		this.#scan = undefined;
		return line;
	}
}
