/** What search terms begin with a prefix, by skipping through the index: each value costs one look-up, not its hops. */
import type { QueryKey } from "@mailtrail/core/query";
import { keyOfQuery } from "../hop-terms.ts";
import type { SliceSet } from "./slices.ts";

/** slices that are asked; what is older is seldom what is typed */
const SLICES_MAX = 12;

export function completeTerm(
	slices: SliceSet,
	field: QueryKey["field"],
	prefix: string,
	limit: number,
): string[] {
	const start = keyOfQuery({ field, value: prefix });
	const cut = keyOfQuery({ field, value: "" }).length;
	const found = new Set<string>();
	for (const slice of slices.newestFirst.slice(0, SLICES_MAX)) {
		let after = start;
		for (let n = 0; n < limit && found.size < limit; n++) {
			const sql = `SELECT term FROM hop_terms WHERE term ${n === 0 ? ">=" : ">"} ? ORDER BY term LIMIT 1`;
			const term = slice.one(sql, after)?.term;
			if (typeof term !== "string" || !term.startsWith(start)) break;
			found.add(term.slice(cut));
			after = term;
		}
		if (found.size >= limit) break;
	}
	return [...found];
}
