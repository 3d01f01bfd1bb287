/**
 * Writes a closed slice anew as a packed one, into a file of its own: what reads the slice goes on with the old file until the new
 * one is complete and takes its place. Reads any slice that is not packed yet, however it was written. Piece by piece.
 */
import { DatabaseSync } from "node:sqlite";
import { textsOfHop } from "@mailtrail/core/query";
import { hopTerms, isName } from "../../hop-terms.ts";
import { hashTerm } from "../../term-hash.ts";
import { readHop, type Slice } from "../slice/slice.ts";
import { linesBetween } from "../slice/slice-lines.ts";
import { WAITING } from "../writing/waiting-key.ts";
import { addGrams } from "./grams.ts";
import { dictionaryOf, HOPS_PER_BLOCK, hopText, type PackedHop, packHeads, packTexts } from "./hop-block.ts";
import { LINES_PER_BLOCK, packLines } from "./line-block.ts";
import { keyTerm } from "./packed-hops.ts";
import { Pairs, pageHash, writePostings } from "./postings.ts";
import { DETAIL_COLUMNS, NAMES_KEPT, SUM_COLUMNS, WAY_COLUMNS } from "./packed-sums.ts";
import { TRY_COLUMNS } from "./packed-tries.ts";
import { countBelow } from "./rising.ts";
import { columnsOf, PACKED, writeColumns } from "./tables.ts";
import { HOUR_COLUMNS, wayHours } from "./way-hours.ts";

/** tables that a packed slice has as they were */
const KEPT_TABLES = ["meta", "generations", "positions", "counts", "gaps", "own_peers"];
const DICTIONARY_SAMPLES = 64;
/** rows of one piece */
const PIECE = 2_048;

/** Each `next` is a piece of work; the draft is complete when it is done, and has to be closed by the caller then. */
export function* writePacked(slice: Slice, draft: string): Generator<void> {
	const db = new DatabaseSync(draft);
	try {
		// nothing of it counts before it is whole and synced; small pages, for most of it is looked up
		db.exec("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;");
		db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
		copySchema(slice, db);
		db.exec("BEGIN");
		copyTables(slice, db);
		yield* writeLines(slice, db);
		yield;
		writeSums(slice, db);
		yield;
		yield* writeHops(slice, db);
		db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('packed', ?)").run(PACKED);
		db.exec("COMMIT");
	} finally {
		db.close();
	}
}

function copySchema(slice: Slice, db: DatabaseSync): void {
	const sql =
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
	for (const row of slice.all(sql)) db.exec(String(row.sql));
}

function copyTables(slice: Slice, db: DatabaseSync): void {
	for (const table of KEPT_TABLES) copyRows(slice, db, table, "SELECT * FROM");
	const waiting = slice.all(
		"SELECT key, line FROM line_keys WHERE substr(key, 1, ?) = ?",
		WAITING.length,
		WAITING,
	);
	const insert = db.prepare("INSERT INTO line_keys (key, line) VALUES (?, ?)");
	for (const { key, line } of waiting) insert.run(String(key), Number(line));
}

function copyRows(slice: Slice, db: DatabaseSync, table: string, select: string): void {
	for (const row of slice.all(`${select} ${table}`)) {
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
	const insert = db.prepare("INSERT INTO line_pages (first, last, rows, data) VALUES (?, ?, ?, ?)");
	const firsts: number[] = [];
	for (let from = 0; ; ) {
		const range = { from, below: Number.MAX_SAFE_INTEGER, limit: LINES_PER_BLOCK, newestFirst: false };
		const lines = linesBetween(slice, range).map((row) => ({
			id: row.id,
			text: row.text ?? JSON.stringify(row.event),
		}));
		const [first, last] = [lines[0], lines.at(-1)];
		if (!first || !last) break;
		insert.run(first.id, last.id, lines.length, packLines(lines));
		firsts.push(first.id);
		from = last.id + 1;
		yield;
	}
	writePostings(db, "key_pages", keyLists(slice, firsts));
}

/** Queues' lines that no hop of theirs names: which blocks have some. */
function keyLists(slice: Slice, firsts: readonly number[]): Iterable<[number, number[]]> {
	const blocks = new Pairs();
	for (const { key, line } of slice.all("SELECT key, line FROM line_keys")) {
		if (!String(key).startsWith(WAITING))
			blocks.add(pageHash(hashTerm(String(key))), countBelow(firsts, Number(line) + 1) - 1);
	}
	return blocks.lists();
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
	const step = Math.max(1, Math.floor(nos.length / DICTIONARY_SAMPLES));
	const samples = nos.filter((_, at) => at % step === 0).map((no) => hopText(hopAt(slice, no), sources));
	const dictionary = dictionaryOf(samples);
	const terms = new Pairs();
	const grams = new Pairs();
	const names = new Set<string>();
	const [from, until]: [number[], number[]] = [[], []];
	const insert = db.prepare("INSERT INTO hop_pages (no, rows, heads, data) VALUES (?, ?, ?, ?)");
	for (let block = 0; block * HOPS_PER_BLOCK < nos.length; block++) {
		const hops = nos
			.slice(block * HOPS_PER_BLOCK, (block + 1) * HOPS_PER_BLOCK)
			.map((no) => hopAt(slice, no));
		const texts = hops.map((hop) => hopText(hop, sources));
		insert.run(block, hops.length, packHeads(hops), packTexts(texts, dictionary));
		from.push(hops[0]?.firstAt ?? 0);
		until.push(Math.max(...hops.map(({ lastAt }) => lastAt)));
		const said = new Set<number>();
		for (const [at, { key, hop }] of hops.entries()) {
			const place = block * HOPS_PER_BLOCK + at;
			for (const term of [...hopTerms(hop), keyTerm(key)]) {
				terms.add(pageHash(hashTerm(term)), place);
				if (isName(term)) names.add(term);
			}
			for (const text of textsOfHop(hop)) addGrams(said, text);
		}
		for (const gram of said) grams.add(gram, block);
		if (block % (PIECE / HOPS_PER_BLOCK) === 0) yield;
	}
	writePostings(db, "term_pages", terms.lists());
	writePostings(db, "gram_pages", grams.lists());
	writeColumns(db, "names", [[...names].sort()]);
	const put = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
	put.run("hop-dictionary", dictionary);
	put.run("hop-times", new Uint8Array(new Float64Array([...from, ...until]).buffer));
}

function hopAt(slice: Slice, no: number): PackedHop {
	const row = slice.hops.at(no);
	if (!row) throw new Error(`slice ${slice.no} has no hop ${no}`);
	const hop = readHop(row);
	const times = { firstAt: row.first_at, lastAt: Math.trunc(hop.lastAt) };
	const text = row.body === "" ? JSON.stringify(hop) : row.body;
	return { no, key: row.key, ...times, ...(row.own !== undefined && { own: row.own }), hop, text };
}
