/**
 * Writes a closed slice anew as a packed one, into a file of its own: what reads the slice goes on with the old file until the new
 * one is complete and takes its place. Reads any slice that is not packed yet, however it was written. Piece by piece.
 */
import type { DatabaseSync } from "node:sqlite";
import { readHop, type Slice } from "../slice/slice.ts";
import { linesBetween } from "../slice/slice-lines.ts";
import { WAITING } from "../writing/waiting-key.ts";
import { dictionaryOf, HOPS_PER_BLOCK, type PackedHop } from "./hop-block.ts";
import { HopBytes } from "./hop-bytes.ts";
import { LINES_PER_BLOCK } from "./line-block.ts";
import { finishDraft, HopPages, LinePages, openDraft, samplesOf } from "./packed-pages.ts";
import { DETAIL_COLUMNS, NAMES_KEPT, SUM_COLUMNS, WAY_COLUMNS } from "./packed-sums.ts";
import { TRY_COLUMNS } from "./packed-tries.ts";
import { columnsOf, writeColumns } from "./tables.ts";
import { HOUR_COLUMNS, wayHours } from "./way-hours.ts";

/** tables that a packed slice has as they were */
const KEPT_TABLES = ["meta", "generations", "positions", "counts", "gaps", "own_peers"];
/** rows of one piece */
const PIECE = 2_048;

/** Each `next` is a piece of work; the draft is complete when it is done, and has to be closed by the caller then. */
export function* writePacked(slice: Slice, draft: string): Generator<void> {
	const db = openDraft(slice, draft);
	try {
		copyTables(slice, db);
		yield* writeLines(slice, db);
		yield;
		writeSums(slice, db);
		yield;
		yield* writeHops(slice, db);
		finishDraft(db);
	} finally {
		db.close();
	}
}

function copyTables(slice: Slice, db: DatabaseSync): void {
	for (const table of KEPT_TABLES) copyRows(slice, db, table);
	const waiting = slice.all(
		"SELECT key, line FROM line_keys WHERE substr(key, 1, ?) = ?",
		WAITING.length,
		WAITING,
	);
	const insert = db.prepare("INSERT INTO line_keys (key, line) VALUES (?, ?)");
	for (const { key, line } of waiting) insert.run(String(key), Number(line));
}

export function copyRows(slice: Slice, db: DatabaseSync, table: string): void {
	for (const row of slice.all(`SELECT * FROM ${table}`)) {
		const names = Object.keys(row);
		const sql = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
		db.prepare(sql).run(...names.map((name) => cell(row[name])));
	}
}

function cell(value: unknown): string | number | null | Uint8Array {
	if (typeof value === "string" || typeof value === "number" || value instanceof Uint8Array) return value;
	return null;
}

function* writeLines(slice: Slice, db: DatabaseSync): Generator<void> {
	const pages = new LinePages(db);
	for (let from = 0; ; ) {
		const range = { from, below: Number.MAX_SAFE_INTEGER, limit: LINES_PER_BLOCK, newestFirst: false };
		const lines = linesBetween(slice, range).map((row) =>
			row.text === undefined ? { id: row.id, event: row.event, text: JSON.stringify(row.event) } : row,
		);
		const last = lines.at(-1);
		if (!last) break;
		pages.add(lines);
		from = last.id + 1;
		yield;
	}
	pages.finish(looseLines(slice));
}

/** Queues' lines that no hop of theirs names. */
function* looseLines(slice: Slice): Generator<[string, number]> {
	for (const { key, line } of slice.all("SELECT key, line FROM line_keys"))
		if (!String(key).startsWith(WAITING)) yield [String(key), Number(line)];
}

function writeSums(slice: Slice, db: DatabaseSync): void {
	for (const { kind } of slice.all("SELECT DISTINCT kind FROM sums")) {
		// nearly every message has a recipient of its own: lists of the most frequent need no more than these
		const most =
			"name IN (SELECT name FROM sums WHERE kind = ? GROUP BY name ORDER BY sum(messages) DESC LIMIT ?)";
		const isLong = kind === "sender" || kind === "recipient";
		const sql = `SELECT * FROM sums WHERE kind = ? ${isLong ? `AND ${most}` : ""} ORDER BY name, bucket, host, outcome`;
		const rows = slice.all(sql, String(kind), ...(isLong ? [String(kind), NAMES_KEPT] : []));
		writeColumns(db, `sums ${kind}`, columnsOf(rows, SUM_COLUMNS));
	}
	// a column has one type: what leaves us is null in place of 0
	const inner = "CASE WHEN inner_way = 0 THEN NULL ELSE inner_way END AS inner_way";
	const ways = slice.all(`SELECT *, ${inner} FROM ways ORDER BY domain, host, hour`);
	writeColumns(db, "ways", columnsOf(ways, WAY_COLUMNS));
	const details = slice.all(`SELECT *, ${inner} FROM way_details ORDER BY domain, host, hour`);
	writeColumns(db, "way_details", columnsOf(details, DETAIL_COLUMNS));
	writeColumns(db, "way_hours", columnsOf(wayHours(details), HOUR_COLUMNS));
	const tries = slice.all("SELECT * FROM tries ORDER BY destination, at");
	writeColumns(db, "tries", columnsOf(tries, TRY_COLUMNS));
}

function* writeHops(slice: Slice, db: DatabaseSync): Generator<void> {
	const nos = slice.all("SELECT no FROM hops ORDER BY first_at, no").map(({ no }) => Number(no));
	const sources = {
		generationNo: (place: Parameters<Slice["generationNo"]>[0]) => slice.generationNo(place),
		generationOf: (no: number) => slice.generationOf(no),
	};
	const samples = new HopBytes(sources);
	samples.add(samplesOf(nos.length).map((place) => hopAt(slice, nos[place] ?? 0)));
	const pages = new HopPages(db, dictionaryOf(samples.lines([...samples.nos.keys()])));
	const names = new Set<string>();
	for (let from = 0; from < nos.length; from += HOPS_PER_BLOCK) {
		const hops = new HopBytes(sources);
		hops.add(nos.slice(from, from + HOPS_PER_BLOCK).map((no) => hopAt(slice, no)));
		pages.add(hops, [...hops.nos.keys()]);
		for (const name of hops.names) names.add(name);
		if (from % PIECE === 0) yield;
	}
	pages.finish(names);
}

function hopAt(slice: Slice, no: number): PackedHop {
	const row = slice.hops.at(no);
	if (!row) throw new Error(`slice ${slice.no} has no hop ${no}`);
	const hop = readHop(row);
	const times = { firstAt: row.first_at, lastAt: Math.trunc(hop.lastAt) };
	return { no, key: row.key, ...times, ...(row.own !== undefined && { own: row.own }), hop };
}
