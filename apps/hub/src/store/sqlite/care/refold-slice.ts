/**
 * A closed slice whose hops another core has made serves as it is until they are made anew behind the commits: on a copy, which is
 * packed into a draft that takes the slice's place. Oldest first, so what a slice takes over from older ones is as it stays.
 * A newer slice that was written by this core has taken queues over from the hops as they were: the draft counts those as before.
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { FOLD_VERSION } from "@mailtrail/core/trace";
import type { StoreFiles } from "../../store.ts";
import { KeyFilters } from "../slice/key-filters.ts";
import { inTransaction, openDatabase } from "../open-database.ts";
import type { OwnPeers } from "../writing/own-peers.ts";
import { draftOf, packInto } from "./pack-slice.ts";
import { foldCounted } from "../packed/fold-counted.ts";
import { rebuildSlice } from "./rebuild-view.ts";
import { Slice } from "../slice/slice.ts";
import { fileOf } from "../slice/slice-files.ts";
import { SliceSet } from "../slice/slice-set.ts";
import { SliceWriter } from "../writing/slice-writer.ts";

export interface RefoldWork {
	no: number;
	path: string;
	/** the store as it is now */
	files: StoreFiles;
}

/** Leaves a whole draft; all of it at once, for a thread of its own. */
export function refoldSlice({ no, path, files }: RefoldWork): void {
	const copy = `${path}.new-fold`;
	const remove = () => ["", "-wal", "-shm"].forEach((side) => rmSync(copy + side, { force: true }));
	remove();
	const newest = files.slices.at(-1)?.no;
	const others = files.slices
		.filter((each) => each.no !== no)
		.map(({ no: other, filter }) => {
			const file = join(dirname(path), fileOf(other));
			return { slice: new Slice(other, file, other !== newest, true), filter };
		})
		.reverse();
	try {
		const source = openDatabase(path, { readOnly: true });
		source.prepare("VACUUM INTO ?").run(copy);
		source.close();
		const slice = new Slice(no, copy, false);
		const filters = new KeyFilters(files.filters);
		const older = others.filter((each) => each.slice.no < no);
		const peers = learnPeers(slice, others[0]?.slice ?? slice);
		rebuildSlice(slice, new SliceSet([{ slice }, ...older], filters));
		slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('own-peers', ?)", peers);
		const newer = new SliceSet(
			others.filter((each) => each.slice.no > no),
			filters,
		);
		noteTaken(slice, newer);
		slice.close();
		packInto(draftOf(path), no, copy);
	} finally {
		for (const { slice } of others) slice.close();
		remove();
	}
}

/** What the newest slice knows of our hosts is true of older mail too: it need not be counted again for it. How many there are. */
function learnPeers(slice: Slice, newest: Slice): number {
	const peers = newest.all("SELECT peer, host FROM own_peers");
	for (const { peer, host } of peers)
		slice.run("INSERT OR REPLACE INTO own_peers (peer, host) VALUES (?, ?)", String(peer), String(host));
	return peers.length;
}

/** Queues that go on in a newer slice which is not made anew itself. */
function noteTaken(slice: Slice, newer: SliceSet): void {
	const keys = slice.all("SELECT DISTINCT key FROM line_keys").map(({ key }) => String(key));
	const taken = keys.filter((key) => newer.othersWith(key, slice).at(-1)?.view === FOLD_VERSION);
	slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('taken', ?)", JSON.stringify(taken));
}

/** Before the draft takes its place: `since` are queues that were taken over from `old` while it was made. */
export function countTakenAsBefore(old: Slice, own: OwnPeers, since: Iterable<string>): void {
	const draft = new Slice(old.no, draftOf(old.path), false);
	const noted = draft.one("SELECT value FROM meta WHERE name = 'taken'")?.value;
	const keys = new Set<string>([...(typeof noted === "string" ? JSON.parse(noted) : []), ...since]);
	const writer = new SliceWriter(draft, own);
	inTransaction(draft.db, () => {
		for (const key of keys) writer.countAsBefore(old.hopRowsOf(key), draft.hopRowsOf(key));
		writer.finish();
		foldCounted(draft);
		draft.run("DELETE FROM meta WHERE name = 'taken'");
	});
	draft.db.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
	draft.close();
}
