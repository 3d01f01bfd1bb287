/**
 * Packs a closed slice, piece by piece and in place: lines and hops' bodies go into blocks, keys of lines that a hop names go.
 * Every piece is one transaction and leaves a slice that reads the same; broken off, it goes on where it stopped.
 */
import { queueKeys } from "@mailtrail/core/trace";
import { type BlockRow, type BlockTable, forgetBlocks, packBlock, unpack } from "./blocks.ts";
import { inTransaction } from "./open-database.ts";
import { Slice } from "./slice.ts";
import { HOPS_SCHEMA } from "./slice-schema.ts";
import { blockRow, linesOfBatch, packedLines } from "./slice-lines.ts";

const LINES_PER_BLOCK = 256;
const HOPS_PER_BLOCK = 64;
/** blocks of one piece */
const BLOCKS = 8;
const KEYS = 5_000;
const PAGES = 1_000;
/** senders and recipients that a packed slice counts by name */
export const NAMES_KEPT = 1_000;

export function isPacked(slice: Slice): boolean {
	return slice.one("SELECT 1 FROM meta WHERE name = 'packed'") !== undefined;
}

/** Packs one slice file; each call is a piece, false when it is done. */
export class SlicePacker {
	readonly #slice: Slice;

	constructor(no: number, path: string) {
		this.#slice = new Slice(no, path, true, false);
	}

	step(): boolean {
		const slice = this.#slice;
		if (isPacked(slice)) return this.#giveRoomBack();
		inTransaction(slice.db, () => {
			if (this.#packLines() || this.#packTerms()) return;
			if (this.#packHops() || this.#dropKeys()) return;
			this.#closeUp();
			slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('packed', 1)");
		});
		return true;
	}

	close(): void {
		this.#slice.close();
	}

	/** In the order of their numbers, each piece up to the end of a batch: blocks must not overlap. */
	#packLines(): boolean {
		const count = LINES_PER_BLOCK * BLOCKS;
		const batches = this.#slice.all("SELECT first, last FROM line_batches ORDER BY first LIMIT ?", count);
		const before = Number(batches[0]?.first ?? Number.MAX_SAFE_INTEGER);
		const rows = new Map(this.#singleLines(before - 1, count).map((row) => [row.no, row]));
		let upTo = [...rows.keys()].at(-1);
		for (const { first, last } of rows.size > 0 ? [] : batches) {
			if (rows.size >= count) break;
			for (const row of unpack(this.#slice, "line_batches", Number(first))) rows.set(row.no, row);
			upTo = Number(last);
		}
		if (upTo === undefined) return false;
		// a line that was given to a queue later has a row of its own, which is the newer one
		for (const row of this.#singleLines(upTo, -1)) rows.set(row.no, row);
		const ordered = [...rows.values()].sort((a, b) => a.no - b.no);
		this.#add("line_blocks", ordered, LINES_PER_BLOCK);
		this.#slice.run("DELETE FROM lines WHERE id <= ?", upTo);
		this.#slice.run("DELETE FROM line_batches WHERE last <= ?", upTo);
		return true;
	}

	#singleLines(upTo: number, limit: number): BlockRow[] {
		const sql = "SELECT id, kind, raw, event FROM lines WHERE id <= ? ORDER BY id LIMIT ?";
		return this.#slice
			.all(sql, upTo, limit)
			.map((row) => blockRow(Number(row.id), String(row.kind), String(row.event), String(row.raw)));
	}

	/** Runs become one index; what is stale of them stays behind. */
	#packTerms(): boolean {
		if (this.#slice.terms.isEmpty) return false;
		const { terms, times, hops, length } = this.#slice.terms.merged();
		const known = new Map(
			this.#slice.all("SELECT no, first_at FROM hops").map((row) => [Number(row.no), Number(row.first_at)]),
		);
		const sql = "INSERT OR IGNORE INTO hop_terms (term, first_at, hop) VALUES (?, ?, ?)";
		for (let i = 0; i < length; i++) {
			const [at, no] = [times[i] ?? 0, hops[i] ?? 0];
			if (known.get(no) === at) this.#slice.run(sql, terms[i] ?? 0, at, no);
		}
		this.#slice.run("DELETE FROM term_runs");
		return true;
	}

	#packHops(): boolean {
		const sql = "SELECT no, body FROM hops WHERE body != '' ORDER BY no LIMIT ?";
		const rows = this.#slice
			.all(sql, HOPS_PER_BLOCK * BLOCKS)
			.map((row) => ({ no: Number(row.no), text: String(row.body) }));
		this.#add("hop_blocks", rows, HOPS_PER_BLOCK);
		const last = rows.at(-1);
		if (last) this.#slice.run("UPDATE hops SET body = '' WHERE no <= ? AND body != ''", last.no);
		return last !== undefined;
	}

	/** A hop names its lines: their keys say nothing more. */
	#dropKeys(): boolean {
		const sql = "SELECT DISTINCT key FROM line_keys WHERE key IN (SELECT key FROM hops) LIMIT ?";
		const keys = this.#slice.all(sql, KEYS);
		for (const { key } of keys) this.#slice.run("DELETE FROM line_keys WHERE key = ?", String(key));
		return keys.length > 0;
	}

	/** The pages that the bodies stood in are nearly empty: the rows move together. */
	#closeUp(): void {
		this.#slice.db.exec(`
			ALTER TABLE hops RENAME TO spread_hops;
			DROP INDEX hops_by_key; DROP INDEX hops_by_time;
			${HOPS_SCHEMA}
			INSERT INTO hops (no, key, id, first_at, last_at, own, body)
				SELECT no, key, '', first_at, last_at, own, body FROM spread_hops ORDER BY no;
			DROP TABLE spread_hops;`);
		// nearly every message has a recipient of its own: lists of the most frequent need no more than these
		for (const kind of ["recipient", "sender"]) {
			const most = "SELECT name FROM sums WHERE kind = ? GROUP BY name ORDER BY sum(messages) DESC LIMIT ?";
			this.#slice.run(`DELETE FROM sums WHERE kind = ? AND name NOT IN (${most})`, kind, kind, NAMES_KEPT);
		}
	}

	#add(table: BlockTable, rows: BlockRow[], perBlock: number): void {
		for (let from = 0; from < rows.length; from += perBlock) {
			const part = rows.slice(from, from + perBlock);
			const [first, last] = [part[0], part.at(-1)];
			if (!first || !last) continue;
			const sql = `INSERT OR REPLACE INTO ${table} (first, last, rows, data) VALUES (?, ?, ?, ?)`;
			this.#slice.run(sql, first.no, last.no, part.length, packBlock(part));
		}
	}

	/** What the rows took goes back to the disk, where the file was made so that it can. */
	#giveRoomBack(): boolean {
		const pages = () => Number(this.#slice.one("PRAGMA freelist_count")?.freelist_count ?? 0);
		const before = pages();
		if (before === 0) return this.#settle();
		this.#slice.db.exec(`PRAGMA incremental_vacuum(${PAGES});`);
		return pages() < before || this.#settle();
	}

	#settle(): false {
		this.#slice.db.exec("PRAGMA wal_checkpoint(TRUNCATE);");
		return false;
	}
}

/** All of it at once: for a thread of its own. */
export function packSlice({ no, path }: { no: number; path: string }): void {
	const packer = new SlicePacker(no, path);
	try {
		while (packer.step());
	} finally {
		packer.close();
	}
}

/** Makes the rows of blocks single again, with their keys: so that a view can be made anew from them. */
export function unpackSlice(slice: Slice): void {
	const firsts = (table: BlockTable) =>
		slice.all(`SELECT first FROM ${table} ORDER BY first`).map(({ first }) => Number(first));
	const parts = [
		...firsts("line_blocks").map((first) => () => packedLines(slice, first)),
		...firsts("line_batches").map((first) => () => linesOfBatch(slice, first)),
	];
	for (const rows of parts) {
		for (const { id, kind, event, raw } of rows()) {
			slice.run(
				"INSERT OR IGNORE INTO lines (id, kind, raw, event) VALUES (?, ?, ?, ?)",
				id,
				kind,
				raw,
				event,
			);
			for (const key of new Set(queueKeys(slice.placeOfLine(id).host, { ...JSON.parse(event), raw })))
				slice.run("INSERT OR IGNORE INTO line_keys (key, line) VALUES (?, ?)", key, id);
		}
	}
	slice.db.exec(
		"DELETE FROM line_batches; DELETE FROM line_blocks; DELETE FROM hop_blocks; DELETE FROM meta WHERE name = 'packed';",
	);
	forgetBlocks();
}
