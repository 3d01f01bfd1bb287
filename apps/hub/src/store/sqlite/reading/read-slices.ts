/** The slices as a reader beside the writer sees them: opened read-only, followed as the writer starts and drops files. */
import { join } from "node:path";
import type { SliceFile, StoreFiles } from "../../store.ts";
import { KeyFilters } from "../slice/key-filters.ts";
import { Slice } from "../slice/slice.ts";
import { fileOf, slicesDir } from "../slice/slice-files.ts";
import { type Filtered, SliceSet } from "../slice/slice-set.ts";

/** longer than any question may take */
const CLOSE_AFTER_MS = 60_000;

export class ReadSlices {
	readonly #dir: string;
	readonly #open = new Map<number, { slice: Slice; packed: boolean }>();
	#newest = -1;
	#filters = new KeyFilters();
	#newestFirst: readonly Filtered[] = [];
	#set = new SliceSet([], this.#filters);

	constructor(data: string) {
		this.#dir = slicesDir(data);
	}

	get set(): SliceSet {
		return this.#set;
	}

	/** The store's files changed; questions that run go on with what they began with. */
	follow({ slices, filters }: StoreFiles): void {
		const newest = slices.at(-1)?.no ?? -1;
		const isSame = ({ no, packed }: SliceFile) => this.#open.get(no)?.packed === packed;
		const kept = new Set(slices.filter(isSame).map(({ no }) => no));
		// what was the newest is closed now: it is opened again
		if (newest !== this.#newest) kept.delete(this.#newest);
		for (const [no, { slice }] of this.#open) {
			if (kept.has(no)) continue;
			this.#open.delete(no);
			// a question may still be reading it
			setTimeout(() => slice.close(), CLOSE_AFTER_MS);
		}
		for (const { no, packed } of slices) {
			if (this.#open.has(no)) continue;
			const slice = new Slice(no, join(this.#dir, fileOf(no)), no !== newest, true);
			this.#open.set(no, { slice, packed });
		}
		this.#newest = newest;
		this.#filters = new KeyFilters(filters);
		this.#become(
			slices.toReversed().flatMap(({ no, filter }) => {
				const slice = this.#open.get(no)?.slice;
				return slice ? [{ slice, filter }] : [];
			}),
		);
	}

	/** What is asked from now on is answered by what is committed now; until then the newest slice's index is not looked up again. */
	refresh(): void {
		for (const { slice } of this.#newestFirst) if (!slice.isClosed) slice.refresh();
	}

	/** A damaged file; false: it is forgotten already. The writer sets it aside and names it no more. */
	forget(no: number): boolean {
		const left = this.#newestFirst.filter(({ slice }) => slice.no !== no);
		if (left.length === this.#newestFirst.length) return false;
		this.#become(left);
		return true;
	}

	close(): void {
		for (const { slice } of this.#open.values()) slice.close();
	}

	#become(newestFirst: readonly Filtered[]): void {
		this.#newestFirst = newestFirst;
		this.#set = new SliceSet(newestFirst, this.#filters);
	}
}
