/**
 * The slice files of one data directory, oldest first: opens them, closes the newest one when it is full and starts the
 * next. Each new slice begins with the positions of all sources, so the newest file alone says where every agent goes on.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { forgetBlocks } from "./blocks.ts";
import { carriedOver, createSlice } from "./create-slice.ts";
import { damagedFiles, damageOf, setAsideFile, SliceDamaged } from "./damage.ts";
import { inTransaction } from "./open-database.ts";
import { draftOf, takeDraft } from "./pack-slice.ts";
import type { RetentionTarget } from "./retention.ts";
import { migrateSlice } from "./migrate-slice.ts";
import { type RebuildProgress, rebuildView } from "./rebuild-view.ts";
import { OwnPeers } from "./own-peers.ts";
import { hopsWithKeys } from "./read-hops.ts";
import { Recount } from "./recount.ts";
import { Slice } from "./slice.ts";
import { fileOf, sliceNumbers } from "./slice-files.ts";
import { SliceWriter } from "./slice-writer.ts";

/** Told when a file was set aside, and why. */
export type OnDamaged = (no: number, reason: string) => void;

/** What a question needs of the slices; the hub's own, or a reader's beside it. */
export interface SliceSet {
	readonly newestFirst: readonly Slice[];
	/** Whether a newer slice has lines of this queue, and with them its hops as they are now. */
	isStale(slice: Slice, key: string): boolean;
}

export class Slices implements SliceSet {
	readonly #dir: string;
	readonly #lineLimit: number;
	readonly #onDamaged: OnDamaged;
	readonly #closed: Slice[] = [];
	readonly #own: OwnPeers;
	readonly #recount: Recount;
	#writer: SliceWriter;
	#newestFirst: Slice[];

	constructor(
		dir: string,
		lineLimit: number,
		progress: RebuildProgress = () => {},
		onDamaged: OnDamaged = () => {},
	) {
		this.#dir = dir;
		this.#lineLimit = lineLimit;
		this.#onDamaged = onDamaged;
		mkdirSync(dir, { recursive: true, mode: 0o700 });
		for (const name of readdirSync(dir)) {
			if (name.includes(".new")) rmSync(join(dir, name));
		}
		this.#openAll(progress);
		const last = this.#closed.at(-1);
		const newest = nextNumber(dir) - 1;
		// what was the newest is open again; set aside, the next one goes on with what the one before had
		const writable = last && last.no === newest ? this.#closed.pop() : undefined;
		const no = writable?.no ?? newest + 1;
		if (!writable) createSlice(dir, no, last ? carriedOver(last) : { positions: [], peers: [] });
		writable?.close();
		const slice = new Slice(no, this.#path(no), false);
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
		const { lines } = this.#writer;
		if (lines.count < this.#lineLimit && !lines.isFull) return;
		this.#recount.stop();
		const { slice } = this.#writer;
		inTransaction(slice.db, () => {
			this.#writer.keyLooseLines();
			slice.writeKeyFilter();
		});
		const carried = carriedOver(slice);
		settle(slice);
		slice.close();
		const next = slice.no + 1;
		createSlice(this.#dir, next, carried);
		this.#closed.push(new Slice(slice.no, this.#path(slice.no), true));
		this.#writer = new SliceWriter(new Slice(next, this.#path(next), false), this.#own);
		this.#newestFirst = this.#order();
	}

	/** After a failed commit: what the writer remembers is read from the file again. */
	reopen(): void {
		const { no } = this.#writer.slice;
		this.#writer.slice.close();
		this.#recount.stop();
		// a batch that was read before it was taken back
		forgetBlocks();
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

	/** A file that cannot be read goes out of the way, and the rest serves. False: it is gone already. */
	setAside({ no, message }: SliceDamaged): boolean {
		const slice = this.#newestFirst.find((each) => each.no === no);
		if (!slice) return false;
		this.#recount.stop();
		slice.close();
		setAsideFile(this.#dir, no, message);
		this.#onDamaged(no, message);
		this.#forget(slice);
		return true;
	}

	/** A whole slice goes (`retention.ts`); never the newest. */
	drop(no: number): void {
		const slice = this.#closed.find((each) => each.no === no);
		if (!slice) return;
		this.#recount.stop();
		slice.close();
		for (const side of ["", "-wal", "-shm"]) rmSync(this.#path(no) + side, { force: true });
		this.#forget(slice);
	}

	#forget(slice: Slice): void {
		const at = this.#closed.indexOf(slice);
		if (at >= 0) this.#closed.splice(at, 1);
		else {
			// the newest: its lines are read again from the agents' logs, from where the one before had come
			const last = this.#closed.at(-1);
			const no = nextNumber(this.#dir);
			createSlice(this.#dir, no, last ? carriedOver(last) : { positions: [], peers: [] });
			const next = new Slice(no, this.#path(no), false);
			this.#own.forget(next);
			this.#writer = new SliceWriter(next, this.#own);
		}
		this.#newestFirst = this.#order();
	}

	/** Opens everything that can be read, brought up to today's version. */
	#openAll(progress: RebuildProgress): void {
		for (;;) {
			const numbers = sliceNumbers(this.#dir);
			try {
				for (const no of numbers) readable(no, this.#path(no));
				rebuildView(
					numbers.map((no) => ({ no, path: this.#path(no) })),
					progress,
				);
				for (const no of numbers) this.#closed.push(new Slice(no, this.#path(no), true));
				return;
			} catch (error) {
				for (const slice of this.#closed.splice(0)) slice.close();
				if (!(error instanceof SliceDamaged)) throw error;
				setAsideFile(this.#dir, error.no, error.message);
				this.#onDamaged(error.no, error.message);
			}
		}
	}

	/** Closed slices that stand as they were written, oldest first. */
	unpacked(): { no: number; path: string }[] {
		return this.#closed.filter(({ packed }) => !packed).map(({ no, path }) => ({ no, path }));
	}

	/**
	 * A packed draft of a closed slice takes the slice's place; who reads the old file goes on with it. False where a reader is at
	 * the old one's log just now: to be tried again. A slice that has gone meanwhile takes its draft with it.
	 */
	takeDraft(no: number): boolean {
		const path = this.#path(no);
		const draft = draftOf(path);
		const at = this.#closed.findIndex((slice) => slice.no === no);
		const old = this.#closed[at];
		if (!old || !existsSync(draft)) {
			rmSync(draft, { force: true });
			return true;
		}
		old.close();
		const isTaken = takeDraft(no, path);
		this.#closed[at] = new Slice(no, path, true);
		this.#newestFirst = this.#order();
		return isTaken;
	}

	retentionTargets(): RetentionTarget[] {
		return [...this.#newestFirst].reverse().map((slice) => ({
			no: slice.no,
			path: this.#path(slice.no),
			slice,
			isNewest: slice === this.#writer.slice,
		}));
	}

	/** A piece of counting again (`recount.ts`); false when there is nothing to do. `but`: a slice that stays as it is. */
	recountStep(but: number | undefined): boolean {
		return this.#recount.step(
			this.#newestFirst
				.filter(({ no }) => no !== but)
				.map((slice) => ({
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

/** Throws `SliceDamaged` where SQLite cannot read it, or the file is shorter than it says. */
function readable(no: number, path: string): void {
	try {
		migrateSlice(path);
		const slice = new Slice(no, path, true);
		const pages = Number(slice.one("PRAGMA page_count")?.page_count ?? 0);
		const size = Number(slice.one("PRAGMA page_size")?.page_size ?? 0);
		slice.one("SELECT max(id) FROM lines");
		slice.one("SELECT max(first) FROM line_batches");
		slice.one("SELECT max(first) FROM line_blocks");
		slice.one("SELECT max(first) FROM line_pages");
		slice.timeRange();
		slice.close();
		if (!existsSync(`${path}-wal`) && statSync(path).size < pages * size)
			throw new SliceDamaged(no, `the file is cut off: ${statSync(path).size} of ${pages * size} bytes`);
	} catch (error) {
		throw damageOf(error, no) ?? error;
	}
}

/** Behind every number that was ever given out, those of files set aside included. */
function nextNumber(dir: string): number {
	const aside = damagedFiles(dir).map(({ name }) => Number(name.slice(0, 6)));
	return Math.max(0, ...sliceNumbers(dir), ...aside) + 1;
}
