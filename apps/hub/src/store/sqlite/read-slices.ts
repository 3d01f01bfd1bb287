/** The slices as a reader beside the writer sees them: opened read-only, followed as the writer starts and drops files. */
import { join } from "node:path";
import type { SliceFile } from "../store.ts";
import { Slice } from "./slice.ts";
import { fileOf, slicesDir } from "./slice-files.ts";
import type { SliceSet } from "./slices.ts";

export class ReadSlices implements SliceSet {
	readonly #dir: string;
	readonly #open = new Map<number, { slice: Slice; packed: boolean }>();
	#newest = -1;
	#newestFirst: readonly Slice[] = [];

	constructor(data: string) {
		this.#dir = slicesDir(data);
	}

	get newestFirst(): readonly Slice[] {
		return this.#newestFirst;
	}

	/** `files` are the store's, oldest first; questions that run go on with what they began with. */
	async follow(files: readonly SliceFile[]): Promise<void> {
		const newest = files.at(-1)?.no ?? -1;
		const isSame = ({ no, packed }: SliceFile) => this.#open.get(no)?.packed === packed;
		if (newest === this.#newest && files.length === this.#open.size && files.every(isSame)) return;
		const kept = new Set(files.filter(isSame).map(({ no }) => no));
		// what was the newest is closed now and has a key filter: it is opened again
		if (newest !== this.#newest) kept.delete(this.#newest);
		for (const [no, { slice }] of this.#open) {
			if (kept.has(no)) continue;
			this.#open.delete(no);
			// a question may still be reading it
			setTimeout(() => slice.close(), CLOSE_AFTER_MS);
		}
		for (const { no, packed } of files) {
			if (this.#open.has(no)) continue;
			const slice = new Slice(no, join(this.#dir, fileOf(no)), no !== newest, true);
			this.#open.set(no, { slice, packed });
		}
		this.#newest = newest;
		this.#newestFirst = files.toReversed().flatMap(({ no }) => this.#open.get(no)?.slice ?? []);
	}

	/** A damaged file; false: it is forgotten already. The writer sets it aside and names it no more. */
	forget(no: number): boolean {
		if (!this.#newestFirst.some((slice) => slice.no === no)) return false;
		this.#newestFirst = this.#newestFirst.filter((slice) => slice.no !== no);
		return true;
	}

	isStale(slice: Slice, key: string): boolean {
		for (const newer of this.#newestFirst) {
			if (newer.no <= slice.no) return false;
			if (newer.hasLinesOf(key)) return true;
		}
		return false;
	}
}

/** longer than any question may take */
const CLOSE_AFTER_MS = 60_000;
