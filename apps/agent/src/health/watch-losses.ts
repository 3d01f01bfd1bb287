/**
 * Watches for lines that the host's own logging throws away: asks the journal every minute for what journald and
 * rsyslog say of it; where there is no journal, reads on in the files that rsyslog writes its own messages to. A source
 * like a log: each loss is a gap that the hub stores with its position, so none is told twice or forgotten.
 */
import { spawn } from "node:child_process";
import { closeSync, fstatSync, globSync, openSync, readFileSync, readSync } from "node:fs";
import { LOSS_SOURCE, LOSSES_MAX, type Loss, type Position } from "@mailtrail/core/wire";
import { newGeneration } from "../sources/file-identity.ts";
import type { Reading, Source, SourceHealth } from "../sources/source.ts";
import { concernsUs, readLoss, reasonOf } from "./lost-lines.ts";

export interface LossOptions {
	journalctl: string;
	now: () => number;
	/** the agent follows the journal, not files */
	readsJournal: boolean;
	/** rsyslog's settings, which tell whether it reads the journal */
	rsyslog?: string;
	/** where rsyslog's own messages go on a host without a journal */
	files?: readonly string[];
	lookMs?: number;
}

const FILES = ["/var/log/syslog", "/var/log/messages"];
// asking a large journal costs some milliseconds
const LOOK_MS = 60_000;
/** sd-messages.h: SD_MESSAGE_JOURNAL_DROPPED, SD_MESSAGE_FORWARD_SYSLOG_MISSED */
const SAID_BY = [
	"MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
	"+",
	"MESSAGE_ID=0027229ca0644181a76c4e92458afa2e",
	"+",
	"SYSLOG_IDENTIFIER=rsyslogd",
];
const ANSWER_MAX = 1024 * 1024;
const READ_MAX = 4 * 1024 * 1024;
/** shown for a day */
const SHOWN_MS = 86_400_000;

export class LossSource implements Source {
	readonly name = LOSS_SOURCE;
	onChange: () => void = () => {};
	readonly #options: Required<LossOptions>;
	readonly #startedAt: number;
	readonly #filesFromJournal: boolean;
	readonly #files: Map<string, number>;
	#timer: NodeJS.Timeout | undefined;
	#asking = false;
	#generation = "";
	#offset = 0;
	#cursor: string | undefined;
	#waiting: { loss: Loss; reason: string; cursor: string | undefined }[] = [];
	#recent: Loss[] = [];

	constructor(options: LossOptions) {
		this.#options = { files: FILES, rsyslog: "/etc/rsyslog{.conf,.d/*.conf}", lookMs: LOOK_MS, ...options };
		this.#filesFromJournal = loadsJournal(this.#options.rsyslog);
		this.#startedAt = options.now();
		// what stands there already is of the time before
		this.#files = new Map(this.#options.files.map((path) => [path, sizeOf(path)]));
	}

	/** What was lost lately, oldest first. */
	get recent(): Loss[] {
		const since = this.#options.now() - SHOWN_MS;
		return this.#recent.filter(({ at }) => at >= since);
	}

	resume(positions: readonly Position[]): void {
		const [mine] = positions
			.filter((each) => each.source === this.name)
			.sort((a, b) => (a.generation < b.generation ? 1 : -1));
		this.#generation = mine?.generation ?? newGeneration(this.#startedAt);
		this.#offset = mine?.offset ?? 0;
		this.#cursor = mine?.cursor;
		this.#waiting = [];
		clearInterval(this.#timer);
		this.#timer = setInterval(() => void this.look(), this.#options.lookMs);
		this.#timer.unref();
	}

	reached(): Map<string, number> {
		return new Map([[this.#generation, this.#offset]]);
	}

	next(): Reading | undefined {
		const next = this.#waiting.shift();
		if (!next) return undefined;
		const from = this.#offset;
		this.#offset += Math.max(1, next.loss.lines);
		const { cursor } = next;
		const position: Position = {
			source: this.name,
			generation: this.#generation,
			offset: this.#offset,
			...(cursor !== undefined && { cursor }),
		};
		return {
			from,
			position,
			lines: [],
			writtenBy: next.loss.at,
			gap: { bytes: 0, reason: next.reason, until: next.loss.at },
		};
	}

	committed(): void {}

	health(): SourceHealth {
		return { source: this.name, lag: 0, size: 0 };
	}

	close(): void {
		clearInterval(this.#timer);
	}

	/** Looks now; never twice at once. */
	async look(): Promise<void> {
		if (this.#asking) return;
		this.#asking = true;
		const entries = await this.#askJournal();
		this.#asking = false;
		if (entries) for (const { at, message, cursor } of entries) this.#take(at, message, cursor);
		else this.#readFiles();
	}

	#take(at: number, message: string, cursor?: string): void {
		if (cursor !== undefined) this.#cursor = cursor;
		const lost = readLoss(message);
		const { readsJournal } = this.#options;
		if (!lost || !concernsUs(lost, { readsJournal, filesFromJournal: this.#filesFromJournal })) return;
		const loss: Loss = { at, ...lost };
		const others = this.#recent.filter((each) => each.at !== at || each.of !== loss.of);
		this.#recent = [...others, loss].slice(-LOSSES_MAX);
		// that it has begun is shown; what is counted is the number behind it
		if (loss.lines > 0) this.#waiting.push({ loss, reason: reasonOf(lost), cursor });
		this.onChange();
	}

	/** What came since the last time; nothing where the journal cannot be asked. */
	#askJournal(): Promise<{ at: number; message: string; cursor?: string }[] | undefined> {
		const from =
			this.#cursor === undefined
				? `--since=@${Math.floor(this.#startedAt / 1000)}`
				: `--after-cursor=${this.#cursor}`;
		const args = [
			"--output=json",
			"--quiet",
			"--no-pager",
			"--all",
			"--output-fields=MESSAGE",
			from,
			...SAID_BY,
		];
		return new Promise((resolve) => {
			const child = spawn(this.#options.journalctl, args, {
				stdio: ["ignore", "pipe", "ignore"],
				timeout: this.#options.lookMs,
			});
			let answer = "";
			child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
				if (answer.length < ANSWER_MAX) answer += chunk;
			});
			child.on("error", () => resolve(undefined));
			child.on("close", (code) => resolve(code === 0 ? readEntries(answer) : undefined));
		});
	}

	#readFiles(): void {
		for (const [path, from] of this.#files) {
			const { text, end } = readFrom(path, from);
			this.#files.set(path, end);
			for (const line of text.split("\n")) {
				const at = line.indexOf(" rsyslogd: ");
				if (at >= 0) this.#take(this.#options.now(), line.slice(at + 11));
			}
		}
	}
}

/** RHEL's rsyslog loads imjournal; Debian's takes what journald forwards. */
function loadsJournal(pattern: string): boolean {
	return globSync(pattern).some((path) => {
		try {
			return /^[^#\n]{0,200}\bimjournal\b/m.test(readFileSync(path, "utf8"));
		} catch {
			return false;
		}
	});
}

function readEntries(answer: string): { at: number; message: string; cursor?: string }[] {
	return answer.split("\n").flatMap((line) => {
		if (line === "") return [];
		try {
			const value: unknown = JSON.parse(line);
			const fields = new Map(Object.entries(value ?? {}));
			const [at, message, cursor] = ["__REALTIME_TIMESTAMP", "MESSAGE", "__CURSOR"].map((name) =>
				fields.get(name),
			);
			if (typeof message !== "string") return [];
			const known = typeof cursor === "string" && cursor.length <= 512 ? { cursor } : {};
			return [{ at: Math.floor(Number(at) / 1000) || 0, message, ...known }];
		} catch {
			// cut off at the limit: it comes again behind the last cursor
			return [];
		}
	});
}

function sizeOf(path: string): number {
	return readFrom(path, Number.POSITIVE_INFINITY).end;
}

/** Whole lines from a place on, from the beginning where the file is shorter now; nothing where it cannot be read. */
function readFrom(path: string, from: number): { text: string; end: number } {
	let file: number | undefined;
	try {
		file = openSync(path, "r");
		const { size } = fstatSync(file);
		if (from === Number.POSITIVE_INFINITY) return { text: "", end: size };
		const start = size < from ? 0 : Math.max(from, size - READ_MAX);
		const bytes = Buffer.alloc(size - start);
		const read = readSync(file, bytes, 0, bytes.length, start);
		const end = bytes.lastIndexOf(10, read - 1) + 1;
		return { text: bytes.toString("latin1", 0, end), end: start + end };
	} catch {
		return { text: "", end: from === Number.POSITIVE_INFINITY ? 0 : from };
	} finally {
		if (file !== undefined) closeSync(file);
	}
}
