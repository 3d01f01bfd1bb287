/**
 * One content of a log file and how far it was read. It reads in big pieces, hands out complete lines, and after every
 * read makes sure that the file still begins as it did: what was read from a file that was truncated and refilled
 * meanwhile is thrown away, never sent under the wrong offsets.
 */
import { RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { HEAD_BYTES, hashHead } from "./file-identity.ts";
import type { LogFile } from "./log-file.ts";
import type { KnownGeneration } from "./plan-reading.ts";
import { decodeLine, type Lines, splitLines } from "./split-lines.ts";

const READ_BYTES = 1024 * 1024;
/** Pieces of one endless line that are looked through at a time. */
const SCAN_PIECES = 64;
const HOLE = Buffer.alloc(READ_BYTES);

export class Generation {
	readonly id: string;
	/** absent: the content is gone, only what was read ahead is left */
	file: LogFile | undefined = undefined;
	/** offset of the next line */
	read: number;
	committed: number;
	/** as seen last, while the content was still this one */
	size: number;
	/** epoch milliseconds when it was last seen growing */
	grewAt = 0;
	/** bytes that were truncated away unread, not yet reported */
	lost = 0;
	#head: Buffer;
	#ahead: { base: number; bytes: Buffer } | undefined;
	/** looking for the end of an endless line: how far, and where its text begins after a hole of NULs */
	#scan: { at: number; text?: number } | undefined;
	#hash = "";

	/** `head` is how the content begins, as far as it is known. */
	constructor(id: string, head: Buffer, offset: number, committed: number) {
		this.id = id;
		this.#head = head;
		this.read = offset;
		this.committed = committed;
		this.size = offset;
	}

	/** Whether the file still holds what was read; learns its size and more of its head. */
	intact(now?: number): boolean {
		if (!this.file) return false;
		const size = this.file.size();
		if (size < this.read) return false;
		const head = this.file.read(0, Math.min(HEAD_BYTES, size));
		if (!head.subarray(0, this.#head.length).equals(this.#head)) return false;
		this.#head = head;
		if (size > this.size && now !== undefined) this.grewAt = now;
		const ahead = this.#ahead ? this.#ahead.base + this.#ahead.bytes.length : 0;
		this.lost += Math.max(0, this.size - Math.max(size, ahead));
		this.size = size;
		return true;
	}

	/** The next complete lines. `final`: nobody writes here any more, so a torn last line is a line too. */
	take(final: boolean): Lines | undefined {
		const lines = this.#fromAhead() ?? this.#fromFile(final);
		if (lines) this.read = lines.next;
		return lines;
	}

	/** Begins, or goes on, in a file of this content. */
	open(file: LogFile): void {
		this.file?.close();
		this.file = file;
		this.size = Math.max(this.read, file.size());
		this.grewAt = Math.max(this.grewAt, file.modifiedAt());
		this.intact();
	}

	/** The content is gone; what was read ahead is still to be taken. */
	orphan(): void {
		this.file?.close();
		this.file = undefined;
	}

	close(): void {
		this.file?.close();
		this.#ahead = undefined;
	}

	position(source: string, offset: number): Position {
		const headBytes = Math.min(this.#head.length, offset);
		const position: Position = { source, generation: this.id, offset };
		if (headBytes === 0) return position;
		return { ...position, head: this.#hashOf(headBytes), headBytes };
	}

	known(): KnownGeneration {
		const headBytes = this.#head.length;
		const head = hashHead(this.#head);
		return { generation: this.id, offset: this.read, head, headBytes, bytes: this.#head };
	}

	#hashOf(headBytes: number): string {
		if (headBytes < HEAD_BYTES) return hashHead(this.#head.subarray(0, headBytes));
		this.#hash ||= hashHead(this.#head);
		return this.#hash;
	}

	#fromAhead(): Lines | undefined {
		if (!this.#ahead) return undefined;
		const { base, bytes } = this.#ahead;
		const rest = bytes.subarray(this.read - base);
		const lines = splitLines(rest, this.read);
		if (lines.lines.length > 0) return lines;
		this.#ahead = undefined;
		return undefined;
	}

	#fromFile(final: boolean): Lines | undefined {
		const { file } = this;
		if (!file) return undefined;
		const wanted = Math.min(READ_BYTES, file.size() - this.read);
		if (wanted <= 0) return undefined;
		const bytes = file.read(this.read, wanted);
		let lines: Lines | undefined = splitLines(bytes, this.read);
		if (lines.lines.length === 0) {
			if (bytes.length === READ_BYTES) lines = this.#endless(file, final);
			else lines = final && bytes.length > 0 ? this.#lineOf(bytes, bytes.length) : undefined;
		}
		if (!lines) return undefined;
		if (!this.intact()) {
			this.#scan = undefined;
			return undefined;
		}
		this.#ahead = { base: this.read, bytes };
		return lines;
	}

	#lineOf(line: Buffer, length: number): Lines {
		const { text, cut } = decodeLine(line);
		return { lines: [{ offset: this.read, text }], next: this.read + length, cut };
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
