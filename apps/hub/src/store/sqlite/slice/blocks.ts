/**
 * Rows of a closed slice that are read seldom, packed together: a hundred lines or hops compress to a twentieth of what they
 * take one by one. A block is text, a row a line: `NUMBER TAB …`, ordered by number. Unpacked blocks are kept for a while.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Slice } from "./slice.ts";

export const BLOCKS_SCHEMA = `
CREATE TABLE IF NOT EXISTS line_blocks (
	first INTEGER PRIMARY KEY, last INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS hop_blocks (
	first INTEGER PRIMARY KEY, last INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL);
`;
/**
 * Lines of the newest slice as they came, one row for those of one content and commit; packing makes blocks of them. Rows stand
 * in the order of commits: by their lines' numbers each would have a place of its own in the file, and a page that is split.
 * In files of versions before `first` is the key.
 */
export const BATCHES_SCHEMA = `
CREATE TABLE line_batches (
	no INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX line_batches_by_first ON line_batches (first, last);
`;
export type BlockTable = "line_batches" | "line_blocks" | "hop_blocks";

/** zstd's quickest: half a microsecond a line of a large batch, for a tenth of the room */
const LEVEL = 1;
/** each call has a price of its own: three microseconds a line for twenty lines, eleven for four */
const COMPRESSED_MIN = 16_384;
/** what every zstd frame begins with (RFC 8878, 3.1.1): no row's number does */
const ZSTD = 0x28;
/** some hundred kilobytes each */
const KEPT_MAX = 96;

export interface BlockRow {
	no: number;
	text: string;
}

/** `text`: rows, each with its line end. */
export function packBatch(text: string): Uint8Array {
	const bytes = Buffer.from(text);
	if (bytes.length < COMPRESSED_MIN) return bytes;
	return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
}

/** The rows of the block that a number would be in. */
export function blockOf(slice: Slice, table: BlockTable, no: number): readonly BlockRow[] {
	const row = slice.one(`SELECT first, last FROM ${table} WHERE first <= ? ORDER BY first DESC LIMIT 1`, no);
	if (!row || Number(row.last) < no) return [];
	return unpack(slice, table, Number(row.first));
}

export function rowOf(slice: Slice, table: BlockTable, no: number): string | undefined {
	return blockOf(slice, table, no).find((row) => row.no === no)?.text;
}

/** Blocks that are looked up at once: whoever wants a thousand lines needs some dozens. */
const CHUNK = 32;

/** Firsts of the blocks that hold numbers between, ascending or descending. No two of one table overlap. */
export function* blocksBetween(
	slice: Slice,
	table: BlockTable,
	{ from, below, newestFirst }: { from: number; below: number; newestFirst: boolean },
): Generator<number> {
	const order = newestFirst ? "DESC" : "";
	const sql = `SELECT first FROM ${table} WHERE first >= ? AND first < ? ORDER BY first ${order} LIMIT ?`;
	let low = firstAround(slice, table, from);
	let high = below;
	for (;;) {
		const firsts = slice.all(sql, low, high, CHUNK).map(({ first }) => Number(first));
		yield* firsts;
		const last = firsts.at(-1);
		if (last === undefined || firsts.length < CHUNK) return;
		if (newestFirst) high = last;
		else low = last + 1;
	}
}

/** The first number of the block that a number is in, or the number. */
function firstAround(slice: Slice, table: BlockTable, no: number): number {
	const row = slice.one(`SELECT first, last FROM ${table} WHERE first <= ? ORDER BY first DESC LIMIT 1`, no);
	return row && Number(row.last) >= no ? Number(row.first) : no;
}

const kept = new Map<string, readonly BlockRow[]>();

/** Blocks are written once; only where a view is made anew another one may come under the same number. */
export function forgetBlocks(): void {
	kept.clear();
}

export function unpack(slice: Slice, table: BlockTable, first: number): readonly BlockRow[] {
	const name = `${slice.path} ${table} ${first}`;
	const known = kept.get(name);
	if (known) {
		kept.delete(name);
		kept.set(name, known);
		return known;
	}
	const data = slice.one(`SELECT data FROM ${table} WHERE first = ?`, first)?.data;
	if (!(data instanceof Uint8Array)) return [];
	const rows = (data[0] === ZSTD ? zstdDecompressSync(data) : Buffer.from(data))
		.toString()
		.trimEnd()
		.split("\n")
		.map((line) => {
			const tab = line.indexOf("\t");
			return { no: Number(line.slice(0, tab)), text: line.slice(tab + 1) };
		});
	kept.set(name, rows);
	for (const oldest of kept.keys()) {
		if (kept.size <= KEPT_MAX) break;
		kept.delete(oldest);
	}
	return rows;
}
