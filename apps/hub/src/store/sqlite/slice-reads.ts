/** Questions that are answered by reading slices alone: the writer's thread and the readers' have the same. */
import { type LinePlace, readRef } from "../line-ref.ts";
import type { LineReads, StoredLine } from "../store.ts";
import { estimate, findHops, hopsOfQueue, hopsWithKeys } from "./read-hops.ts";
import { readHostLines } from "./read-host-lines.ts";
import { forgotNames, readSums, readWayDetails, readWays } from "./read-sums.ts";
import { completeTerm } from "./read-terms.ts";
import { lineOf } from "./slice-lines.ts";
import type { SliceSet } from "./slices.ts";
import { triesFrom, triesTo } from "./tries-table.ts";

const GAPS_SHOWN = 50;

export function readsOf(slices: SliceSet): LineReads {
	return {
		hopsWithKeys: async (keys, around, perKey) => hopsWithKeys(slices, keys, around, perKey),
		hopsOfQueue: async (stem) => hopsOfQueue(slices, stem),
		findHops: async (request) => findHops(slices, request),
		estimate: async (anyOf, cap) => estimate(slices, anyOf, cap),
		triesTo: async (destination, since) => triesTo(slices, destination, since),
		triesFrom: async (host, since, limit) => triesFrom(slices, host, since, limit),
		sums: async (request) => readSums(slices, request),
		forgotNames: async (span) => forgotNames(slices, span),
		ways: async (request) => readWays(slices, request),
		wayDetails: async (request) => readWayDetails(slices, request),
		complete: async (field, prefix, limit) => completeTerm(slices, field, prefix, limit),
		lines: async (refs) => refs.flatMap((ref) => findLine(slices, readRef(ref)) ?? []),
		hostLines: async (request) => readHostLines(slices, request),
		timeRange: async () => timeRangeOf(slices),
		gaps: async (host) =>
			slices.newestFirst.flatMap((slice) => slice.gaps(host, GAPS_SHOWN)).slice(0, GAPS_SHOWN),
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
