/**
 * Follows a maildir (`new/` and `cur/`) for the bounces in it. A message is known by its name up to the flags, which
 * begins with the second of its delivery; the hub keeps the newest that was read, and what is older is never read again.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { bounceEvent, readBounce } from "@mailtrail/core/bounce";
import type { Position } from "@mailtrail/core/wire";
import { errorCode, explainAccess } from "../sources/file-access.ts";
import type { Reading, Source, SourceHealth } from "../sources/source.ts";

const LOOK_MS = 2_000;
const GENERATION = "maildir";
/** a report stands before what it returns */
const MESSAGE_MAX = 262_144;
/** offsets of one message's reports are apart from the next one's */
const REPORTS_MAX = 1_000;
/** a mailbox that nobody empties is read in pieces */
const MESSAGES_AT_ONCE = 100;

interface Message {
	/** orders by delivery: seconds, then the unique rest */
	key: string;
	path: string;
}

export class MaildirSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #path: string;
	readonly #now: () => number;
	readonly #timer: NodeJS.Timeout;
	#ready: Reading[] = [];
	/** the newest message that was read, and where the next one's reports go */
	#cursor = "";
	#offset = 0;
	/** where the next reading starts */
	#reached = 0;
	#started = false;
	#looking = false;
	#life = 0;
	#error: string | undefined;
	#lastAt: number | undefined;

	constructor(path: string, options: { now: () => number }) {
		this.name = `spool:${path}`;
		this.#path = path;
		this.#now = options.now;
		this.#timer = setInterval(() => void this.#look(), LOOK_MS);
		this.#timer.unref();
	}

	resume(positions: readonly Position[]): void {
		const mine = positions.find((each) => each.source === this.name && each.generation === GENERATION);
		this.#life++;
		this.#ready = [];
		this.#cursor = mine?.cursor ?? "";
		this.#offset = mine?.offset ?? 0;
		this.#reached = this.#offset;
		this.#started = true;
		void this.#look();
	}

	reached(): Map<string, number> {
		return new Map([[GENERATION, this.#reached]]);
	}

	next(): Reading | undefined {
		const reading = this.#ready.shift();
		if (reading) this.#reached = reading.position.offset;
		return reading;
	}

	committed(): void {}

	health(): SourceHealth {
		const health: SourceHealth = { source: this.name, lag: 0, size: this.#offset };
		if (this.#lastAt !== undefined) health.lastLineAt = this.#lastAt;
		if (this.#error !== undefined) health.error = this.#error.slice(0, 512);
		return health;
	}

	close(): void {
		clearInterval(this.#timer);
		this.#started = false;
	}

	async #look(): Promise<void> {
		if (!this.#started || this.#looking) return;
		this.#looking = true;
		const life = this.#life;
		try {
			for (const message of this.#unread()) {
				const reading = await this.#read(message);
				if (life !== this.#life) break;
				this.#cursor = message.key;
				this.#offset = reading.position.offset;
				this.#ready.push(reading);
			}
			this.#error = undefined;
		} catch (error) {
			this.#error = explainAccess(this.#path, error);
		}
		this.#looking = false;
		if (this.#ready.length > 0) this.onChange();
	}

	#unread(): Message[] {
		const messages = ["new", "cur"].flatMap((folder) =>
			readdirSync(join(this.#path, folder)).map((name) => ({
				key: keyOf(name),
				path: join(this.#path, folder, name),
			})),
		);
		return messages
			.filter(({ key }) => key > this.#cursor)
			.sort((a, b) => (a.key < b.key ? -1 : 1))
			.slice(0, MESSAGES_AT_ONCE);
	}

	async #read({ key, path }: Message): Promise<Reading> {
		const from = this.#offset;
		const position: Position = {
			source: this.name,
			generation: GENERATION,
			offset: from + REPORTS_MAX,
			cursor: key.slice(0, 512),
		};
		const now = this.#now();
		const raw = readMessage(path);
		const reports = raw ? await readBounce(raw).catch(() => []) : [];
		const at = new Date(
			raw ? (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) : now,
		).toISOString();
		if (reports.length > 0) this.#lastAt = now;
		const lines = reports.slice(0, REPORTS_MAX).map((report, i) => {
			const event = bounceEvent(report, at, this.#path);
			return { offset: from + i, text: event.raw, event };
		});
		return { from, position, lines, writtenBy: now };
	}
}

/** maildir(5): `SECONDS.UNIQUE.HOST`, then `:2,FLAGS`. The seconds are padded, so that keys sort by time. */
function keyOf(name: string): string {
	const [base = ""] = name.split(":");
	const [, seconds = "", rest = ""] = /^(\d{1,15})(.*)$/s.exec(base) ?? [];
	return `${seconds.padStart(15, "0")}${rest}`;
}

/**
 * Its beginning; nothing for a message that was moved or deleted in the meantime, and for what is none: who owns the folder may
 * put a pipe there, or a link to another's file.
 */
function readMessage(path: string): Buffer | undefined {
	let fd: number;
	try {
		fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
	} catch (error) {
		// ENXIO: a socket
		if (["ENOENT", "ELOOP", "ENXIO"].includes(errorCode(error) ?? "")) return undefined;
		throw error;
	}
	try {
		if (!fstatSync(fd).isFile()) return undefined;
		const bytes = Buffer.alloc(MESSAGE_MAX);
		let filled = 0;
		for (let got = -1; got !== 0 && filled < MESSAGE_MAX; filled += got)
			got = readSync(fd, bytes, filled, MESSAGE_MAX - filled, filled);
		return bytes.subarray(0, filled);
	} finally {
		closeSync(fd);
	}
}
