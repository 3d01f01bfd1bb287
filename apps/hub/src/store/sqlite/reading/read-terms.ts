/**
 * How a word that was begun may go on. Search terms are numbers, so each field's values are read where they stand as text: in
 * the sums (of a packed slice the frequent ones), among the names, in the keys of hops. Each value costs one look-up.
 */
import type { QueryKey } from "@mailtrail/core/query";
import { keyOfQuery } from "../../hop-terms.ts";
import { queueIds } from "../packed/queue-ids.ts";
import { partNames, readPart } from "../packed/tables.ts";
import type { Slice } from "../slice/slice.ts";
import type { SliceSet } from "../slice/slice-set.ts";

/** slices that are asked; what is older is seldom what is typed */
const SLICES_MAX = 12;

export function completeTerm(
	slices: SliceSet,
	field: QueryKey["field"],
	prefix: string,
	limit: number,
): string[] {
	const found = new Set<string>();
	for (const slice of slices.newestFirst.slice(0, SLICES_MAX))
		for (const value of valuesOf(slice, field, prefix)) {
			if (found.size >= limit) return [...found];
			found.add(value);
		}
	return [...found];
}

/** In order, each once. A Message-ID is pasted, not typed, and an outcome is one of a few words: neither is looked for. */
function valuesOf(slice: Slice, field: QueryKey["field"], prefix: string): Iterable<string> {
	switch (field) {
		case "sender":
		case "recipient":
			if (slice.packed) return textsFrom(slice, `sums ${field}`, prefix);
			return walk(slice, `SELECT name FROM sums WHERE kind = '${field}' AND name`, prefix);
		case "domain":
		case "relay": {
			const start = keyOfQuery({ field, value: "" });
			if (slice.packed) return textsFrom(slice, "names", start + prefix, start.length);
			return walk(slice, "SELECT name FROM names WHERE name", start + prefix, start.length);
		}
		case "host":
			return hostsOf(slice).filter((host) => host.startsWith(prefix));
		case "queueId":
			return slice.packed ? queueIds(slice, slice.packed.hops, prefix) : queueIdsOf(slice, prefix);
		case "messageId":
		case "outcome":
			return [];
	}
}

function* queueIdsOf(slice: Slice, prefix: string): Generator<string> {
	for (const host of hostsOf(slice)) {
		const start = `${host} `;
		yield* walk(slice, "SELECT key AS name FROM hops WHERE key", start + prefix, start.length);
	}
}

function hostsOf(slice: Slice): string[] {
	return [...new Set([...slice.generations.values()].map(({ host }) => host))].sort();
}

/** Of a column in order, those that begin so, each once. */
function* textsFrom(slice: Slice, kind: string, start: string, cut = 0): Generator<string> {
	let before: unknown;
	for (const [part, first] of partNames(slice, kind).entries()) {
		// what begins so and stands in this part or behind it
		if (first > start && !first.startsWith(start)) return;
		for (const name of readPart(slice, kind, part)[0] ?? []) {
			if (name !== before && String(name).startsWith(start)) yield String(name).slice(cut);
			before = name;
		}
	}
}

/** Skips through an index: `sql` ends where the comparison begins. */
function* walk(slice: Slice, sql: string, start: string, cut = 0): Generator<string> {
	for (let name: unknown = start, from = ">="; ; from = ">") {
		name = slice.one(`${sql} ${from} ? ORDER BY 1 LIMIT 1`, String(name))?.name;
		if (typeof name !== "string" || !name.startsWith(start)) return;
		yield name.slice(cut);
	}
}
