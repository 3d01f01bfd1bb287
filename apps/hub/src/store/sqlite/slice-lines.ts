/** The lines of one slice, single or packed in blocks: by place, by queue, and in the order of a content. */
import type { LocatedEvent } from "@mailtrail/core/trace";
import { formatRef, type LinePlace, readRef } from "../line-ref.ts";
import type { StoredLine } from "../store.ts";
import { type BlockRow, blocksBetween, rowOf, unpack } from "./blocks.ts";
import { readHop, type Slice } from "./slice.ts";
import { OFFSET_LIMIT } from "./slice-schema.ts";

export interface LineRow {
	id: number;
	kind: string;
	raw: string;
	/** JSON, without the raw line */
	event: string;
}

export interface LineRange {
	from: number;
	below: number;
	limit: number;
	newestFirst: boolean;
}

export function lineOf(slice: Slice, place: LinePlace): StoredLine | undefined {
	const no = slice.generationNo(place);
	const row = no === undefined ? undefined : lineRowOf(slice, no * OFFSET_LIMIT + place.offset);
	if (!row) return undefined;
	const { host, source, offset } = place;
	const at = timeOf(row);
	return { ref: formatRef(place), host, source, offset, ...(at !== undefined && { at }), raw: row.raw };
}

/** As the line's own header tells it. */
export function timeOf({ event }: LineRow): string | undefined {
	const at: unknown = JSON.parse(event).at;
	return typeof at === "string" ? at : undefined;
}

export function eventsOf(slice: Slice, key: string): LocatedEvent[] {
	if (!slice.mayHave(key)) return [];
	const sql =
		"SELECT l.id, l.kind, l.raw, l.event FROM line_keys k JOIN lines l ON l.id = k.line WHERE k.key = ?";
	const rows = new Map(slice.all(sql, key).map((row) => [Number(row.id), singleRow(row)]));
	for (const id of slice.isClosed ? packedIdsOf(slice, key) : []) {
		const row = rows.has(id) ? undefined : lineRowOf(slice, id);
		if (row) rows.set(id, row);
	}
	return [...rows.values()].map((row) => {
		const place = slice.placeOfLine(row.id);
		const event = { ...JSON.parse(row.event), raw: row.raw };
		const { host, generation, offset } = place;
		return { host, ref: formatRef(place), generation, order: offset, event };
	});
}

/** Row ids between, in order; single lines and packed ones merged. */
export function linesBetween(slice: Slice, range: LineRange): LineRow[] {
	const { from, below, limit, newestFirst } = range;
	const order = newestFirst ? "DESC" : "ASC";
	const sql = `SELECT id, kind, raw, event FROM lines WHERE id >= ? AND id < ? ORDER BY id ${order} LIMIT ?`;
	const rows = slice.all(sql, from, below, limit).map(singleRow);
	if (!slice.isClosed) return rows;
	const known = new Set(rows.map(({ id }) => id));
	const sign = newestFirst ? -1 : 1;
	for (const first of blocksBetween(slice, "line_blocks", { ...range, limit: limit + 1 })) {
		for (const row of unpack(slice, "line_blocks", first)) {
			if (row.no >= from && row.no < below && !known.has(row.no)) rows.push(packedRow(row));
		}
		// blocks come in order: once there are enough, later ones lie behind them all
		if (rows.length >= limit * 2) break;
	}
	return rows.sort((a, b) => sign * (a.id - b.id)).slice(0, limit);
}

export function packedLines(slice: Slice, first: number): LineRow[] {
	return unpack(slice, "line_blocks", first).map(packedRow);
}

function lineRowOf(slice: Slice, id: number): LineRow | undefined {
	const row = slice.one("SELECT id, kind, raw, event FROM lines WHERE id = ?", id);
	if (row) return singleRow(row);
	const text = slice.isClosed ? rowOf(slice, "line_blocks", id) : undefined;
	return text === undefined ? undefined : packedRow({ no: id, text });
}

/** Lines that the queue's hops name, and those that still have a key of their own. */
function packedIdsOf(slice: Slice, key: string): number[] {
	const keyed = slice.all("SELECT line FROM line_keys WHERE key = ?", key).map(({ line }) => Number(line));
	const named = slice.hopRowsOf(key).flatMap((row) =>
		readHop(row).refs.flatMap((ref) => {
			const place = readRef(ref);
			const no = place && slice.generationNo(place);
			return place === undefined || no === undefined ? [] : [no * OFFSET_LIMIT + place.offset];
		}),
	);
	return [...keyed, ...named];
}

function singleRow(row: Record<string, unknown>): LineRow {
	return { id: Number(row.id), kind: String(row.kind), raw: String(row.raw), event: String(row.event) };
}

function packedRow({ no, text }: BlockRow): LineRow {
	const [kind = "", event = "{}", raw = '""'] = text.split("\t");
	return { id: no, kind, event, raw: JSON.parse(raw) };
}
