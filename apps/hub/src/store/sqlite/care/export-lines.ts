/** The stored lines as they were, slice by slice, of each content in its own order. Reads only: a hub may run. */
import { join } from "node:path";
import type { StoredLine } from "../../store.ts";
import { formatRef } from "../../line-ref.ts";
import { Slice } from "../slice/slice.ts";
import { linesBetween, timeOf } from "../slice/slice-lines.ts";
import { OFFSET_LIMIT } from "../slice/slice-schema.ts";
import { fileOf, sliceNumbers, slicesDir } from "../slice/slice-files.ts";

const CHUNK = 1_000;

export interface ExportFilter {
	host?: string;
	/** epoch milliseconds by the line's own time; lines without a time only where neither is given */
	since?: number;
	until?: number;
}

export function* exportLines(data: string, filter: ExportFilter): Generator<StoredLine> {
	const dir = slicesDir(data);
	for (const no of sliceNumbers(dir)) {
		const slice = new Slice(no, join(dir, fileOf(no)), true);
		try {
			for (const [generation, { host }] of slice.generations)
				if (filter.host === undefined || filter.host === host) yield* linesOf(slice, generation, filter);
		} finally {
			slice.close();
		}
	}
}

function* linesOf(slice: Slice, generation: number, { since, until }: ExportFilter): Generator<StoredLine> {
	let after = generation * OFFSET_LIMIT - 1;
	for (;;) {
		const below = (generation + 1) * OFFSET_LIMIT;
		const rows = linesBetween(slice, { from: after + 1, below, limit: CHUNK, newestFirst: false });
		for (const row of rows) {
			const { id, raw } = row;
			const at = timeOf(row);
			after = id;
			const time = at === undefined ? Number.NaN : Date.parse(at);
			if (since !== undefined && !(time >= since)) continue;
			if (until !== undefined && !(time <= until)) continue;
			const place = slice.placeOfLine(id);
			const { host, source, offset } = place;
			yield { ref: formatRef(place), host, source, offset, ...(at !== undefined && { at }), raw };
		}
		if (rows.length < CHUNK) return;
	}
}
