/**
 * A program that logs to a file by name, and what administrators and their tools do to that file, remembering which line
 * went where: so that a test knows which lines no reader could have had.
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RAW_LENGTH_MAX } from "@mailtrail/core/wire";
import { HEAD_BYTES } from "../sources/file-identity.ts";
import { type Archiver, compress, linesOf, listRotated, shiftNumbered } from "./model-archives.ts";

const TICK_MS = 8;
const ENDLESS_BYTES = 2_000_000;
/** The line that contents begin with which were made by `turnOver`. */
export const TURNED_OVER = "Nov 22 00:00:00 mx newsyslog[77]: logfile turned over";

export class ModelHost {
	readonly folder = fs.mkdtempSync(join(tmpdir(), "follow-"));
	readonly log = join(this.folder, "mail.log");
	/** lines whose content is on disk no more */
	readonly gone = new Set<string>();
	/** line → the content (by number) that it was written to */
	readonly written = new Map<string, number>();
	readonly mayBeMissing = new Set<string>();
	#fd = fs.openSync(this.log, "a");
	#content = 0;
	/** the content under the log's name */
	#named = 0;
	#contents = 0;
	#count = 0;
	#torn: { line: string; rest: string; content: number } | undefined;
	#unlinked = new Set<number>();
	/** contents that no reader can find any more */
	#doomed = new Set<number>();
	/** whether the reader has looked at the file that bears the name now */
	#seen = true;
	/** of a copy that is being made before the log is truncated: how many steps are done */
	#copied = 0;

	append(lines: number, pad: number, end: "\n" | "\r\n" = "\n"): void {
		this.#finishTorn();
		let text = "";
		for (let i = 0; i < lines; i++) text += `${this.#newLine(pad)}${end}`;
		fs.writeSync(this.#fd, text);
	}

	/** far longer than what is read at once; its beginning arrives */
	appendEndless(): void {
		this.#finishTorn();
		fs.writeSync(this.#fd, `${this.#newLine(0, ENDLESS_BYTES)}\n`);
	}

	tear(): void {
		this.#finishTorn();
		const line = this.#newLine(20);
		fs.writeSync(this.#fd, line.slice(0, 9));
		this.#torn = { line, rest: `${line.slice(9)}\n`, content: this.#content };
	}

	/** as after the signal that follows a rotation; file systems know times in steps of some milliseconds */
	reopen(): void {
		this.#finishTorn();
		if (this.#content !== this.#named) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TICK_MS);
		fs.closeSync(this.#fd);
		this.#fd = fs.openSync(this.log, "a");
		this.#content = this.#named;
	}

	rotate(): void {
		this.#endCopy();
		shiftNumbered(this.log);
		fs.renameSync(this.log, `${this.log}.1`);
		this.#create();
	}

	/** copytruncate in its steps, with time for a look between them: an empty copy, half of it, all of it */
	copySlowly(): void {
		if (this.#copied === 2) return this.copytruncate();
		if (this.#copied === 0) shiftNumbered(this.log);
		const plain = fs.readFileSync(this.log);
		fs.writeFileSync(`${this.log}.1`, plain.subarray(0, this.#copied * (plain.length >> 1)));
		this.#copied++;
	}

	copytruncate(): void {
		this.#breakTorn();
		if (this.#copied === 0) shiftNumbered(this.log);
		this.#copied = 0;
		fs.copyFileSync(this.log, `${this.log}.1`);
		fs.truncateSync(this.log, 0);
		this.#moveWriterTo(++this.#contents);
	}

	/** copytruncate, and the writer has something to say between the two: that is in no file any more */
	copyLateAndTruncate(committed: ReadonlySet<string>): void {
		this.#endCopy();
		this.#finishTorn();
		shiftNumbered(this.log);
		fs.copyFileSync(this.log, `${this.log}.1`);
		const before = new Set(this.written.keys());
		this.append(3, 20);
		const isHere = this.#content === this.#named;
		for (const line of this.written.keys()) if (isHere && !before.has(line)) this.#loseLine(line, committed);
		fs.truncateSync(this.log, 0);
		this.#moveWriterTo(++this.#contents);
	}

	/** as newsyslog: every log begins with the same words */
	turnOver(): void {
		this.rotate();
		this.reopen();
		fs.writeSync(this.#fd, `${TURNED_OVER}\n`);
	}

	/** Another program writes the file anew, in place: less than was there, as much to the byte, or more. */
	overwrite(committed: ReadonlySet<string>, how: "shorter" | "equal" | "longer"): void {
		this.reopen();
		const { size } = fs.statSync(this.log);
		this.truncate(committed);
		if (how === "shorter") this.#fill(size >> 1);
		else if (how === "equal") this.#fill(size);
		else this.#fill(size + 5000);
	}

	/** NULs stand before the next line, as where a writer did not notice a truncation; behind the text that tells the content. */
	leap(bytes: number): void {
		this.#finishTorn();
		const { size } = fs.fstatSync(this.#fd);
		if (size >= HEAD_BYTES) fs.ftruncateSync(this.#fd, size + bytes);
	}

	/**
	 * The first half of a log is put back into it, in place: it is empty for a moment, in which somebody may look, and looks again
	 * before it has grown. The beginning that tells a content stays whole.
	 */
	async halve(committed: ReadonlySet<string>, look: () => Promise<unknown>): Promise<boolean> {
		this.reopen();
		const plain = fs.readFileSync(this.log);
		const end = plain.lastIndexOf("\n", plain.length >> 1) + 1;
		if (end < HEAD_BYTES) return false;
		for (const each of plain.subarray(end).toString("utf8").split("\n"))
			this.#loseLine(each.replace(/^\0+|\r$/g, ""), committed);
		fs.truncateSync(this.log, 0);
		if (this.#count % 2 === 0) await look();
		fs.writeSync(this.#fd, plain.subarray(0, end));
		await look();
		return true;
	}

	#loseLine(whole: string, committed: ReadonlySet<string>): void {
		const line = whole.slice(0, RAW_LENGTH_MAX);
		if (!this.written.has(line)) return;
		this.gone.add(line);
		if (!committed.has(line)) this.mayBeMissing.add(line);
	}

	/** The oldest rotated file is removed, when nobody writes to it any more. */
	expire(committed: ReadonlySet<string>): void {
		this.#endCopy();
		const oldest = this.#content === this.#named ? listRotated(this.folder).at(0) : undefined;
		if (oldest === undefined) return;
		for (const each of linesOf(oldest)) this.#loseLine(each, committed);
		fs.unlinkSync(oldest);
	}

	truncate(committed: ReadonlySet<string>): void {
		this.#endCopy();
		this.#breakTorn();
		this.#lose(this.#named, committed);
		fs.truncateSync(this.log, 0);
		this.#moveWriterTo(++this.#contents);
	}

	/** A file that no reader has looked at yet is gone with all that is written to it. */
	remove(committed: ReadonlySet<string>): void {
		this.#endCopy();
		fs.unlinkSync(this.log);
		this.#unlinked.add(this.#named);
		if (!this.#seen) this.#doom(this.#named, committed);
		this.#create();
	}

	/** A copy takes the name, and what was written so far stands in it; the writer goes on in the old file until it is told to reopen. */
	replace(): void {
		this.#endCopy();
		this.#finishTorn();
		fs.copyFileSync(this.log, `${this.folder}/copy`);
		fs.renameSync(`${this.folder}/copy`, this.log);
		const old = this.#named;
		this.#unlinked.add(old);
		// a reader that has not looked at it yet will never see what is written to it from now on
		if (!this.#seen) this.#doomed.add(old);
		this.#seen = false;
		this.#named = ++this.#contents;
		for (const [line, of] of this.written) if (of === old) this.written.set(line, this.#named);
	}

	replaceAndReopen(): void {
		this.replace();
		this.reopen();
	}

	/** as logrotate with `dateext`: one day after the other */
	rotateDated(): void {
		this.#endCopy();
		const date = new Date(Date.UTC(2026, 0, 1 + this.#contents));
		const name = `${this.log}-${date.toISOString().slice(0, 10).replaceAll("-", "")}`;
		fs.renameSync(this.log, name);
		this.#create();
	}

	gzip(): void {
		this.#compress("gzip");
	}

	/** as logrotate with `compress` and without `delaycompress` */
	rotateAndGzip(): void {
		this.rotate();
		this.reopen();
		this.gzip();
	}

	xz(): void {
		this.#compress("xz");
	}

	bzip2(): void {
		this.#compress("bzip2");
	}

	zstd(): void {
		this.#compress("zstd");
	}

	/** the newest rotated file, when nobody writes to it any more */
	#compress(archiver: Archiver): void {
		this.#endCopy();
		if (this.#content !== this.#named) return;
		const plain = listRotated(this.folder)
			.filter((path) => /(?:\.1|-\d{8})$/.test(path))
			.at(-1);
		if (plain !== undefined) compress(plain, archiver);
	}

	#endCopy(): void {
		if (this.#copied > 0) this.copytruncate();
	}

	/** Nobody holds the deleted files open any more; `looks`: the next reader has opened the log. */
	readerDied(committed: ReadonlySet<string>, looks = true): void {
		for (const content of this.#unlinked) this.#doom(content, committed);
		this.#seen = looks;
	}

	readerLooked(): void {
		this.#seen = true;
	}

	end(): void {
		this.#endCopy();
		this.#finishTorn();
		fs.closeSync(this.#fd);
	}

	/** Lines of so many bytes together, where there is room for one. */
	#fill(bytes: number): void {
		let text = "";
		for (let left = bytes; left > 20; ) {
			const length = left > 500 ? 400 : left;
			const line = this.#newLine(0, length - 1);
			text += `${line}\n`;
			left -= length;
		}
		fs.writeSync(this.#fd, text);
	}

	#newLine(pad: number, length = 0): string {
		const line = `L${this.#count++} ${"é".repeat(pad)}`.padEnd(length, "-");
		const kept = line.slice(0, RAW_LENGTH_MAX);
		this.written.set(kept, this.#content);
		if (this.#doomed.has(this.#content)) this.mayBeMissing.add(kept);
		return line;
	}

	#finishTorn(): void {
		if (this.#torn) fs.writeSync(this.#fd, this.#torn.rest);
		this.#torn = undefined;
	}

	/** the line's two halves come apart: no reader can join them */
	#breakTorn(): void {
		if (this.#torn?.content === this.#named) this.mayBeMissing.add(this.#torn.line);
	}

	#lose(content: number, committed: ReadonlySet<string>): void {
		for (const [line, of] of this.written) {
			if (of !== content) continue;
			this.gone.add(line);
			if (!committed.has(line)) this.mayBeMissing.add(line);
		}
	}

	#doom(content: number, committed: ReadonlySet<string>): void {
		this.#lose(content, committed);
		this.#doomed.add(content);
	}

	#create(): void {
		this.#seen = false;
		fs.closeSync(fs.openSync(this.log, "a"));
		this.#named = ++this.#contents;
	}

	#moveWriterTo(content: number): void {
		this.#seen = false;
		if (this.#content === this.#named) this.#content = content;
		this.#named = content;
	}
}
