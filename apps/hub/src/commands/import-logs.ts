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
/** held until they are stored together: as many as a slice of the store takes, some hundred megabytes */
const LINES_HELD = 250_000;
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
	{ zone, now, progress }: Options,
): Promise<Imported> {
	const sizes = files.map((file) => statSync(file).size);
	const all = sizes.reduce((sum, size) => sum + size, 0);
	const held = new HeldLines(store, host);
	let before = 0;
	for (const [i, file] of files.entries()) {
		for await (const read of readFile(held, file, { zone, now }))
			progress({ file, done: before + read, all, lines: held.total.lines });
		before += sizes[i] ?? 0;
	}
	await held.store();
	await store.settled();
	return held.total;
}

/** What was read and is not stored yet, of files one after the other. */
class HeldLines {
	readonly host: string;
	readonly total: Imported = { lines: 0, added: 0, unparsed: 0 };
	readonly #store: Store;
	#batches: LineBatch[] = [];
	#lines = 0;

	constructor(store: Store, host: string) {
		this.#store = store;
		this.host = host;
	}

	async add(batch: LineBatch): Promise<void> {
		this.#batches.push(batch);
		this.#lines += batch.lines.length;
		this.total.lines += batch.lines.length;
		for (const { event } of batch.lines) if (event.kind === "unparsed") this.total.unparsed++;
		if (this.#lines >= LINES_HELD) await this.store();
	}

	async store(): Promise<void> {
		const batches = this.#batches;
		this.#batches = [];
		this.#lines = 0;
		if (batches.length > 0) this.total.added += await this.#store.commitMany(batches);
	}

	/** How far each content of the host is, what is held included; the newest first. */
	async positions(): Promise<Position[]> {
		const held = this.#batches.map(({ position }) => position).reverse();
		return [...held, ...(await this.#store.positions(this.host))];
	}
}

/** Says how many bytes of the file are read after each part. */
async function* readFile(
	held: HeldLines,
	file: string,
	{ zone, now }: { zone: string; now: number },
): AsyncGenerator<number> {
	const head = await readHead(file);
	if (head.length === 0) return;
	// a line cannot be later than the last write to its file: that gives the year to headers without one
	const latest = Math.min(now, statSync(file).mtimeMs + DAY_MS);
	const parser = createLineParser({ zone, now: latest });
	const known = knownContent(await held.positions(), head);
	const content = known ?? newContent(file, head, parser);
	let from = known?.offset ?? 0;
	for await (const { lines, end, read } of readLogFile(file, from, LINES_AT_ONCE)) {
		const whole = rejoinBroken(
			lines.map(({ text }) => text),
			{ zone, now: latest },
		);
		const events = lines.map(({ offset, text }, at) => ({ offset, event: parser.parse(whole[at] ?? text) }));
		const position = { ...content, offset: end };
		await held.add({ host: held.host, from, position, lines: events, receivedAt: now });
		yield read;
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
