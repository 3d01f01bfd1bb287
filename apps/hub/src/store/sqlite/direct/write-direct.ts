/**
 * Many lines as a closed slice, at once: folded in memory and written as pages, in a draft that takes the place of the newest slice,
 * which must be empty. Killed at any moment, the store is as it was before, or has the slice whole, positions and all.
 */
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { hopSums } from "../../hop-sums.ts";
import { HOPS_PER_BLOCK } from "../packed/hop-block.ts";
import { finishDraft, HopPages, LinePages, openDraft, putMeta } from "../packed/packed-pages.ts";
import { copyRows } from "../packed/write-packed.ts";
import { writeKeyFilter } from "../slice/key-filter.ts";
import { readHop } from "../slice/slice.ts";
import type { SliceSet } from "../slice/slice-set.ts";
import { ownHosts, type SliceWriter } from "../writing/slice-writer.ts";
import { type DirectHops, foldDirect } from "./direct-hops.ts";
import type { DirectLines } from "./direct-lines.ts";
import { DirectSums, writeTries } from "./direct-sums.ts";

/** Removed at the start, as all that is `.new`. */
export function directDraftOf(path: string): string {
	return `${path}.new-direct`;
}

/** Leaves a whole draft beside the newest slice; gives the queues that went on from older slices. */
export function writeDirect(direct: DirectLines, set: SliceSet, writer: SliceWriter): DirectHops["before"] {
	const { slice } = writer;
	const draft = directDraftOf(slice.path);
	rmSync(draft, { force: true });
	const folded = foldDirect(direct, set, writer);
	const db = openDraft(slice, draft);
	try {
		for (const table of ["meta", "positions", "gaps", "own_peers"]) copyRows(slice, db, table);
		writePlaces(db, direct);
		writeLines(db, direct, folded);
		writeSums(db, direct, folded);
		writeHops(db, direct, folded);
		putMeta(db, "own-peers", folded.peers);
		writeKeyFilter(db);
		finishDraft(db);
	} finally {
		db.close();
	}
	const file = openSync(draft, "r+");
	fsyncSync(file);
	closeSync(file);
	return folded.before;
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

function writeLines(db: DatabaseSync, direct: DirectLines, { loose }: DirectHops): void {
	const pages = new LinePages(db);
	for (const { ids, data } of direct.blocks()) pages.addPacked(ids, data);
	pages.finish(loose);
	// what comes behind asks for no line: a hundred megabytes, where they are many
	direct.forgetLines();
}

function writeSums(db: DatabaseSync, direct: DirectLines, { hops, before }: DirectHops): void {
	const sums = new DirectSums();
	for (const { hop, own } of hops) sums.add(hopSums(hop, ownHosts(own)), 1);
	for (const { row } of before) sums.add(hopSums(readHop(row), ownHosts(row.own)), -1);
	sums.write(db);
	writeTries(db, direct);
}

function writeHops(db: DatabaseSync, direct: DirectLines, { hops }: DirectHops): void {
	const at = (place: number) => {
		const hop = hops[place];
		if (!hop) throw new Error(`there is no hop ${place}`);
		return hop;
	};
	const pages = new HopPages(db, direct, hops.length, at);
	for (let from = 0; from < hops.length; from += HOPS_PER_BLOCK)
		pages.add(hops.slice(from, from + HOPS_PER_BLOCK));
	pages.finish();
}
