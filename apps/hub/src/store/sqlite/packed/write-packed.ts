/**
 * Writes a closed slice anew as a packed one, into a file of its own: what reads the slice goes on with the old file until the new
 * one is complete and takes its place. Reads any slice that is not packed yet, however it was written. Piece by piece.
 */
import type { DatabaseSync } from "node:sqlite";
import { type HopRow, OpenHops, readHop } from "../slice/hop-rows.ts";
import type { Slice } from "../slice/slice.ts";
import { linesBetween } from "../slice/slice-lines.ts";
import { WAITING } from "../writing/waiting-key.ts";
import { hash32 } from "../../term-hash.ts";
import { dictionaryOf, HOPS_PER_BLOCK, type PackedHop } from "./hop-block.ts";
import { HopBytes } from "./hop-bytes.ts";
import { LINES_PER_BLOCK } from "./line-block.ts";
import { finishDraft, HopPages, LinePages, openDraft, samplesOf } from "./packed-pages.ts";
import { keyTerm } from "./packed-hops.ts";
import { pageHash } from "./postings.ts";
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
	const open = new OpenHops(slice);
	const nos = slice.all("SELECT no FROM hops ORDER BY first_at, no").map(({ no }) => Number(no));
	const samples = new HopBytes(slice);
	const sampled = samplesOf(nos.length).flatMap((place) => open.at(nos[place] ?? 0) ?? []);
	samples.addBodies(sampled.map(packedHop));
	const pages = new HopPages(db, dictionaryOf(samples.lines([...samples.nos.keys()])));
	const places = new Map<number, Place>();
	for (let last = { at: Number.NEGATIVE_INFINITY, no: 0 }; ; ) {
		const rows = open.following(last, PIECE);
		for (let from = 0; from < rows.length; from += HOPS_PER_BLOCK) {
			const hops = new HopBytes(slice);
			hops.addBodies(rows.slice(from, from + HOPS_PER_BLOCK).map(packedHop));
			pages.add(hops, [...hops.nos.keys()]);
		}
		for (const { no, key, first_at: at } of rows) {
			const place = places.size;
			places.set(no, { place, at });
			pages.addTerm(hash32(keyTerm(key)), place);
			last = { at, no };
		}
		if (rows.length < PIECE) break;
		yield;
	}
	slice.terms.each((term, at, no) => {
		const hop = places.get(no);
		// a stale entry: the hop has another time now, or is gone
		if (hop?.at === at) pages.addTerm(pageHash(term), hop.place);
	});
	pages.finish(slice.all("SELECT name FROM names").map(({ name }) => String(name)));
}

function packedHop(row: HopRow): PackedHop {
	const { no, key, first_at: firstAt, own } = row;
	const hop = readHop(row);
	return { no, key, firstAt, lastAt: Math.trunc(hop.lastAt), ...(own !== undefined && { own }), hop };
}

interface Place {
	place: number;
	/** the first line's time */
	at: number;
}
