/**
 * Makes the hops of every slice anew from its lines. Lines are the truth and hops a view of them: a hub whose core folds
 * otherwise than the one that wrote the store must not mix the two. One transaction a slice, so a rebuild that was
 * broken off goes on with the next slice.
 */
import { FOLD_VERSION, foldQueue } from "@mailtrail/core/trace";
import { KeyFilters } from "../slice/key-filters.ts";
import { inTransaction } from "../open-database.ts";
import { OwnPeers } from "../writing/own-peers.ts";
import { hopsWithKeys } from "../reading/read-hops.ts";
import { packSlice, takeDraft, unpackSlice } from "./pack-slice.ts";
import { Slice } from "../slice/slice.ts";
import { type Filtered, SliceSet } from "../slice/slice-set.ts";
import { eventsOf } from "../slice/slice-lines.ts";
import { isQuietSession } from "../writing/commit-batch.ts";
import { SliceWriter } from "../writing/slice-writer.ts";
import { WAITING } from "../writing/waiting-key.ts";

/** queues between two looks at what their hops teach (`SliceWriter.finish`) */
const FOLDED = 2_000;

/** Told before each slice: how many are done, of how many. */
export type RebuildProgress = (done: number, all: number) => void;

export interface SliceFile {
	no: number;
	path: string;
}

/**
 * `files` of all slices, oldest first. Those without a view are made before anybody asks; others of another core's view serve, and
 * are made anew behind the commits (`refold-slice.ts`). Forced, each one now.
 */
export function rebuildView(files: readonly SliceFile[], progress: RebuildProgress, isForced = false): void {
	const stale = files.map((file) => (isForced ? hasLines(file) : mustBeMade(file)));
	const all = stale.filter(Boolean).length;
	let done = 0;
	const filters = new KeyFilters();
	const older: Filtered[] = [];
	try {
		for (const [at, { no, path }] of files.entries()) {
			let slice = new Slice(no, path, !stale[at]);
			if (stale[at]) {
				progress(done++, all);
				const wasPacked = slice.packed !== undefined;
				rebuildSlice(slice, new SliceSet([{ slice }, ...older], filters));
				// one at a time is unpacked: it takes twenty times the room then
				if (wasPacked) slice = packAgain(slice);
			}
			const bits = slice.keyFilter();
			older.unshift({ slice, ...(bits && { filter: filters.add(bits) }) });
		}
	} finally {
		for (const { slice } of older) slice.close();
	}
}

function packAgain(slice: Slice): Slice {
	const { no, path } = slice;
	slice.close();
	packSlice({ no, path });
	// where it cannot be taken now, it is packed again behind the commits
	takeDraft(no, path);
	return new Slice(no, path, true);
}

/** A queue's hops stand in the newest slice that has lines of it, made of its lines in all slices up to there. */
export function rebuildSlice(slice: Slice, upTo: SliceSet): void {
	// what a hop was in an older slice tells as much of its peers
	const all = { holding: (term: string) => upTo.holding(term), isStale: () => false };
	const own = new OwnPeers(slice, (key, around, but) => hopsWithKeys(all, [key], around, 4, but));
	const writer = new SliceWriter(slice, own);
	inTransaction(slice.db, () => {
		unpackSlice(slice);
		const wasClosed = slice.one("SELECT 1 FROM meta WHERE name = 'key-filter'") !== undefined;
		slice.db.exec(
			"DELETE FROM hops; DELETE FROM hop_terms; DELETE FROM term_runs; DELETE FROM sums; DELETE FROM ways; DELETE FROM way_details;",
		);
		slice.refresh();
		let folded = 0;
		for (const row of slice.all("SELECT DISTINCT key FROM line_keys")) {
			const key = String(row.key);
			if (key.startsWith(WAITING)) continue;
			const here = eventsOf(slice, key);
			if (isQuietSession(key, here) && !upTo.othersShow(key, slice)) continue;
			const others = upTo.othersWith(key, slice);
			writer.takeOver(others[0]?.hopRowsOf(key) ?? []);
			const events = [...others.toReversed().flatMap((each) => eventsOf(each, key)), ...here];
			writer.replaceHops(key, foldQueue(key, events));
			if (++folded % FOLDED === 0) writer.finish();
		}
		writer.finish();
		slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('view', ?)", FOLD_VERSION);
		slice.run("DELETE FROM meta WHERE name = 'own-peers'");
		if (wasClosed) slice.writeKeyFilter();
	});
	// A closed slice is one file without side files.
	slice.db.exec("PRAGMA wal_checkpoint(TRUNCATE);");
}

/** Without its lines a slice's view stays as it is: nothing can make it anew. */
function hasLines({ no, path }: SliceFile): boolean {
	const slice = new Slice(no, path, true);
	const { hasLines: has } = slice;
	slice.close();
	return has;
}

function mustBeMade({ no, path }: SliceFile): boolean {
	const slice = new Slice(no, path, true);
	const { hasLines: has, view } = slice;
	slice.close();
	return has && view === undefined;
}
