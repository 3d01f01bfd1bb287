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
import type { Store } from "../store/store.ts";
import { hashHead, readHead, readLogFile } from "./read-log-file.ts";

const LINES_AT_ONCE = 2_000;
/** parts on their way to the store: it commits together what waits */
const AHEAD = 4;
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

/** Files in the order in which they were written: the oldest first. */
export async function importLogs(
	store: Store,
	host: string,
	files: string[],
	options: { zone: string; now: number; progress: (progress: ImportProgress) => void },
): Promise<Imported> {
	const sizes = files.map((file) => statSync(file).size);
	const all = sizes.reduce((sum, size) => sum + size, 0);
	const total: Imported = { lines: 0, added: 0, unparsed: 0 };
	let before = 0;
	for (const [i, file] of files.entries()) {
		await importFile(store, host, file, options, total, (read) =>
			options.progress({ file, done: before + read, all, lines: total.lines }),
		);
		before += sizes[i] ?? 0;
	}
	await store.settled();
	return total;
}

async function importFile(
	store: Store,
	host: string,
	file: string,
	{ zone, now }: { zone: string; now: number },
	total: Imported,
	progress: (read: number) => void,
): Promise<void> {
	const head = await readHead(file);
	if (head.length === 0) return;
	// a line cannot be later than the last write to its file: that gives the year to headers without one
	const latest = Math.min(now, statSync(file).mtimeMs + DAY_MS);
	const parser = createLineParser({ zone, now: latest });
	const known = await knownContent(store, host, head);
	const content = known ?? newContent(file, head, parser);
	let from = known?.offset ?? 0;
	const waiting: Promise<void>[] = [];
	for await (const { lines, end, read } of readLogFile(file, from, LINES_AT_ONCE)) {
		const whole = rejoinBroken(
			lines.map(({ text }) => text),
			{ zone, now: latest },
		);
		const events = lines.map(({ offset, text }, at) => ({ offset, event: parser.parse(whole[at] ?? text) }));
		const position = { ...content, offset: end };
		const committed = store
			.commit({ host, from, position, lines: events, receivedAt: now })
			.then((result) => {
				if (result.outcome !== "committed")
					throw new Error(`${file}: the store is at another place than it said`);
				total.lines += events.length;
				total.added += result.added;
				for (const { event } of events) if (event.kind === "unparsed") total.unparsed++;
				progress(read);
			});
		// one that fails is told when its turn comes
		committed.catch(() => {});
		waiting.push(committed);
		from = end;
		if (waiting.length >= AHEAD) await waiting.shift();
	}
	await Promise.all(waiting);
}

/** A position whose first bytes are those of this file. */
async function knownContent(store: Store, host: string, head: Buffer): Promise<Position | undefined> {
	const hashes = new Map<number, string>();
	return (await store.positions(host)).find(({ head: known, headBytes }) => {
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
