/**
 * The pages that a packed slice's file is written with, by whoever knows its content: a closed slice in rows (`write-packed.ts`), or
 * lines that have just been read from a file (`direct/`). Nothing counts before the file is whole and synced.
 */
import { DatabaseSync } from "node:sqlite";
import { hashTerm } from "../../term-hash.ts";
import type { Slice } from "../slice/slice.ts";
import { compress } from "./compress.ts";
import { addBlockGrams } from "./grams.ts";
import { HOPS_PER_BLOCK, packHeads } from "./hop-block.ts";
import type { HopBytes } from "./hop-bytes.ts";
import { type PackedLine, packLines } from "./line-block.ts";
import { Pairs, pageHash, writePostings } from "./postings.ts";
import { countBelow } from "./rising.ts";
import { PACKED, writeColumns } from "./tables.ts";

const DICTIONARY_SAMPLES = 64;

/** A file with the tables of this slice, empty, inside a transaction. */
export function openDraft(like: Slice, path: string): DatabaseSync {
	const db = new DatabaseSync(path);
	// small pages, for most of it is looked up
	db.exec("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;");
	db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
	const sql =
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
	for (const row of like.all(sql)) db.exec(String(row.sql));
	db.exec("BEGIN");
	return db;
}

export function finishDraft(db: DatabaseSync): void {
	putMeta(db, "packed", PACKED);
	db.exec("COMMIT");
}

export function putMeta(db: DatabaseSync, name: string, value: number | Uint8Array): void {
	db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)").run(name, value);
}

export class LinePages {
	readonly #db: DatabaseSync;
	readonly #firsts: number[] = [];

	constructor(db: DatabaseSync) {
		this.#db = db;
	}

	/** A block, behind those before. */
	add(lines: readonly PackedLine[]): void {
		this.addPacked(
			lines.map(({ id }) => id),
			packLines(lines),
		);
	}

	/** Lines with these ids, as a block has them. */
	addPacked(ids: readonly number[], data: Uint8Array): void {
		const [first, last] = [ids[0], ids.at(-1)];
		if (first === undefined || last === undefined) return;
		const sql = "INSERT INTO line_pages (first, last, rows, data) VALUES (?, ?, ?, ?)";
		this.#db.prepare(sql).run(first, last, ids.length, data);
		this.#firsts.push(first);
	}

	/** `loose`: queues' lines that no hop of theirs names; which blocks have some. */
	finish(loose: Iterable<readonly [key: string, line: number]>): void {
		const blocks = new Pairs();
		for (const [key, line] of loose)
			blocks.add(pageHash(hashTerm(key)), countBelow(this.#firsts, line + 1) - 1);
		writePostings(this.#db, "key_pages", blocks);
	}
}

/** Hops in the order of their first lines, and what they are found by. */
export class HopPages {
	readonly #db: DatabaseSync;
	readonly #dictionary: Uint8Array;
	readonly #terms = new Pairs();
	readonly #grams = new Pairs();
	readonly #from: number[] = [];
	readonly #until: number[] = [];

	/** `dictionary`: what the lines of blocks have in common (`dictionaryOf`). */
	constructor(db: DatabaseSync, dictionary: Uint8Array) {
		this.#db = db;
		this.#dictionary = dictionary;
	}

	/** The next block, of these of the hops: as many as one has, fewer at the end. */
	add(hops: HopBytes, some: readonly number[]): void {
		const block = this.#from.length;
		const of = (column: readonly number[]) => some.map((at) => column[at] ?? 0);
		const heads = { nos: of(hops.nos), firstAt: of(hops.firstAt), lastAt: of(hops.lastAt) };
		this.#db
			.prepare("INSERT INTO hop_pages (no, rows, heads, data) VALUES (?, ?, ?, ?)")
			.run(block, some.length, packHeads(heads), compress(hops.lines(some), this.#dictionary));
		this.#from.push(heads.firstAt[0] ?? 0);
		this.#until.push(Math.max(...heads.lastAt));
		addBlockGrams(this.#grams, block, hops.said(some));
		let place = block * HOPS_PER_BLOCK;
		for (const at of some) hops.addTerms(at, this.#terms, place++);
	}

	/** The upper 32 bits of a term's number, and a hop's place. */
	addTerm(hash: number, place: number): void {
		this.#terms.add(hash, place);
	}

	finish(names: Iterable<string>): void {
		writePostings(this.#db, "term_pages", this.#terms);
		writePostings(this.#db, "gram_pages", this.#grams);
		writeColumns(this.#db, "names", [[...names].sort()]);
		putMeta(this.#db, "hop-dictionary", this.#dictionary);
		const times = new Float64Array([...this.#from, ...this.#until]);
		putMeta(this.#db, "hop-times", new Uint8Array(times.buffer));
	}
}

/** Some of so many places, from all over them: their hops make a dictionary. */
export function samplesOf(all: number): number[] {
	const step = Math.max(1, Math.floor(all / DICTIONARY_SAMPLES));
	return Array.from({ length: Math.ceil(all / step) }, (_, i) => i * step);
}
