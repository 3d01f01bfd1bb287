/**
 * One content of a log file and how far it was read, in one or several parts. Makes sure after every read that the file
 * still begins as it did: what was read from a file that was truncated and refilled meanwhile is thrown away, never sent
 * under the wrong offsets.
 */
import type { Position } from "@mailtrail/core/wire";
import { HEAD_BYTES, hashHead } from "./file-identity.ts";
import { LineMarks } from "./line-marks.ts";
import type { LogFile } from "./log-file.ts";
import { Part } from "./part.ts";
import type { KnownGeneration } from "./plan-reading.ts";
import type { Gap } from "./source.ts";
import type { Lines } from "./split-lines.ts";

/** What a log held before it was cut, and between when and when it was written, as `Generation` has them. */
export interface FormerLines {
	marks: LineMarks;
	readAt: number;
	bornAt: number;
}

export class Generation {
	readonly id: string;
	/** in the order of the content; only the last one grows */
	readonly parts: Part[];
	/** absent: the content is gone, only what was read ahead is left; or it is in an archive */
	file: LogFile | undefined = undefined;
	/** compressed, and not expanded yet */
	archive: LogFile | undefined = undefined;
	/** what was there when the agent started: it is sent when there is nothing newer, and the hub has a place for it */
	isBacklog = false;
	/**
	 * Of what is written on to a file whose name a copy has taken: the generation that is read in the copy. It begins as that does, so
	 * nothing tells it by its beginning.
	 */
	strayOf: string | undefined = undefined;
	/** out of an archive: nobody writes to it */
	isExpanded = false;
	/** as seen last, while the content was still this one */
	size: number;
	/** epoch milliseconds when it was last seen growing */
	grewAt = 0;
	/** epoch milliseconds when all that stood in its file had been read; 0: never yet */
	readAt = 0;
	/** epoch milliseconds: nothing was written to its file before that; 0 where nobody knows */
	bornAt = 0;
	/** bytes that were truncated away unread, not yet reported */
	lost = 0;
	/** the parts as they were read before what was left of them was told as lost */
	missed: { start: number; read: number }[] | undefined;
	/** the lines that were read, where all of them are known */
	marks: LineMarks | undefined;
	/** those of the content that was in the file before, which may be put back */
	before: FormerLines | undefined = undefined;
	/** is told with what is read of it first, so that the hub learns of both or of none */
	untold: Gap | undefined = undefined;
	/** its file was seen with less than was read: however it grows, it is not this content until somebody has found out what it is */
	#isCut = false;
	#head: Buffer;
	#hash = "";

	/** `head` is how the content begins, as far as it is known; `known` what the hub has of it. */
	constructor(id: string, head: Buffer, known?: KnownGeneration) {
		this.id = id;
		this.#head = head;
		this.parts = (known?.parts ?? []).map(({ start, read }) => new Part(id, start, read, read));
		if (this.parts[0]?.start !== 0) this.parts.unshift(new Part(id, 0, 0, 0));
		this.#setEnds();
		this.size = this.read;
		this.marks = this.read === 0 ? new LineMarks() : undefined;
	}

	/** Up to where the content is known: everything behind is new. */
	get read(): number {
		return this.last.read;
	}

	/** The part that grows. */
	get last(): Part {
		return this.parts[this.parts.length - 1]!;
	}

	/** From `start` on it is read first. */
	split(start: number): void {
		this.marks = undefined;
		this.parts.push(new Part(this.id, start, start, start));
		this.#setEnds();
	}

	#setEnds(): void {
		for (const [index, part] of this.parts.entries())
			part.end = this.parts[index + 1]?.start ?? Number.POSITIVE_INFINITY;
	}

	/** Up to where its lines were handed out, or will be whatever becomes of the file. */
	get #reach(): number {
		return Math.max(this.read, this.last.aheadTo);
	}

	/** Whether all that was seen of it was read, or waits in memory. */
	get isRead(): boolean {
		return this.parts.every(({ read, aheadTo, end }) => Math.max(read, aheadTo) >= Math.min(end, this.size));
	}

	/** Bytes that were not read yet, as far as can be told: of an archive, those that are stored. */
	get unread(): number {
		if (this.archive) return this.archive.size();
		return this.parts.reduce((sum, part) => sum + part.unread(this.size), 0);
	}

	/** Bytes that the hub does not have yet, as far as can be told. */
	get lag(): number {
		const sent = this.parts.reduce((sum, part) => sum + Math.max(0, part.read - part.committed), 0);
		return this.unread + sent;
	}

	/** Nothing was seen in it yet: whose content comes into it has to be found out before it is read. */
	get isBlank(): boolean {
		return this.#head.length === 0 && this.file !== undefined;
	}

	/** Its file holds something else from now on, and may be written on before what it holds is known. */
	cut(): void {
		this.#isCut = true;
	}

	/** Whether the file still holds what was read; learns its size and more of its head. */
	intact(now?: number): boolean {
		if (this.archive) return true;
		if (!this.file || this.#isCut) return false;
		const size = this.file.size();
		// what is in memory will be handed out, and what is written from here on is no end of that
		if (size < this.#reach) return false;
		const head = this.file.read(0, Math.min(HEAD_BYTES, size));
		if (!head.subarray(0, this.#head.length).equals(this.#head)) return false;
		this.#head = head;
		if (size > this.size && now !== undefined) this.grewAt = now;
		this.lost += Math.max(0, this.size - size);
		this.size = size;
		return true;
	}

	/** The next complete lines of a part. `final`: nobody writes here any more, so a torn last line is a line too. */
	take(part: Part, final: boolean): Lines | undefined {
		if (this.isBlank) return undefined;
		const taken = part.take(this.file, final, () => this.intact());
		if (!taken) return undefined;
		this.marks?.add(taken.lines);
		return this.before ? this.#withoutPutBack(taken, this.before) : taken;
	}

	#withoutPutBack(taken: Lines, { marks }: FormerLines): Lines {
		const known = marks.skip(taken.lines);
		if (known === taken.lines.length) return { ...taken, lines: [], cut: 0 };
		this.before = undefined;
		return { ...taken, lines: taken.lines.slice(known) };
	}

	/** Begins, or goes on, in a file of this content. */
	open(file: LogFile): void {
		this.#release();
		this.file = file;
		this.#isCut = false;
		this.bornAt ||= file.bornAt();
		this.size = Math.max(this.read, file.size());
		this.grewAt = Math.max(this.grewAt, file.modifiedAt());
		this.intact();
	}

	/** The content is in an archive, too, or there alone: it is expanded when its turn comes. */
	enclose(archive: LogFile): void {
		this.archive?.close();
		this.archive = archive;
	}

	/** The archive was expanded. */
	disclose(): void {
		this.archive?.close();
		this.archive = undefined;
	}

	/** Gives the file away: the content is read on in a copy. */
	handOver(): LogFile | undefined {
		const { file } = this;
		this.file = undefined;
		for (const part of this.parts) part.drop();
		return file;
	}

	/** The content is gone; what was read ahead is still to be taken. */
	orphan(): void {
		this.file?.close();
		this.file = undefined;
	}

	close(): void {
		this.#release();
		for (const part of this.parts) part.drop();
	}

	#release(): void {
		this.file?.close();
		this.archive?.close();
		this.file = undefined;
		this.archive = undefined;
	}

	/** A position for the hub. What was registered to be read later is told with its whole head. */
	position(source: string, part: Part, offset: number): Position {
		const reach = this.isBacklog ? HEAD_BYTES : part.start + offset;
		const headBytes = Math.min(this.#head.length, reach);
		const position: Position = { source, generation: part.id, offset };
		if (headBytes === 0 || this.strayOf !== undefined) return position;
		return { ...position, head: this.#hashOf(headBytes), headBytes };
	}

	known(): KnownGeneration {
		const headBytes = this.strayOf !== undefined ? 0 : this.#head.length;
		return {
			generation: this.id,
			offset: this.#reach,
			parts: this.parts.map(({ start, read, aheadTo }) => ({ start, read: Math.max(read, aheadTo) })),
			head: hashHead(this.#head),
			headBytes,
			bytes: this.#head,
			complete: false,
			...(this.file && { file: this.file }),
			...(this.#isCut && { isCut: true }),
			...(this.missed && { missed: this.missed }),
		};
	}

	#hashOf(headBytes: number): string {
		if (headBytes < HEAD_BYTES) return hashHead(this.#head.subarray(0, headBytes));
		this.#hash ||= hashHead(this.#head);
		return this.#hash;
	}
}
