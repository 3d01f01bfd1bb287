/**
 * The tables of a packed slice, and whole tables of sums as columns in them. What is counted again later stands beside, in the
 * tables that a slice has while it is written: sums add up, and of a hop's peers the later row holds.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Slice } from "../slice/slice.ts";
import { type Cell, type Column, packColumns, unpackColumns } from "./columns.ts";
import { Kept } from "./kept.ts";
import { POSTINGS_SCHEMA } from "./postings.ts";

/** `name` of a part in `column_pages` is the first row's first cell: of a table in order, where to look. */
export const PACKED_SCHEMA = `
CREATE TABLE line_pages (
	first INTEGER PRIMARY KEY, last INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE hop_pages (no INTEGER PRIMARY KEY, rows INTEGER NOT NULL, heads BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE hop_owns (no INTEGER PRIMARY KEY, own TEXT);
CREATE TABLE column_pages (
	no INTEGER PRIMARY KEY, kind TEXT NOT NULL, part INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL);
${POSTINGS_SCHEMA}`;
export const PACKED_TABLES = [
	"line_pages",
	"hop_pages",
	"hop_owns",
	"column_pages",
	"term_pages",
	"key_pages",
	"gram_pages",
];

/** Value of `packed` in a slice that is packed in this way. */
export const PACKED = 2;

const ROWS_PER_PART = 4_096;
const COLUMNS_BYTES = 32 * 2 ** 20;
const CELL_BYTES = 8;

export function writeColumns(db: DatabaseSync, kind: string, columns: readonly Column[]): void {
	const insert = db.prepare("INSERT INTO column_pages (kind, part, name, data) VALUES (?, ?, ?, ?)");
	const rows = columns[0]?.length ?? 0;
	for (let from = 0, part = 0; from < rows; from += ROWS_PER_PART, part++) {
		const cut = columns.map((column) => column.slice(from, from + ROWS_PER_PART));
		insert.run(kind, part, String(cut[0]?.[0] ?? ""), packColumns(cut));
	}
}

/** Rows of a query as columns, in the order of `names`. */
export function columnsOf(rows: readonly Record<string, unknown>[], names: readonly string[]): Column[] {
	return names.map((name) =>
		rows.map((row) => {
			const cell = row[name];
			return typeof cell === "string" || typeof cell === "number" ? cell : null;
		}),
	);
}

/** What each part begins with; no parts in a slice that is not packed. */
export function partNames(slice: Slice, kind: string): string[] {
	return partsOf(slice)
		.filter((part) => part.kind === kind)
		.map(({ name }) => name);
}

export function readColumns(slice: Slice, kind: string): Cell[][][] {
	return partNames(slice, kind).map((_, part) => readPart(slice, kind, part));
}

const columns = new Kept<Cell[][]>(COLUMNS_BYTES);

export function readPart(slice: Slice, kind: string, part: number): Cell[][] {
	const no = partsOf(slice).find((each) => each.kind === kind && each.part === part)?.no ?? -1;
	return columns.get(`${slice.opened}/${no}`, () => {
		const data = slice.one("SELECT data FROM column_pages WHERE no = ?", no)?.data;
		const value = data instanceof Uint8Array ? slice.unpack(() => unpackColumns(data)) : [];
		return { value, bytes: 64 + value.reduce((sum, column) => sum + column.length * CELL_BYTES, 0) };
	});
}

interface Part {
	no: number;
	kind: string;
	part: number;
	name: string;
}

const directories = new WeakMap<Slice, { last: number; parts: readonly Part[] }>();

/** A count that is done elsewhere leaves other parts, with numbers that are higher (`fold-counted.ts`). */
export function lastPart(slice: Slice): number {
	return Number(slice.one("SELECT max(no) AS no FROM column_pages")?.no ?? 0);
}

function partsOf(slice: Slice): readonly Part[] {
	if (!slice.packed) return [];
	const last = lastPart(slice);
	let found = directories.get(slice);
	if (found?.last !== last) {
		const parts = slice
			.all("SELECT no, kind, part, name FROM column_pages ORDER BY no")
			.map(({ no, kind, part, name }) => ({
				no: Number(no),
				kind: String(kind),
				part: Number(part),
				name: String(name),
			}));
		found = { last, parts };
		directories.set(slice, found);
	}
	return found.parts;
}
