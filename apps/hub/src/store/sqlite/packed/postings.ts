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

/** Pairs of a number of 32 bits and a place, in any order and repeated: millions of them, sorted at the end. */
export class Pairs {
	#numbers = new Uint32Array(FIRST_PAIRS);
	#places = new Uint32Array(FIRST_PAIRS);
	#length = 0;
	/** each place is that of the one before, or behind it */
	#isRising = true;

	add(number: number, place: number): void {
		if (this.#length === this.#numbers.length) {
			this.#numbers = widened(this.#numbers);
			this.#places = widened(this.#places);
		}
		if (this.#length > 0 && place < (this.#places[this.#length - 1] ?? 0)) this.#isRising = false;
		this.#numbers[this.#length] = number;
		this.#places[this.#length++] = place;
	}

	/** Every number in rising order with its list, which rises too: its first `length`, good until the next. */
	eachList(visit: (number: number, list: Uint32Array, length: number) => void): void {
		const [all, at] = [this.#numbers.subarray(0, this.#length), this.#places.subarray(0, this.#length)];
		let pairs: PairColumns = { by: all, with: at };
		if (!this.#isRising) {
			const sorted = sortPairs({ by: at, with: all });
			pairs = { by: sorted.with, with: sorted.by };
		}
		const { by: numbers, with: places } = sortPairs(pairs);
		let list = new Uint32Array(FIRST_PAIRS);
		for (let i = 0; i < numbers.length; ) {
			const number = numbers[i] ?? 0;
			let length = 0;
			for (let last = -1; i < numbers.length && numbers[i] === number; i++) {
				const place = places[i] ?? 0;
				if (place === last) continue;
				if (length === list.length) list = widened(list);
				list[length++] = place;
				last = place;
			}
			visit(number, list, length);
		}
	}
}

const FIRST_PAIRS = 2 ** 12;

function widened(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
	const wider = new Uint32Array(numbers.length * 2);
	wider.set(numbers);
	return wider;
}

interface PairColumns {
	by: Uint32Array;
	with: Uint32Array;
}

const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/** By digits, the lowest first; those of one number stay in their order. A comparison for each two of a million takes ten times as long. */
function sortPairs(pairs: PairColumns): PairColumns {
	const { length } = pairs.by;
	let from = { by: pairs.by.slice(), with: pairs.with.slice() };
	let to = { by: new Uint32Array(length), with: new Uint32Array(length) };
	for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
		const ends = new Uint32Array(DIGITS + 1);
		for (let i = 0; i < length; i++) {
			const digit = ((from.by[i] ?? 0) >>> shift) & (DIGITS - 1);
			ends[digit + 1] = (ends[digit + 1] ?? 0) + 1;
		}
		for (let digit = 1; digit <= DIGITS; digit++) ends[digit] = (ends[digit] ?? 0) + (ends[digit - 1] ?? 0);
		for (let i = 0; i < length; i++) {
			const number = from.by[i] ?? 0;
			const digit = (number >>> shift) & (DIGITS - 1);
			const at = ends[digit] ?? 0;
			ends[digit] = at + 1;
			to.by[at] = number;
			to.with[at] = from.with[i] ?? 0;
		}
		[from, to] = [to, from];
	}
	return from;
}

/** Below what stands in a page of SQLite's without spilling over. */
const PAGE_BYTES = 3_900;

export function writePostings(db: DatabaseSync, table: PostingTable, pairs: Pairs): void {
	const insert = db.prepare(`INSERT INTO ${table} (first, data) VALUES (?, ?)`);
	const firsts: number[] = [];
	let page = new ByteWriter();
	let first = 0;
	let before = 0;
	pairs.eachList((number, list, length) => {
		const kind = packList(list, length);
		if (page.length > 0 && page.length + packed.length > PAGE_BYTES) {
			insert.run(first, page.done());
			page = new ByteWriter();
		}
		if (page.length === 0) {
			first = before = number;
			firsts.push(number);
		}
		page.number(number - before);
		page.number(packed.length * 2 + kind);
		page.append(packed);
		before = number;
	});
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
const packed = new ByteWriter();

/** Leaves the list in `packed`; says how it stands there. */
function packList(list: Uint32Array, length: number): number {
	const last = list[length - 1] ?? 0;
	packed.length = 0;
	// a difference takes a byte at least
	if (last / 8 < length) {
		const bits = new Uint8Array((last >>> 3) + 1);
		for (let i = 0; i < length; i++) {
			const place = list[i] ?? 0;
			bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
		}
		packed.bytes(bits);
		return BITS;
	}
	let before = 0;
	for (let i = 0; i < length; i++) {
		const place = list[i] ?? 0;
		packed.number(place - before);
		before = place;
	}
	return DIFFERENCES;
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
