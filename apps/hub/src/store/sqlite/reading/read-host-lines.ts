/**
 * One host's lines, newest first: of each slice the contents of its sources are merged by the lines' times, each from its
 * end. A page's end names the slice and how far each content was read.
 */
import { formatRef } from "../../line-ref.ts";
import type { HostLinesPage, HostLinesRequest, StoredLine } from "../../store.ts";
import type { Slice } from "../slice/slice.ts";
import { linesBetween, timeOf } from "../slice/slice-lines.ts";
import { OFFSET_LIMIT } from "../slice/slice-schema.ts";
import type { SliceSet } from "../slice/slice-set.ts";

const CHUNK = 128;

interface Place {
	slice: number;
	/** row ids below which each content goes on, by number of generation */
	below: Record<string, number>;
}

type KindLine = StoredLine & { kind: string };
interface Head {
	generation: number;
	rows: { id: number; line: KindLine; time: number }[];
	below: number;
	done: boolean;
}

export function readHostLines(slices: SliceSet, request: HostLinesRequest): HostLinesPage {
	const place = readPlace(request.before);
	const lines: KindLine[] = [];
	for (const slice of slices.newestFirst) {
		if (place && slice.no > place.slice) continue;
		const below = place?.slice === slice.no ? place.below : {};
		const rest = readSlice(slice, request, below, lines);
		if (rest) return { lines, before: JSON.stringify({ slice: slice.no, below: rest }) };
	}
	return { lines };
}

/** Returns where to go on in this slice; undefined when it has no more. */
function readSlice(
	slice: Slice,
	request: HostLinesRequest,
	below: Record<string, number>,
	lines: KindLine[],
): Record<string, number> | undefined {
	const heads: Head[] = [];
	for (const [no, { host, source }] of slice.generations) {
		if (host !== request.host || (request.source !== undefined && source !== request.source)) continue;
		heads.push({ generation: no, rows: [], below: below[no] ?? (no + 1) * OFFSET_LIMIT, done: false });
	}
	const rest = () => Object.fromEntries(heads.map((head) => [head.generation, head.below]));
	for (;;) {
		for (const head of heads) {
			if (head.rows.length > 0 || head.done) continue;
			fill(slice, head, request);
			if (performance.now() > request.deadline) return rest();
		}
		const newest = heads
			.filter((head) => head.rows.length > 0)
			.reduce<Head | undefined>(
				(best, head) => (best && headTime(best) >= headTime(head) ? best : head),
				undefined,
			);
		if (!newest) {
			if (heads.every((head) => head.done)) return undefined;
			continue;
		}
		if (lines.length >= request.limit) return rest();
		const row = newest.rows.shift();
		if (!row) continue;
		lines.push(row.line);
		newest.below = row.id;
	}
}

function headTime(head: Head): number {
	return head.rows[0]?.time ?? Number.NEGATIVE_INFINITY;
}

/** The next lines of a content that answer the request; none where this stretch has none. */
function fill(slice: Slice, head: Head, { kind, contains }: HostLinesRequest): void {
	const lowest = head.generation * OFFSET_LIMIT;
	const found = linesBetween(slice, { from: lowest, below: head.below, limit: CHUNK, newestFirst: true });
	const last = found.at(-1);
	if (!last || found.length < CHUNK) head.done = true;
	const wanted = contains?.toLowerCase();
	for (const row of found) {
		if (wanted !== undefined && !row.raw.toLowerCase().includes(wanted)) continue;
		const { event } = row;
		if (kind !== undefined && event.kind !== kind) continue;
		const place = slice.placeOfLine(row.id);
		const at = timeOf(row);
		const { host, source, offset } = place;
		const line = { ref: formatRef(place), host, source, offset, ...(at !== undefined && { at }) };
		head.rows.push({
			id: row.id,
			line: { ...line, raw: row.raw, kind: event.kind },
			time: at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at),
		});
	}
	if (head.rows.length === 0 && last) head.below = last.id;
}

function readPlace(text: string | undefined): Place | undefined {
	if (text === undefined) return undefined;
	const value: unknown = JSON.parse(text);
	if (typeof value !== "object" || value === null || !("slice" in value) || !("below" in value))
		return undefined;
	const { slice, below } = value;
	if (typeof slice !== "number" || typeof below !== "object" || below === null) return undefined;
	return { slice, below: Object.fromEntries(Object.entries(below).filter(([, at]) => Number.isFinite(at))) };
}
