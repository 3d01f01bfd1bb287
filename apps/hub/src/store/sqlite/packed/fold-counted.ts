/**
 * What was counted again in a packed slice stands in rows beside its columns, for a while: when the count is done, they become one.
 * Rows of all hops and sums would take as much room as the slice.
 */
import { addDetail } from "../slice/sums-table.ts";
import type { Slice } from "../slice/slice.ts";
import type { Cell, Column } from "./columns.ts";
import { DETAIL_COLUMNS, SUM_COLUMNS, WAY_COLUMNS } from "./packed-sums.ts";
import { columnsOf, readColumns, writeColumns } from "./tables.ts";

/** columns that say which row it is; of the rest the newest time is kept, details are added by name, and all others add up */
const SUM_KEYS = 4;
const WAY_KEYS = 4;
const NEWEST = new Set(["last_at", "last_accepted_at"]);

/** Inside the caller's transaction. */
export function foldCounted(slice: Slice): void {
	if (!slice.packed) return;
	const last = Number(slice.one("SELECT max(no) AS no FROM column_pages")?.no ?? 0);
	foldOwns(slice, last);
	for (const { kind } of slice.all("SELECT DISTINCT kind FROM sums")) {
		const rows = slice.all("SELECT * FROM sums WHERE kind = ?", String(kind));
		// what was forgotten of rare names stays forgotten
		const isLong = kind === "sender" || kind === "recipient";
		foldTable(slice, last, `sums ${kind}`, columnsOf(rows, SUM_COLUMNS), SUM_COLUMNS, SUM_KEYS, isLong);
	}
	const inner = "CASE WHEN inner_way = 0 THEN NULL ELSE inner_way END AS inner_way";
	const ways = columnsOf(slice.all(`SELECT *, ${inner} FROM ways`), WAY_COLUMNS);
	foldTable(slice, last, "ways", ways, WAY_COLUMNS, WAY_KEYS, false);
	const details = columnsOf(slice.all(`SELECT *, ${inner} FROM way_details`), DETAIL_COLUMNS);
	foldTable(slice, last, "way_details", details, DETAIL_COLUMNS, WAY_KEYS, false);
	// made anew when somebody asks
	slice.run("DELETE FROM column_pages WHERE kind = 'way_hours' AND no <= ?", last);
	slice.db.exec("DELETE FROM sums; DELETE FROM ways; DELETE FROM way_details; DELETE FROM hop_owns;");
}

function foldOwns(slice: Slice, last: number): void {
	const rows = slice.all("SELECT no, own FROM hop_owns");
	if (rows.length === 0) return;
	const owns = new Map<Cell, Cell>();
	for (const [nos = [], texts = []] of readColumns(slice, "owns"))
		for (const [at, no] of nos.entries()) owns.set(no, texts[at] ?? null);
	for (const { no, own } of rows) owns.set(Number(no), typeof own === "string" ? own : null);
	const sorted = [...owns].sort(([a], [b]) => Number(a) - Number(b));
	replace(slice, last, "owns", [sorted.map(([no]) => no), sorted.map(([, own]) => own)]);
}

function foldTable(
	slice: Slice,
	last: number,
	kind: string,
	counted: readonly Column[],
	names: readonly string[],
	keys: number,
	onlyKnown: boolean,
): void {
	if ((counted[0]?.length ?? 0) === 0) return;
	const rows = new Map<string, Cell[]>();
	const known = new Set<Cell>();
	const add = (columns: readonly Column[], isCounted: boolean) => {
		for (let at = 0; at < (columns[0]?.length ?? 0); at++) {
			const row = columns.map((column) => column[at] ?? null);
			if (isCounted && onlyKnown && !known.has(row[0] ?? null)) continue;
			known.add(row[0] ?? null);
			const key = JSON.stringify(row.slice(0, keys));
			const same = rows.get(key);
			if (same) addRow(same, row, names, keys);
			else rows.set(key, row);
		}
	};
	for (const columns of readColumns(slice, kind)) add(columns, false);
	add(counted, true);
	const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
	const left = sorted.filter((row) => row.slice(keys).some((cell) => cell !== 0 && cell !== "{}"));
	replace(
		slice,
		last,
		kind,
		names.map((_, column) => left.map((row) => row[column] ?? null)),
	);
}

function addRow(to: Cell[], row: readonly Cell[], names: readonly string[], keys: number): void {
	for (let column = keys; column < names.length; column++) {
		const [a, b] = [to[column], row[column]];
		if (names[column] === "detail") {
			const detail = JSON.parse(String(a));
			addDetail(detail, JSON.parse(String(b)), 1);
			to[column] = JSON.stringify(detail);
		} else if (NEWEST.has(names[column] ?? "")) to[column] = Math.max(Number(a), Number(b));
		else to[column] = Number(a) + Number(b);
	}
}

/** Numbers grow: who has read the parts before sees that there are others now. */
function replace(slice: Slice, last: number, kind: string, columns: readonly Column[]): void {
	writeColumns(slice.db, kind, columns);
	slice.run("DELETE FROM column_pages WHERE kind = ? AND no <= ?", kind, last);
}
