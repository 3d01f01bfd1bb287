/**
 * An index from numbers (hashes of terms or keys, or three letters) to rising lists of numbers (hops, or blocks): pages of
 * some thousand bytes, each a row of a table by its first number. A list is differences; one that is in most places, a bit a
 * place. About five bytes for each entry of a rare term and one for each of a popular one.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Slice } from "../slice/slice.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { Kept } from "./kept.ts";
import { countBelow } from "./rising.ts";

export type PostingTable = "term_pages" | "key_pages" | "gram_pages";

const NONE = new Uint32Array(0);
/** the names of their directories in `meta` too */
export const POSTING_TABLES: readonly PostingTable[] = ["term_pages", "key_pages", "gram_pages"];
export const POSTINGS_SCHEMA = POSTING_TABLES.map(
	(table) => `CREATE TABLE ${table} (first INTEGER PRIMARY KEY, data BLOB NOT NULL);\n`,
).join("");

/** Of a term's or key's hash (`term-hash.ts`) the upper 32 bits: who looks decides by the hop, or by the line. */
export function pageHash(hash: number): number {
	return Math.floor(hash / 2 ** 18);
}

/** a place below this number fits beside a number of 32 bits */
const PLACES = 2 ** 20;

/** Pairs of a number and a place, in any order and repeated: millions of them, sorted at the end. */
export class Pairs {
	#pairs = new Float64Array(2 ** 16);
	#length = 0;

	add(number: number, place: number): void {
		if (this.#length === this.#pairs.length) {
			const wider = new Float64Array(this.#pairs.length * 2);
			wider.set(this.#pairs);
			this.#pairs = wider;
		}
		this.#pairs[this.#length++] = number * PLACES + place;
	}

	*lists(): Generator<[number: number, list: number[]]> {
		const pairs = this.#pairs.subarray(0, this.#length).sort();
		let number = -1;
		let list: number[] = [];
		for (let i = 0; i < pairs.length; i++) {
			const pair = pairs[i] ?? 0;
			const place = pair % PLACES;
			const next = (pair - place) / PLACES;
			if (next !== number) {
				if (list.length > 0) yield [number, list];
				[number, list] = [next, [place]];
			} else if (list.at(-1) !== place) list.push(place);
		}
		if (list.length > 0) yield [number, list];
	}
}

/** Below what stands in a page of SQLite's without spilling over. */
const PAGE_BYTES = 3_900;

/** `entries` in rising order of their numbers, each list rising, none empty. */
export function writePostings(
	db: DatabaseSync,
	table: PostingTable,
	entries: Iterable<readonly [number: number, list: readonly number[]]>,
): void {
	const insert = db.prepare(`INSERT INTO ${table} (first, data) VALUES (?, ?)`);
	const firsts: number[] = [];
	let page = new ByteWriter();
	let first = 0;
	let before = 0;
	for (const [number, list] of entries) {
		const { kind, data } = packList(list);
		if (page.length > 0 && page.length + data.length > PAGE_BYTES) {
			insert.run(first, page.done());
			page = new ByteWriter();
		}
		if (page.length === 0) {
			first = before = number;
			firsts.push(number);
		}
		page.number(number - before);
		page.number(data.length * 2 + kind);
		page.bytes(data);
		before = number;
	}
	if (page.length > 0) insert.run(first, page.done());
	writeDirectory(db, table, firsts);
}

/** What the pages begin with, for whoever looks: to ask SQLite for the page of a number costs ten times what reading it does. */
export function writeDirectories(db: DatabaseSync): void {
	for (const table of POSTING_TABLES) {
		const rows = db.prepare(`SELECT first FROM ${table} ORDER BY first`).all();
		writeDirectory(
			db,
			table,
			rows.map(({ first }) => Number(first)),
		);
	}
}

function writeDirectory(db: DatabaseSync, table: PostingTable, firsts: readonly number[]): void {
	const bytes = new Uint8Array(Uint32Array.from(firsts).buffer);
	db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)").run(table, bytes);
}

const PAGES_BYTES = 32 * 2 ** 20;
/** of one thread, for all slices: those of one time are looked at one after the other */
const pages = new Kept<Uint8Array>(PAGES_BYTES);
const directories = new WeakMap<Slice, Map<PostingTable, Uint32Array>>();

function directoryOf(slice: Slice, table: PostingTable): Uint32Array {
	let known = directories.get(slice);
	if (!known) {
		known = new Map();
		directories.set(slice, known);
	}
	let firsts = known.get(table);
	if (!firsts) {
		const value = slice.one("SELECT value FROM meta WHERE name = ?", table)?.value;
		firsts =
			value instanceof Uint8Array
				? new Uint32Array(Uint8Array.from(value).buffer)
				: Uint32Array.from(slice.all(`SELECT first FROM ${table} ORDER BY first`), ({ first }) =>
						Number(first),
					);
		known.set(table, firsts);
	}
	return firsts;
}

/** The list of a number; empty where there is none. */
export function postingsOf(slice: Slice, table: PostingTable, number: number): Uint32Array {
	const firsts = directoryOf(slice, table);
	const first = firsts[countBelow(firsts, number + 1) - 1];
	if (first === undefined) return NONE;
	const data = pages.get(`${slice.opened}/${table}/${first}`, () => {
		const found = slice.one(`SELECT data FROM ${table} WHERE first = ?`, first)?.data;
		const value = found instanceof Uint8Array ? found : new Uint8Array(0);
		return { value, bytes: 64 + value.length };
	});
	return slice.unpack(() => listOf(data, first, number));
}

/** The numbers of a page, whose row says the first. */
export function* numbersOf(data: Uint8Array, first: number): Generator<number> {
	const bytes = new ByteReader(data);
	for (let at = first; bytes.at < data.length; ) {
		at += bytes.number();
		yield at;
		const length = Math.floor(bytes.number() / 2);
		bytes.at += length;
	}
}

function listOf(data: Uint8Array, first: number, number: number): Uint32Array {
	const bytes = new ByteReader(data);
	for (let at = first; bytes.at < data.length; ) {
		at += bytes.number();
		const head = bytes.number();
		const length = Math.floor(head / 2);
		if (at === number) return unpackList(head % 2, data.subarray(bytes.at, bytes.at + length));
		if (at > number) return NONE;
		bytes.at += length;
	}
	return NONE;
}

const [DIFFERENCES, BITS] = [0, 1];

/** a list is a few bytes, and there are as many as names */
const scratch = new ByteWriter();

function packList(list: readonly number[]): { kind: number; data: Uint8Array } {
	const last = list.at(-1) ?? 0;
	// a difference takes a byte at least
	if (last / 8 < list.length) {
		const bits = new Uint8Array((last >>> 3) + 1);
		for (const place of list) bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
		return { kind: BITS, data: bits };
	}
	scratch.length = 0;
	let before = 0;
	for (const place of list) {
		scratch.number(place - before);
		before = place;
	}
	return { kind: DIFFERENCES, data: scratch.done() };
}

function unpackList(kind: number, data: Uint8Array): Uint32Array {
	const list: number[] = [];
	if (kind === BITS) {
		for (const [at, bits] of data.entries())
			for (let byte = bits, place = at * 8; byte > 0; byte >>>= 1, place++) if (byte & 1) list.push(place);
	} else {
		const bytes = new ByteReader(data);
		for (let place = 0; bytes.at < data.length; ) {
			place += bytes.number();
			list.push(place);
		}
	}
	return Uint32Array.from(list);
}
