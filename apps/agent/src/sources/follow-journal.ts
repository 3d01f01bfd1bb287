/**
 * Follows the mail facility of systemd's journal through `journalctl -o json --follow`, from the cursor that the hub has.
 * An entry becomes one line: the fields that say when, where, who and what, as journald JSON. The generation is one run of
 * offsets: the lengths of these lines, summed up. journalctl is stopped from writing while enough is waiting here. Where the
 * entry that was read last is gone from the journal (vacuumed), others behind it may be, too: that is told.
 */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { BATCH_LINES_MAX, RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { newGeneration } from "./file-identity.ts";
import { errorCode } from "./file-access.ts";
import type { Gap, Reading, Source, SourceHealth } from "./source.ts";
import { BATCH_BYTES_MAX } from "./split-lines.ts";

export interface JournalOptions {
	/** the program, or a path to it */
	journalctl: string;
	now: () => number;
}

interface Entry {
	line: string;
	bytes: number;
	cursor: string;
	/** bytes of the entry that were left out */
	cut: number;
	/** what may be missing before it */
	before?: Gap;
}

const FIELDS = [
	"__REALTIME_TIMESTAMP",
	"_HOSTNAME",
	"SYSLOG_IDENTIFIER",
	"_COMM",
	"SYSLOG_PID",
	"_PID",
	"PRIORITY",
	"MESSAGE",
];
const WAITING_MAX = 2000;
const RESTART_MS = 2000;
/** journalctl was kept waiting for so long: by then files may have been made and removed that it never opened */
const LONG_PAUSE_MS = 10_000;
const VANISHED = "the journal was vacuumed before it was read: entries may be missing";
/** An entry longer than this is left out: journald's own limit for one field is smaller by far. */
const ENTRY_MAX = 4 * 1024 * 1024;
const ERROR_MAX = 400;

export class JournalSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #options: JournalOptions;
	#child: ChildProcessByStdio<null, Readable, Readable> | undefined;
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
	/** may be missing, of what came while journalctl was kept waiting */
	#unsure: Gap | undefined;
	#pausedAt: number | undefined;
	/** of the entry that this journalctl begins with, which was read before */
	#resumedAt: string | undefined;
	#isFirst = false;
	#error: string | undefined;
	#lastLineAt: number | undefined;

	constructor(name: string, options: JournalOptions) {
		this.name = name;
		this.#options = options;
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
		this.#missing = 0;
		this.#unsure = undefined;
		this.#start();
	}

	reached(): Map<string, number> {
		return new Map([[this.#generation, this.#offset]]);
	}

	next(): Reading | undefined {
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
		if (lines.length === 0 && !gap) return undefined;
		const now = this.#options.now();
		if (gap) gap.until ??= now;
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

	/** From the last entry on, that one included: `--after-cursor` passes over one that is new where that one is gone. */
	#arguments(...options: string[]): string[] {
		const folder = /^journal:(.+)$/s.exec(this.name)?.[1];
		return [
			"--output=json",
			`--output-fields=${FIELDS.filter((name) => !name.startsWith("__")).join(",")}`,
			...options,
			"--all",
			"--quiet",
			"--no-pager",
			...(this.#readCursor === undefined ? [] : [`--cursor=${this.#readCursor}`]),
			...(folder === undefined ? [] : [`--directory=${folder}`]),
			// facility 2 is mail (RFC 5424, table 1)
			"SYSLOG_FACILITY=2",
		];
	}

	#start(): void {
		const child = spawn(this.#options.journalctl, this.#arguments("--follow", "--no-tail"), {
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#child = child;
		this.#carry = Buffer.alloc(0);
		this.#pausedAt = undefined;
		this.#resumedAt = this.#readCursor;
		this.#isFirst = this.#readCursor !== undefined;
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

	#ended(child: ChildProcessByStdio<null, Readable, Readable>, why: string): void {
		if (this.#child !== child) return;
		this.#child = undefined;
		const help = /permission|Users in groups|No journal files/i.test(why)
			? " (sudo usermod -aG systemd-journal USER, then restart the agent)"
			: "";
		this.#error = `${why}${help}`.slice(0, 512);
		this.#restart = setTimeout(() => this.#start(), RESTART_MS);
	}

	#stop(): void {
		clearTimeout(this.#restart);
		const child = this.#child;
		this.#child = undefined;
		child?.kill();
	}

	#take(chunk: Buffer): void {
		this.#error = undefined;
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
		const isFirst = this.#isFirst;
		this.#isFirst = false;
		if (entry.cursor === this.#resumedAt) return;
		if (isFirst) {
			const [from, until] = [writtenAt(this.#resumedAt), writtenAt(entry.cursor)];
			entry.before = { bytes: 0, reason: VANISHED, ...(from !== undefined && { from }) };
			if (until !== undefined) entry.before.until = until;
		}
		this.#waiting.push(entry);
		this.#readCursor = entry.cursor;
	}

	#keepWaiting(): void {
		this.#pausedAt ??= this.#options.now();
		this.#child?.stdout.pause();
	}

	#goOn(): void {
		const { now, journalctl } = this.#options;
		if (this.#pausedAt === undefined) return;
		const isLong = Math.abs(now() - this.#pausedAt) > LONG_PAUSE_MS;
		this.#pausedAt = undefined;
		const [child, last] = [this.#child, this.#readCursor];
		if (!isLong || last === undefined) return void child?.stdout.resume();
		// what it has open it can still read, whatever was removed meanwhile
		execFile(journalctl, this.#arguments("--lines=1"), (error, answer) => {
			if (this.#child !== child) return;
			if (!error && readEntry(answer)?.cursor !== last) {
				const from = writtenAt(last);
				this.#unsure = { bytes: 0, reason: VANISHED, ...(from !== undefined && { from }) };
			}
			child?.stdout.resume();
		});
	}
}

/** A cursor's time in epoch milliseconds: `…;t=653f1c2b8a7d0;…`, microseconds in hexadecimal (sd-journal.c). */
function writtenAt(cursor = ""): number | undefined {
	const microseconds = /(?:^|;)t=([0-9a-f]{1,16})(?:;|$)/.exec(cursor)?.[1];
	return microseconds === undefined ? undefined : Math.floor(Number.parseInt(microseconds, 16) / 1000);
}

/** One entry of journalctl's JSON, with the fields that matter to mail. */
export function readEntry(json: string): Entry | undefined {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		return undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	const fields = new Map<string, unknown>(Object.entries(value));
	const cursor = fields.get("__CURSOR");
	if (typeof cursor !== "string" || cursor.length > 512) return undefined;
	const kept = FIELDS.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]);
	const whole = JSON.stringify(Object.fromEntries(kept));
	const line = whole.slice(0, RAW_LENGTH_MAX);
	return { line, bytes: Buffer.byteLength(line) + 1, cursor, cut: whole.length - line.length };
}
