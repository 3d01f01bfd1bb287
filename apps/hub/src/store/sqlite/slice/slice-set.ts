/** What a question needs of the slices: the hub's own, or a reader's beside it. */
import { hashTerm } from "../../term-hash.ts";
import type { KeyFilters } from "./key-filters.ts";
import { keyTerm } from "../packed/packed-hops.ts";
import { pageHash } from "../packed/postings.ts";
import type { Slice } from "./slice.ts";

/** An open slice, and where its filter is; one without is always looked into. */
export interface Filtered {
	slice: Slice;
	filter?: number | undefined;
}

export class SliceSet {
	readonly newestFirst: readonly Slice[];
	readonly #filters: KeyFilters;
	/** of each filter the slice's index in `newestFirst` */
	readonly #indexes = new Map<number, number>();
	readonly #unfiltered: number[] = [];

	constructor(newestFirst: readonly Filtered[], filters: KeyFilters) {
		this.newestFirst = newestFirst.map(({ slice }) => slice);
		this.#filters = filters;
		for (const [index, { filter }] of newestFirst.entries())
			if (filter === undefined) this.#unfiltered.push(index);
			else this.#indexes.set(filter, index);
	}

	/** Slices that may have a hop with this term, newest first: none that has is missing. */
	holding(term: string): Slice[] {
		return this.#find([pageHash(hashTerm(term))]);
	}

	/** Slices that may have a hop with one of these terms. */
	holdingOneOf(terms: readonly string[]): Slice[] {
		return this.#find(terms.map((term) => pageHash(hashTerm(term))));
	}

	/** Slices but this one that have lines of this queue, newest first. */
	othersWith(key: string, but: Slice): Slice[] {
		return this.#mayHold(key).filter((slice) => slice !== but && slice.hasLinesOf(key));
	}

	/** Whether a slice but this one has hops of this queue, as they are now or were: cheaper than looking for its lines. */
	othersShow(key: string, but: Slice): boolean {
		return this.#mayHold(key).some((slice) => slice !== but && slice.hops.has(key));
	}

	/** Whether a newer slice has lines of this queue, and with them its hops as they are now. */
	isStale(slice: Slice, key: string): boolean {
		return this.#mayHold(key).some((newer) => newer.no > slice.no && newer.hasLinesOf(key));
	}

	/** A packed slice's filter knows a queue that has hops by its term. */
	#mayHold(key: string): Slice[] {
		return this.#find([pageHash(hashTerm(key)), pageHash(hashTerm(keyTerm(key)))]);
	}

	#find(numbers: number[]): Slice[] {
		const indexes = [...this.#unfiltered];
		for (const place of this.#filters.find(numbers)) {
			const index = this.#indexes.get(place);
			if (index !== undefined) indexes.push(index);
		}
		if (indexes.length > 1) indexes.sort((a, b) => a - b);
		return indexes.flatMap((index) => this.newestFirst[index] ?? []);
	}
}
