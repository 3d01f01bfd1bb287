/** The slices as a reader beside the writer sees them: opened read-only, followed as the writer starts and drops files. */
import { join } from "node:path";
import { Slice } from "./slice.ts";
import { fileOf, slicesDir } from "./slice-files.ts";
import type { SliceSet } from "./slices.ts";

export class ReadSlices implements SliceSet {
	readonly #dir: string;
	readonly #open = new Map<number, Slice>();
	#newest = -1;
	#newestFirst: readonly Slice[] = [];

	constructor(data: string) {
		this.#dir = slicesDir(data);
	}

	get newestFirst(): readonly Slice[] {
		return this.#newestFirst;
	}

	/** `numbers` are the store's slices, oldest first; questions that run go on with what they began with. */
	async follow(numbers: readonly number[]): Promise<void> {
		const newest = numbers.at(-1) ?? -1;
		const same = newest === this.#newest && numbers.length === this.#open.size;
		if (same && numbers.every((no) => this.#open.has(no))) return;
		// what was the newest is closed now and has a key filter: it is opened again
		const stale = [...this.#open.keys()].filter(
			(no) => !numbers.includes(no) || (no === this.#newest && no !== newest),
		);
		for (const no of stale) {
			const slice = this.#open.get(no);
			this.#open.delete(no);
			// a question may still be reading it
			if (slice) setTimeout(() => slice.close(), CLOSE_AFTER_MS);
		}
		for (const no of numbers) {
			if (!this.#open.has(no))
				this.#open.set(no, new Slice(no, join(this.#dir, fileOf(no)), no !== newest, true));
		}
		this.#newest = newest;
		this.#newestFirst = numbers.toReversed().flatMap((no) => this.#open.get(no) ?? []);
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
