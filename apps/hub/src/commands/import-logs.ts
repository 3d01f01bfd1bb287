/**
 * `mailtrail-hub import --data DIR --host NAME FILE…`: logs straight into the store, without a running hub. Resumable and
 * idempotent: a content is known again by its first bytes, whatever its name, and goes on where it was broken off; what an
 * agent of that host has sent is not taken twice.
 */
import { hash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { createLineParser, rejoinBroken } from "@mailtrail/core/parse";
import type { Position } from "@mailtrail/core/wire";
import type { LineBatch, Store } from "../store/store.ts";
import { hashHead, readHead, readLogFile } from "./read-log-file.ts";

const LINES_AT_ONCE = 2_000;
/** stored together: as many as a slice of the store takes */
const LINES_STORED = 250_000;
/** of UTF-16; reached before by lines that are very long only */
const LETTERS_STORED = 64 * 2 ** 20;
const DAY_MS = 86_400_000;

export interface ImportProgress {
	file: string;
	/** stored bytes of all files, and how many of them are done */
	done: number;
	all: number;
	lines: number;
}

export interface Imported {
	lines: number;
	added: number;
	unparsed: number;
}

interface Options {
	zone: string;
	now: number;
	progress: (progress: ImportProgress) => void;
}

/** Files in the order in which they were written: the oldest first. */
export async function importLogs(
	store: Store,
	host: string,
	files: string[],
	options: Options,
): Promise<Imported> {
	const reading = new Reading(store, host, files, options);
	while (!reading.isDone) {
		reading.total.added += await store.commitMany(reading.some());
		reading.stored();
	}
	await store.settled();
	return reading.total;
}

/** Files one after the other, as batches. */
class Reading {
	readonly total: Imported = { lines: 0, added: 0, unparsed: 0 };
	isDone = false;
	readonly #store: Store;
	readonly #host: string;
	readonly #files: readonly string[];
	readonly #options: Options;
	readonly #batches = this.#read();
	/** of what is read and not stored yet, the newest first */
	#held: Position[] = [];

	constructor(store: Store, host: string, files: readonly string[], options: Options) {
		this.#store = store;
		this.#host = host;
		this.#files = files;
		this.#options = options;
	}

	/** The next ones, to be stored together. */
	async *some(): AsyncGenerator<LineBatch> {
		let [lines, letters] = [0, 0];
		while (lines < LINES_STORED && letters < LETTERS_STORED) {
			const { done, value } = await this.#batches.next();
			if (done) {
				this.isDone = true;
				return;
			}
			lines += value.lines.length;
			for (const { event } of value.lines) letters += event.raw.length;
			yield value;
		}
	}

	/** All that `some` gave. */
	stored(): void {
		this.#held = [];
	}

	async *#read(): AsyncGenerator<LineBatch> {
		const sizes = this.#files.map((file) => statSync(file).size);
		const all = sizes.reduce((sum, size) => sum + size, 0);
		let before = 0;
		for (const [i, file] of this.#files.entries()) {
			const positions = async () => [...this.#held, ...(await this.#store.positions(this.#host))];
			for await (const { batch, read } of readFile(this.#host, file, this.#options, positions)) {
				this.#held.unshift(batch.position);
				this.total.lines += batch.lines.length;
				for (const { event } of batch.lines) if (event.kind === "unparsed") this.total.unparsed++;
				yield batch;
				this.#options.progress({ file, done: before + read, all, lines: this.total.lines });
			}
			before += sizes[i] ?? 0;
		}
	}
}

/** @param positions how far each content of the host is, what is not stored yet included; the newest first */
async function* readFile(
	host: string,
	file: string,
	{ zone, now }: Pick<Options, "zone" | "now">,
	positions: () => Promise<Position[]>,
): AsyncGenerator<{ batch: LineBatch; read: number }> {
	const head = await readHead(file);
	if (head.length === 0) return;
	// a line cannot be later than the last write to its file: that gives the year to headers without one
	const latest = Math.min(now, statSync(file).mtimeMs + DAY_MS);
	const parser = createLineParser({ zone, now: latest, hideSecrets: true });
	const known = knownContent(await positions(), head);
	const content = known ?? newContent(file, head, parser);
	let from = known?.offset ?? 0;
	for await (const { lines, end, read } of readLogFile(file, from, LINES_AT_ONCE)) {
		const events = lines.map(({ offset, text }) => ({ offset, event: parser.parse(text) }));
		// the rest of a line that was broken in two has no header: most parts of a log have none such, and need no second look
		if (events.some(({ event }) => event.kind === "unparsed")) {
			const texts = lines.map(({ text }) => text);
			for (const [at, whole] of rejoinBroken(texts, { zone, now: latest }).entries()) {
				const line = events[at];
				if (line && whole !== texts[at]) line.event = parser.parse(whole);
			}
		}
		const position = { ...content, offset: end };
		yield { batch: { host, from, position, lines: events, receivedAt: now }, read };
		from = end;
	}
}

/** A position whose first bytes are those of this file. */
function knownContent(positions: readonly Position[], head: Buffer): Position | undefined {
	const hashes = new Map<number, string>();
	return positions.find(({ head: known, headBytes }) => {
		if (known === undefined || headBytes === undefined || headBytes > head.length || headBytes === 0)
			return false;
		const ours = hashes.get(headBytes) ?? hashHead(head.subarray(0, headBytes));
		hashes.set(headBytes, ours);
		return ours === known;
	});
}

/** Generations of one source sort in the order in which they began: by the first line's time. */
function newContent(file: string, head: Buffer, parser: { parse(line: string): { at?: string } }): Position {
	const [first = ""] = head.toString("utf8").split("\n", 1);
	const { at } = parser.parse(first);
	const begun = at === undefined ? 0 : Date.parse(at);
	const generation = `${Math.max(0, begun).toString(36).padStart(9, "0")}-${hash("sha256", head).slice(0, 12)}`;
	return {
		source: resolve(file).slice(0, 1024),
		generation,
		offset: 0,
		head: hashHead(head),
		headBytes: head.length,
	};
}
