/**
 * Many lines as a closed slice, at once: folded in memory (`direct-lines.ts`) and written as pages, in a draft that takes the place of the newest slice,
 * which must be empty. Killed at any moment, the store is as it was before, or has the slice whole, positions and all.
 */
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { dictionaryOf, HOPS_PER_BLOCK } from "../packed/hop-block.ts";
import type { HopBytes } from "../packed/hop-bytes.ts";
import { finishDraft, HopPages, LinePages, openDraft, putMeta, samplesOf } from "../packed/packed-pages.ts";
import { copyRows } from "../packed/write-packed.ts";
import { writeKeyFilter } from "../slice/key-filter.ts";
import type { SliceWriter } from "../writing/slice-writer.ts";
import type { DirectLines } from "./direct-lines.ts";

/** Removed at the start, as all that is `.new`. */
export function directDraftOf(path: string): string {
	return `${path}.new-direct`;
}

/** Leaves a whole draft beside the newest slice, which is empty. */
export function writeDirect(direct: DirectLines, { slice }: SliceWriter): void {
	const draft = directDraftOf(slice.path);
	rmSync(draft, { force: true });
	const { hops } = direct;
	const order = hops.finish(direct.queues);
	const db = openDraft(slice, draft);
	try {
		for (const table of ["meta", "positions", "gaps", "own_peers"]) copyRows(slice, db, table);
		writePlaces(db, direct);
		writeLines(db, direct);
		hops.sums.write(db);
		direct.tries.write(db);
		writeHops(db, hops.bytes, order);
		putMeta(db, "own-peers", hops.peers);
		writeKeyFilter(db);
		finishDraft(db);
	} finally {
		db.close();
	}
	const file = openSync(draft, "r+");
	fsyncSync(file);
	closeSync(file);
}

function writePlaces(db: DatabaseSync, { generations, counts, positions }: DirectLines): void {
	const addGeneration = db.prepare(
		"INSERT INTO generations (no, host, source, generation) VALUES (?, ?, ?, ?)",
	);
	for (const [at, { host, source, generation }] of generations.entries())
		addGeneration.run(at + 1, host, source, generation);
	const addCount = db.prepare("INSERT INTO counts (host, lines, unparsed) VALUES (?, ?, ?)");
	for (const [host, { lines, unparsed }] of counts) if (lines > 0) addCount.run(host, lines, unparsed);
	const sql =
		"INSERT OR REPLACE INTO positions (host, source, generation, touched, body) VALUES (?, ?, ?, ?, ?)";
	const setPosition = db.prepare(sql);
	for (const { host, position, touched } of positions)
		setPosition.run(host, position.source, position.generation, touched, JSON.stringify(position));
}

function writeLines(db: DatabaseSync, direct: DirectLines): void {
	const pages = new LinePages(db);
	for (const { ids, data } of direct.blocks()) pages.addPacked(ids, data);
	pages.finish(direct.hops.loose);
	// what comes behind asks for no line: a hundred megabytes, where they are many
	direct.forgetLines();
}

function writeHops(db: DatabaseSync, hops: HopBytes, order: readonly number[]): void {
	const samples = samplesOf(order.length).map((place) => order[place] ?? 0);
	const pages = new HopPages(db, dictionaryOf(hops.lines(samples)));
	for (let from = 0; from < order.length; from += HOPS_PER_BLOCK)
		pages.add(hops, order.slice(from, from + HOPS_PER_BLOCK));
	pages.finish(hops.names);
}
