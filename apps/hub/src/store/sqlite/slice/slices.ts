/**
 * The slice files of one data directory, oldest first: opens them, closes the newest one when it is full and starts the
 * next. Each new slice begins with the positions of all sources, so the newest file alone says where every agent goes on.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FOLD_VERSION } from "@mailtrail/core/trace";
import type { StoreFiles } from "../../store.ts";
import { forgetBlocks } from "./blocks.ts";
import { carriedOver, createSlice, isEmpty } from "./create-slice.ts";
import { nextNumber, setAsideFile, type SliceDamaged } from "./damage.ts";
import { inTransaction, settle } from "../open-database.ts";
import { draftOf, takeDraft, takePlace } from "../care/pack-slice.ts";
import type { RetentionTarget } from "../care/retention.ts";
import type { RebuildProgress } from "../care/rebuild-view.ts";
import { type OnDamaged, openSlices } from "./open-slices.ts";
import { countTakenAsBefore } from "../care/refold-slice.ts";
import { OwnPeers } from "../writing/own-peers.ts";
import { KeyFilters } from "./key-filters.ts";
import { hopsWithKeys } from "../reading/read-hops.ts";
import { Recount } from "../care/recount.ts";
import { Slice } from "./slice.ts";
import { fileOf } from "./slice-files.ts";
import { SliceSet } from "./slice-set.ts";
import { SliceWriter } from "../writing/slice-writer.ts";

export interface SlicesOptions {
	onRebuild?: RebuildProgress;
	/** told when a file could not be read and was set aside */
	onDamaged?: OnDamaged;
	/** told when `files` are others */
	onFiles?: () => void;
}

export class Slices {
	readonly #dir: string;
	readonly #lineLimit: number;
	readonly #options: SlicesOptions;
	readonly #closed: Slice[];
	readonly #own: OwnPeers;
	readonly #recount: Recount;
	#writer: SliceWriter;
	readonly #filters = new KeyFilters();
	/** where a closed slice's filter stands */
	readonly #places = new Map<number, number>();
	/** queues that were taken over from the slice that is made anew */
	#taken: { no: number; keys: Set<string> } | undefined;
	#set: SliceSet;
	#files: StoreFiles;

	constructor(dir: string, lineLimit: number, options: SlicesOptions = {}) {
		this.#dir = dir;
		this.#lineLimit = lineLimit;
		this.#options = options;
		mkdirSync(dir, { recursive: true, mode: 0o700 });
		for (const name of readdirSync(dir)) {
			if (name.includes(".new")) rmSync(join(dir, name));
		}
		this.#closed = openSlices(dir, options.onRebuild ?? (() => {}), options.onDamaged ?? (() => {}));
		const last = this.#closed.at(-1);
		const newest = nextNumber(dir) - 1;
		// what was the newest is open again; set aside or packed, the next one goes on with what the one before had
		const isWritable = last?.no === newest && !last.packed;
		const writable = isWritable ? this.#closed.pop() : undefined;
		const no = writable?.no ?? newest + 1;
		if (!writable) createSlice(dir, no, last ? carriedOver(last) : { positions: [], peers: [] });
		writable?.close();
		const slice = new Slice(no, this.#path(no), false);
		for (const each of this.#closed) this.#addFilter(each);
		this.#own = new OwnPeers(slice, (key, around, but) => hopsWithKeys(this.#set, [key], around, 4, but));
		this.#recount = new Recount(this.#own);
		this.#writer = new SliceWriter(slice, this.#own);
		({ set: this.#set, files: this.#files } = this.#order());
		if (slice.view !== FOLD_VERSION) this.#leaveView(slice);
	}

	/** To hops that another core has made none are added: they are made anew behind the commits, as those of closed slices are. */
	#leaveView(slice: Slice): void {
		if (!isEmpty(slice)) return this.roll();
		slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('view', ?)", FOLD_VERSION);
	}

	/** Where the next commit goes. */
	get writer(): SliceWriter {
		return this.#writer;
	}

	/** As they are until the next change. */
	get set(): SliceSet {
		return this.#set;
	}

	get newestFirst(): readonly Slice[] {
		return this.#set.newestFirst;
	}

	/** For readers beside this one: the same object until something changes. */
	get files(): StoreFiles {
		return this.#files;
	}

	/** Closes the newest slice when it is full. Never inside a transaction. */
	rollIfFull(): void {
		const { lines } = this.#writer;
		if (lines.count >= this.#lineLimit || lines.isFull) this.roll();
	}

	/** Closes the newest slice. Never inside a transaction. */
	roll(): void {
		const { slice } = this.#writer;
		inTransaction(slice.db, () => {
			this.#writer.keyLooseLines();
			slice.writeKeyFilter();
		});
		this.#goOnBehind(slice);
	}

	/** A packed draft takes the place of the newest slice, which is empty (`direct/`), and is closed. */
	takeDirect(draft: string): void {
		const { slice } = this.#writer;
		this.#goOnBehind(slice, draft);
		this.#own.forget(this.#writer.slice);
	}

	#goOnBehind(slice: Slice, draft?: string): void {
		this.#recount.stop();
		settle(slice.db);
		slice.close();
		if (draft !== undefined) takePlace(draft, slice.path);
		const closed = new Slice(slice.no, slice.path, true);
		const next = slice.no + 1;
		createSlice(this.#dir, next, carriedOver(closed));
		this.#closed.push(closed);
		this.#addFilter(closed);
		this.#writer = new SliceWriter(new Slice(next, this.#path(next), false), this.#own);
		this.#changed();
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
		this.#changed();
	}

	/** A file that cannot be read goes out of the way, and the rest serves. False: it is gone already. */
	setAside({ no, message }: SliceDamaged): boolean {
		const slice = this.newestFirst.find((each) => each.no === no);
		if (!slice) return false;
		this.#recount.stop();
		slice.close();
		setAsideFile(this.#dir, no, message);
		this.#options.onDamaged?.(no, message);
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
		const place = this.#places.get(slice.no);
		if (place !== undefined) this.#filters.forget(place);
		this.#places.delete(slice.no);
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
		this.#changed();
	}

	/** Closed slices that stand as they were written, oldest first. */
	unpacked(): { no: number; path: string }[] {
		return this.#closed
			.filter((slice) => !slice.packed && !isOfOtherCore(slice))
			.map(({ no, path }) => ({ no, path }));
	}

	/** Closed slices whose hops another core has made, oldest first. */
	ofOtherCore(): { no: number; path: string }[] {
		return this.#closed.filter(isOfOtherCore).map(({ no, path }) => ({ no, path }));
	}

	/** From now on what is taken over from this slice is noted, until its draft is taken. */
	noteTakenFrom(no: number): void {
		this.#taken = { no, keys: new Set() };
	}

	/** A queue of an older slice goes on in the newest one. */
	tookOver(key: string, from: Slice): void {
		if (this.#taken?.no === from.no) this.#taken.keys.add(key);
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
		if (this.#taken?.no === no) {
			const since = [...this.#taken.keys].filter((key) => this.#set.isStale(old, key));
			countTakenAsBefore(old, this.#own, since);
			this.#taken = undefined;
		}
		old.close();
		const isTaken = takeDraft(no, path);
		this.#recount.forget(no);
		this.#closed[at] = new Slice(no, path, true);
		this.#changed();
		return isTaken;
	}

	retentionTargets(): RetentionTarget[] {
		return this.newestFirst.toReversed().map((slice) => ({
			no: slice.no,
			path: this.#path(slice.no),
			slice,
			isNewest: slice === this.#writer.slice,
		}));
	}

	/** A piece of counting again (`recount.ts`); false when there is nothing to do. `but`: a slice that stays as it is. */
	recountStep(but: number | undefined): boolean {
		return this.#recount.step(
			this.newestFirst
				.filter(({ no }) => no !== but)
				.map((slice) => ({
					no: slice.no,
					path: this.#path(slice.no),
					isStale: (key) => this.#set.isStale(slice, key),
					...(slice === this.#writer.slice && { writer: this.#writer }),
				})),
		);
	}

	close(): void {
		this.#recount.stop();
		for (const slice of this.newestFirst) slice.close();
	}

	#addFilter(slice: Slice): void {
		const bits = slice.keyFilter();
		if (bits) this.#places.set(slice.no, this.#filters.add(bits));
	}

	#changed(): void {
		({ set: this.#set, files: this.#files } = this.#order());
		this.#options.onFiles?.();
	}

	#order(): { set: SliceSet; files: StoreFiles } {
		const newestFirst = [this.#writer.slice, ...this.#closed.toReversed()].map((slice) => ({
			slice,
			filter: this.#places.get(slice.no),
		}));
		const slices = newestFirst.toReversed().map(({ slice: { no, packed }, filter }) => ({
			no,
			packed: packed !== undefined,
			...(filter !== undefined && { filter }),
		}));
		return {
			set: new SliceSet(newestFirst, this.#filters),
			files: { slices, filters: this.#filters.shared },
		};
	}

	#path(no: number): string {
		return join(this.#dir, fileOf(no));
	}
}

function isOfOtherCore({ view, hasLines }: Slice): boolean {
	return hasLines && view !== FOLD_VERSION;
}
