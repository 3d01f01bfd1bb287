/** Which slices, and which buckets of their sums, a span touches. */
import { HOUR_MS } from "../../hop-sums.ts";
import type { TimeSpan } from "../../kept-figures.ts";
import type { Slice } from "../slice/slice.ts";
import type { SliceSet } from "../slice/slice-set.ts";

/** The first bucket, and the first behind the span. */
export function bucketsOf({ since, until }: TimeSpan, unit: number): [number, number] {
	return [Math.floor(since / unit), Math.ceil(until / unit)];
}

/** Newest first; `terms`: those alone that may have a hop with one of these. */
export function touching(slices: SliceSet, { since, until }: TimeSpan, terms?: readonly string[]): Slice[] {
	const asked = terms ? slices.holdingOneOf(terms) : slices.newestFirst;
	return asked.filter((slice) => {
		const range = slice.activeRange();
		return range !== undefined && range.from < until && range.to >= since - HOUR_MS;
	});
}
