/**
 * The slice files of one data directory, oldest first: opens them, closes the newest one when it is full and starts the
 * next. Each new slice begins with the positions of all sources, so the newest file alone says where every agent goes on.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FOLD_VERSION } from "@mailtrail/core/trace";
import { inTransaction, openDatabase } from "./open-database.ts";
import { migrateSlice } from "./migrate-slice.ts";
import { type RebuildProgress, rebuildView } from "./rebuild-view.ts";
import { OwnPeers } from "./own-peers.ts";
import { hopsWithKeys } from "./read-hops.ts";
import { Recount } from "./recount.ts";
import { Slice } from "./slice.ts";
import { fileOf, sliceNumbers } from "./slice-files.ts";
import { SLICE_SCHEMA, SLICE_VERSION } from "./slice-schema.ts";
import { SliceWriter } from "./slice-writer.ts";
import { SUMS_SCHEMA } from "./sums-table.ts";
import { TRIES_SCHEMA } from "./tries-table.ts";

/** contents of one source that an agent may still come back to */
const GENERATIONS_KEPT = 512;

/** What a question needs of the slices; the hub's own, or a reader's beside it. */
export interface SliceSet {
	readonly newestFirst: readonly Slice[];
	/** Whether a newer slice has lines of this queue, and with them its hops as they are now. */
	isStale(slice: Slice, key: string): boolean;
}

export class Slices implements SliceSet {
	readonly #dir: string;
	readonly #lineLimit: number;
	readonly #closed: Slice[] = [];
	readonly #own: OwnPeers;
	readonly #recount: Recount;
	#writer: SliceWriter;
	#newestFirst: Slice[];

	constructor(dir: string, lineLimit: number, progress: RebuildProgress = () => {}) {
		this.#dir = dir;
		this.#lineLimit = lineLimit;
		mkdirSync(dir, { recursive: true, mode: 0o700 });
		for (const name of readdirSync(dir)) {
			if (name.includes(".new")) rmSync(join(dir, name));
		}
		const numbers = sliceNumbers(dir);
		for (const no of numbers) migrateSlice(this.#path(no));
		rebuildView(
			numbers.map((no) => this.#path(no)),
			progress,
		);
		const newest = numbers.pop() ?? 1;
		for (const no of numbers) this.#closed.push(new Slice(no, this.#path(no), true));
		if (!readdirSync(dir).includes(fileOf(newest))) this.#create(newest);
		const slice = new Slice(newest, this.#path(newest), false);
		this.#own = new OwnPeers(slice, (key, around) => hopsWithKeys(this, [key], around, 4));
		this.#recount = new Recount(this.#own);
		this.#writer = new SliceWriter(slice, this.#own);
		this.#newestFirst = this.#order();
	}

	/** Where the next commit goes. */
	get writer(): SliceWriter {
		return this.#writer;
	}

	get newestFirst(): readonly Slice[] {
		return this.#newestFirst;
	}

	/** Closes the newest slice when it is full. Never inside a transaction. */
	rollIfFull(): void {
		if (this.#writer.lines < this.#lineLimit && !this.#writer.isFull) return;
		this.#recount.stop();
		const { slice } = this.#writer;
		inTransaction(slice.db, () => slice.writeKeyFilter());
		const positions = slice.positions();
		const peers = slice.all("SELECT peer, host FROM own_peers");
		settle(slice);
		slice.close();
		const next = slice.no + 1;
		this.#create(next, positions, peers);
		this.#closed.push(new Slice(slice.no, this.#path(slice.no), true));
		this.#writer = new SliceWriter(new Slice(next, this.#path(next), false), this.#own);
		this.#newestFirst = this.#order();
	}

	/** After a failed commit: what the writer remembers is read from the file again. */
	reopen(): void {
		const { no } = this.#writer.slice;
		this.#writer.slice.close();
		this.#recount.stop();
		const slice = new Slice(no, this.#path(no), false);
		this.#own.forget(slice);
		this.#writer = new SliceWriter(slice, this.#own);
		this.#newestFirst = this.#order();
	}

	/** Whether a newer slice has lines of this queue, and with them its hops as they are now. */
	isStale(slice: Slice, key: string): boolean {
		for (const newer of this.#newestFirst) {
			if (newer.no <= slice.no) return false;
			if (newer.hasLinesOf(key)) return true;
		}
		return false;
	}

	/** A piece of counting again (`recount.ts`); false when there is nothing to do. */
	recountStep(): boolean {
		return this.#recount.step(
			this.#newestFirst.map((slice) => ({
				no: slice.no,
				path: this.#path(slice.no),
				isStale: (key) => this.isStale(slice, key),
				...(slice === this.#writer.slice && { writer: this.#writer }),
			})),
		);
	}

	close(): void {
		this.#recount.stop();
		for (const slice of this.newestFirst) slice.close();
	}

	#order(): Slice[] {
		return [this.#writer.slice, ...this.#closed.toReversed()];
	}

	#path(no: number): string {
		return join(this.#dir, fileOf(no));
	}

	/** Written under another name and renamed when complete: a slice file is whole or not there. */
	#create(
		no: number,
		positions: ReturnType<Slice["positions"]> = [],
		peers: ReturnType<Slice["all"]> = [],
	): void {
		const draft = `${this.#path(no)}.new`;
		const db = openDatabase(draft);
		inTransaction(db, () => {
			db.exec(SLICE_SCHEMA);
			db.exec(TRIES_SCHEMA);
			db.exec(SUMS_SCHEMA);
			db.prepare("INSERT INTO meta (name, value) VALUES ('version', ?), ('view', ?)").run(
				SLICE_VERSION,
				FOLD_VERSION,
			);
			const insert = db.prepare(
				"INSERT INTO positions (host, source, generation, touched, body) VALUES (?, ?, ?, ?, ?)",
			);
			for (const { host, touched, position } of newestGenerations(positions)) {
				insert.run(host, position.source, position.generation, touched, JSON.stringify(position));
			}
			const know = db.prepare("INSERT INTO own_peers (peer, host) VALUES (?, ?)");
			for (const { peer, host } of peers) know.run(String(peer), String(host));
		});
		db.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
		db.close();
		renameSync(draft, this.#path(no));
		syncDirectory(this.#dir);
	}
}

/** Everything is synced to the file; where no reader has it open it becomes a plain file without side files. */
function settle({ db }: Slice): void {
	db.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE);");
	try {
		db.exec("PRAGMA journal_mode = DELETE;");
	} catch {
		// A reader is at it: it stays as it is, and is no different to read.
	}
}

function newestGenerations(positions: ReturnType<Slice["positions"]>): ReturnType<Slice["positions"]> {
	const perSource = new Map<string, number>();
	return [...positions]
		.sort((a, b) => b.touched - a.touched)
		.filter(({ host, position }) => {
			const source = JSON.stringify([host, position.source]);
			const seen = perSource.get(source) ?? 0;
			perSource.set(source, seen + 1);
			return seen < GENERATIONS_KEPT;
		});
}

function syncDirectory(dir: string): void {
	const handle = openSync(dir, "r");
	fsyncSync(handle);
	closeSync(handle);
}
