/** Questions that are answered by reading slices alone: the writer's thread and the readers' have the same. */
import { type LinePlace, readRef } from "../../line-ref.ts";
import type { LineReads, StoredLine } from "../../store.ts";
import { readGaps } from "./read-gaps.ts";
import { allWithKey, estimate, findHops, hopsOfQueue, hopsWithKeys } from "./read-hops.ts";
import { readHostLines } from "./read-host-lines.ts";
import { forgotNames, readSums } from "./read-sums.ts";
import { completeTerm } from "./read-terms.ts";
import { readWayDetails, readWayHours, readWays } from "./read-ways.ts";
import { lineOf } from "../slice/slice-lines.ts";
import type { SliceSet } from "../slice/slice-set.ts";
import { triesFrom, triesTo } from "../slice/tries-table.ts";

/** Each call asks the slices that there are then. */
export function readsOf(store: { readonly set: SliceSet }): LineReads {
	return {
		hopsWithKeys: async (keys, around, perKey) => hopsWithKeys(store.set, keys, around, perKey),
		allWithKey: async (key, atMost) => allWithKey(store.set, key, atMost),
		hopsOfQueue: async (stem) => hopsOfQueue(store.set, stem),
		findHops: async (request) => findHops(store.set, request),
		estimate: async (anyOf, cap) => estimate(store.set, anyOf, cap),
		triesTo: async (destination, since) => triesTo(store.set, destination, since),
		triesFrom: async (host, since, limit) => triesFrom(store.set, host, since, limit),
		sums: async (request) => readSums(store.set, request),
		forgotNames: async (span) => forgotNames(store.set, span),
		ways: async (request) => readWays(store.set, request),
		wayDetails: async (request) => readWayDetails(store.set, request),
		wayHours: async (request) => readWayHours(store.set, request),
		complete: async (field, prefix, limit) => completeTerm(store.set, field, prefix, limit),
		lines: async (refs) => refs.flatMap((ref) => findLine(store.set, readRef(ref)) ?? []),
		hostLines: async (request) => readHostLines(store.set, request),
		timeRange: async () => timeRangeOf(store.set),
		gaps: async (host) => readGaps(store.set, host),
	};
}

function timeRangeOf(slices: SliceSet): { from: number; to: number } | undefined {
	const ranges = slices.newestFirst.flatMap((slice) => slice.timeRange() ?? []);
	if (ranges.length === 0) return undefined;
	return {
		from: Math.min(...ranges.map(({ from }) => from)),
		to: Math.max(...ranges.map(({ to }) => to)),
	};
}

/** The newest slice's, where a line was given to a queue after it was stored. */
export function findLine(slices: SliceSet, place: LinePlace | undefined): StoredLine | undefined {
	if (!place) return undefined;
	for (const slice of slices.newestFirst) {
		const line = lineOf(slice, place);
		if (line) return line;
	}
	return undefined;
}
