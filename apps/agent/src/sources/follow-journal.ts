/**
 * Follows the mail facility of systemd's journal through `journalctl -o json --follow`, from the cursor that the hub has.
 * An entry becomes one line: the fields that say when, where, who and what, as journald JSON. The generation is one run of
 * offsets: the lengths of these lines, summed up. journalctl is stopped from writing while enough is waiting here. Where the
 * entry of the cursor is gone from the journal (vacuumed), mail behind it may be, too: that is told. So that it is not told of
 * what others alone had written, the cursor goes on without mail, too, now and then.
 */
import { BATCH_LINES_MAX, type Position } from "@mailtrail/core/wire";
import { atEachTick } from "../tick.ts";
import { newGeneration } from "./file-identity.ts";
import { errorCode } from "./file-access.ts";
import { type Entry, readEntry, writtenAt } from "./journal-entry.ts";
import { type Following, Journalctl } from "./journalctl.ts";
import type { Gap, Reading, Source, SourceHealth } from "./source.ts";
import { BATCH_BYTES_MAX } from "./split-lines.ts";

export interface JournalOptions {
	/** the program, or a path to it */
	journalctl: string;
	now: () => number;
	/** milliseconds until journalctl is started again when it has ended */
	restartMs?: number;
	/** milliseconds after which the cursor goes on without mail */
	markMs?: number;
}

const WAITING_MAX = 2000;
const RESTART_MS = 2000;
const MARK_MS = 600_000;
/** An entry longer than this is left out: journald's own limit for one field is smaller by far. */
const ENTRY_MAX = 4 * 1024 * 1024;
const ERROR_MAX = 400;

export class JournalSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #options: JournalOptions;
	readonly #journalctl: Journalctl;
	#child: Following | undefined;
	#restart: NodeJS.Timeout | undefined;
	#carry: Buffer = Buffer.alloc(0);
	#waiting: Entry[] = [];
	#generation = "";
	/** of the next line to hand out */
	#offset = 0;
	#committed = 0;
	/** of the last entry handed out, and of the last one read */
	#cursor: string | undefined;
	#readCursor: string | undefined;
	#missing = 0;
	/** may be missing, and no mail has come since */
	#unsure: Gap | undefined;
	#isPaused = false;
	/** the journal's files as they were when entries came last */
	#files = "";
	/** of the entry that this journalctl begins with, which was read before */
	#resumedAt: string | undefined;
	/** mail behind the entry of this cursor may be missing: what comes next is asked about */
	#doubt: string | undefined;
	/** entries of which is being asked whether some are missing before them: nothing is handed out meanwhile */
	#unclear = new Set<Entry>();
	/** the cursor has gone on, and the hub was not told */
	#hasMoved = false;
	#endMarks: () => void = () => {};
	#error: string | undefined;
	#lastLineAt: number | undefined;

	constructor(name: string, options: JournalOptions) {
		this.name = name;
		this.#options = options;
		this.#journalctl = new Journalctl(options.journalctl, /^journal:(.+)$/s.exec(name)?.[1]);
	}

	resume(positions: readonly Position[]): void {
		this.#stop();
		const mine = positions.filter((each) => each.source === this.name);
		const newest = mine.sort((a, b) => (a.generation < b.generation ? 1 : -1))[0];
		this.#generation = newest?.generation ?? newGeneration(this.#options.now());
		this.#offset = newest?.offset ?? 0;
		this.#committed = this.#offset;
		this.#cursor = newest?.cursor;
		this.#readCursor = this.#cursor;
		this.#waiting = [];
		this.#unclear = new Set();
		this.#missing = 0;
		this.#unsure = undefined;
		this.#hasMoved = false;
		this.#start();
		this.#endMarks = atEachTick(this.#options.markMs ?? MARK_MS, () => void this.#moveOn());
	}

	reached(): Map<string, number> {
		return new Map([[this.#generation, this.#offset]]);
	}

	next(): Reading | undefined {
		if (this.#unclear.size > 0) return undefined;
		const from = this.#offset;
		const lines: Reading["lines"] = [];
		let gap: Gap | undefined;
		while (lines.length < BATCH_LINES_MAX && this.#offset - from < BATCH_BYTES_MAX && !gap) {
			const entry = this.#waiting.shift();
			if (!entry) break;
			lines.push({ offset: this.#offset, text: entry.line });
			this.#offset += entry.bytes;
			this.#cursor = entry.cursor;
			if (entry.cut > 0) gap = { bytes: entry.cut, reason: "the end of a long journal entry was left out" };
			// both in one: only where that is so may this be told twice
			if (entry.before) gap = { ...entry.before, bytes: entry.cut };
		}
		if (lines.length < BATCH_LINES_MAX && this.#missing > 0 && !gap) {
			gap = { bytes: this.#missing, reason: "journal entries that are too long or no JSON were left out" };
			this.#missing = 0;
		}
		if (!gap) {
			gap = this.#unsure;
			this.#unsure = undefined;
		}
		if (this.#waiting.length < WAITING_MAX / 2) this.#goOn();
		if (lines.length === 0 && !gap && !this.#hasMoved) return undefined;
		this.#hasMoved = false;
		const now = this.#options.now();
		if (gap) gap.until ??= now;
		// a clock that was put back knows no beginning
		if (gap?.from !== undefined && gap.from > (gap.until ?? now)) delete gap.from;
		if (lines.length > 0) this.#lastLineAt = now;
		const position: Position = { source: this.name, generation: this.#generation, offset: this.#offset };
		if (this.#cursor !== undefined) position.cursor = this.#cursor;
		const reading: Reading = { from, position, lines, writtenBy: now };
		return gap ? { ...reading, gap } : reading;
	}

	committed(position: Position): void {
		if (position.generation === this.#generation)
			this.#committed = Math.max(this.#committed, position.offset);
	}

	health(): SourceHealth {
		const waiting = this.#waiting.reduce((sum, entry) => sum + entry.bytes, 0);
		const size = this.#offset + waiting;
		const health: SourceHealth = { source: this.name, lag: size - this.#committed, size };
		if (this.#lastLineAt !== undefined) health.lastLineAt = this.#lastLineAt;
		if (this.#error !== undefined) health.error = this.#error;
		return health;
	}

	close(): void {
		this.#stop();
	}

	#start(): void {
		const child = this.#journalctl.follow(this.#readCursor);
		this.#child = child;
		this.#carry = Buffer.alloc(0);
		this.#isPaused = false;
		this.#resumedAt = this.#readCursor;
		this.#doubt = this.#readCursor;
		this.#files = this.#journalctl.changes();
		let said = "";
		child.stdout.on("data", (chunk: Buffer) => {
			if (this.#child === child) this.#take(chunk);
		});
		child.stderr.on("data", (chunk: Buffer) => {
			said = (said + chunk.toString("utf8")).slice(0, ERROR_MAX);
		});
		child.on("error", (error) => {
			said = errorCode(error) === "ENOENT" ? `${this.#options.journalctl} is not installed` : error.message;
			this.#ended(child, said);
		});
		child.on("close", (code, signal) =>
			this.#ended(child, said.trim() || `journalctl ended (${signal ?? code})`),
		);
	}

	#ended(child: Following, why: string): void {
		if (this.#child !== child) return;
		this.#child = undefined;
		const help = /permission|Users in groups|No journal files/i.test(why)
			? " (sudo usermod -aG systemd-journal USER, then restart the agent)"
			: "";
		this.#error = `${why}${help}`.slice(0, 512);
		this.#restart = setTimeout(() => this.#start(), this.#options.restartMs ?? RESTART_MS);
	}

	#stop(): void {
		clearTimeout(this.#restart);
		this.#endMarks();
		const child = this.#child;
		this.#child = undefined;
		child?.kill();
	}

	#take(chunk: Buffer): void {
		this.#error = undefined;
		// every thousand entries journalctl lets go of files that were removed, however much of them it has not come to
		const files = this.#journalctl.changes();
		if (files !== this.#files) this.#doubt ??= this.#readCursor;
		this.#files = files;
		const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
		let start = 0;
		for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
			const entry = readEntry(bytes.toString("utf8", start, end));
			if (entry) this.#add(entry);
			else this.#missing += end + 1 - start;
			start = end + 1;
		}
		this.#carry = bytes.subarray(start);
		if (this.#carry.length > ENTRY_MAX) {
			this.#missing += this.#carry.length;
			this.#carry = Buffer.alloc(0);
		}
		if (this.#waiting.length >= WAITING_MAX) this.#keepWaiting();
		this.onChange();
	}

	#add(entry: Entry): void {
		const doubt = this.#doubt;
		this.#doubt = undefined;
		if (entry.cursor === this.#resumedAt) return;
		if (doubt !== undefined) void this.#makeSure(entry, doubt);
		this.#waiting.push(entry);
		this.#readCursor = entry.cursor;
	}

	/** Of mail that came behind a cursor: whether some before it is missing. */
	async #makeSure(first: Entry, cursor: string): Promise<void> {
		const unclear = this.#unclear.add(first);
		const gap = await this.#journalctl.vanished(cursor);
		if (gap) first.before = gap;
		unclear.delete(first);
		this.onChange();
	}

	/** Goes on to the newest entry of all where no mail stands before it that was not read. */
	async #moveOn(): Promise<void> {
		const [child, read] = [this.#child, this.#readCursor];
		if (!child || read === undefined || !this.#hasAll(child, read)) return;
		const newest = await this.#journalctl.newest();
		if (newest === undefined || newest === read) return;
		// one of a clock that was put back since would hide what is written now
		if ((writtenAt(newest) ?? Number.POSITIVE_INFINITY) > this.#options.now()) return;
		if (!(await this.#journalctl.isLastMail(read))) return;
		const gap = this.#doubt === read ? await this.#journalctl.vanished(read) : undefined;
		if (!this.#hasAll(child, read)) return;
		this.#cursor = newest;
		this.#readCursor = newest;
		this.#doubt = undefined;
		this.#hasMoved = true;
		if (gap) this.#unsure = gap;
		this.onChange();
	}

	/** Nothing has come from this journalctl behind that entry, and nothing keeps it from coming. */
	#hasAll(child: Following, read: string): boolean {
		const isIdle = this.#waiting.length === 0 && !this.#isPaused && this.#unclear.size === 0;
		return isIdle && this.#child === child && this.#readCursor === read;
	}

	#keepWaiting(): void {
		this.#isPaused = true;
		this.#child?.stdout.pause();
	}

	#goOn(): void {
		if (this.#isPaused) this.#child?.stdout.resume();
		this.#isPaused = false;
	}
}
