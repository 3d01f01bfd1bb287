/** The lines of one slice, single or packed in blocks: by place, by queue, and in the order of a content. */
import type { MailEvent } from "@mailtrail/core/event";
import type { LocatedEvent } from "@mailtrail/core/trace";
import { formatRef, type LinePlace, readRef } from "../../line-ref.ts";
import type { StoredLine } from "../../store.ts";
import { type BlockRow, type BlockTable, blocksBetween, rowOf, unpack } from "./blocks.ts";
import { readHop, type Slice } from "./slice.ts";
import { OFFSET_LIMIT } from "./slice-schema.ts";

/** where lines stand together; a single one of the same number is newer */
const LINE_TABLES = ["line_batches", "line_blocks"] as const satisfies BlockTable[];

export interface LineRow {
	id: number;
	raw: string;
	/** read when somebody asks */
	readonly event: MailEvent;
	/** the event as JSON, where it is kept so */
	readonly text?: string;
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
	return typeof event.at === "string" ? event.at : undefined;
}

/** Of lines that have a key of their own, and of those that the queue's hops name. */
export function eventsOf(slice: Slice, key: string): LocatedEvent[] {
	const ids = new Set([...keyedIdsOf(slice, key), ...namedIdsOf(slice, key)]);
	for (const { id } of slice.packed?.lines.ofKey(key) ?? []) ids.add(id);
	return eventsAt(slice, ids);
}

export function eventsAt(slice: Slice, ids: Iterable<number>): LocatedEvent[] {
	return [...ids].flatMap((id) => {
		const row = lineRowOf(slice, id);
		return row ? [locatedEvent(slice, row)] : [];
	});
}

export function locatedEvent(slice: Slice, row: LineRow): LocatedEvent {
	const place = slice.placeOfLine(row.id);
	const { host, generation, offset } = place;
	return {
		host,
		ref: formatRef(place),
		generation,
		order: offset,
		event: row.event,
	};
}

/** Row ids between, in order; single lines and packed ones merged. */
export function linesBetween(slice: Slice, range: LineRange): LineRow[] {
	if (slice.packed) return slice.packed.lines.between(range);
	const { from, below, limit, newestFirst } = range;
	const order = newestFirst ? "DESC" : "ASC";
	const sql = `SELECT id, kind, raw, event FROM lines WHERE id >= ? AND id < ? ORDER BY id ${order} LIMIT ?`;
	const rows = new Map(slice.all(sql, from, below, limit).map((row) => [Number(row.id), singleRow(row)]));
	for (const table of LINE_TABLES) addBetween(rows, slice, table, range);
	const sign = newestFirst ? -1 : 1;
	return [...rows.values()].sort((a, b) => sign * (a.id - b.id)).slice(0, limit);
}

/** Those that are not there; a single row is newer than what a block has under its number. */
function addBetween(rows: Map<number, LineRow>, slice: Slice, table: BlockTable, range: LineRange): void {
	const { from, below, limit } = range;
	let found = 0;
	for (const first of blocksBetween(slice, table, range)) {
		for (const row of unpack(slice, table, first)) {
			if (row.no < from || row.no >= below) continue;
			found++;
			if (!rows.has(row.no)) rows.set(row.no, packedRow(row));
		}
		// blocks come in order: once there are enough, later ones lie behind them all
		if (found >= limit) return;
	}
}

export function linesOfBatch(slice: Slice, first: number): LineRow[] {
	return unpack(slice, "line_batches", first).map(packedRow);
}

/** A line as a row of a batch's text. JSON has no tabs and no line ends of its own. */
export function batchRow(id: number, event: MailEvent): string {
	return `${id}\t${JSON.stringify(event)}\n`;
}

function lineRowOf(slice: Slice, id: number): LineRow | undefined {
	if (slice.packed) return slice.packed.lines.row(id);
	const row = slice.one("SELECT id, kind, raw, event FROM lines WHERE id = ?", id);
	if (row) return singleRow(row);
	for (const table of LINE_TABLES) {
		const text = rowOf(slice, table, id);
		if (text !== undefined) return packedRow({ no: id, text });
	}
	return undefined;
}

function keyedIdsOf(slice: Slice, key: string): number[] {
	return slice.all("SELECT line FROM line_keys WHERE key = ?", key).map(({ line }) => Number(line));
}

function namedIdsOf(slice: Slice, key: string): number[] {
	return slice.hopRowsOf(key).flatMap((row) =>
		readHop(row).refs.flatMap((ref) => {
			const place = readRef(ref);
			const no = place && slice.generationNo(place);
			return place === undefined || no === undefined ? [] : [no * OFFSET_LIMIT + place.offset];
		}),
	);
}

function singleRow({ id, raw, event }: Record<string, unknown>): LineRow {
	return openRow(Number(id), String(raw), String(event));
}

function packedRow({ no, text }: BlockRow): LineRow {
	if (text.startsWith("{")) return new EventRow(no, text);
	// as versions up to 8 have it: kind, event, line
	const [, event = "{}", raw = '""'] = text.split("\t");
	return openRow(no, JSON.parse(raw), event);
}

/** A line whose event is the text that it is kept as. */
class EventRow implements LineRow {
	readonly id: number;
	readonly text: string;
	#event: MailEvent | undefined;

	constructor(id: number, text: string) {
		this.id = id;
		this.text = text;
	}

	get event(): MailEvent {
		this.#event ??= JSON.parse(this.text) as MailEvent;
		return this.#event;
	}

	get raw(): string {
		return this.event.raw;
	}
}

function openRow(id: number, raw: string, event: string): LineRow {
	return {
		id,
		raw,
		get event() {
			return { ...JSON.parse(event), raw };
		},
	};
}
