/**
 * Packs a closed slice, piece by piece and in place: lines and hops' bodies go into blocks, keys of lines that a hop names go.
 * Every piece is one transaction and leaves a slice that reads the same; broken off, it goes on where it stopped.
 */
import { queueKeys } from "@mailtrail/core/trace";
import { type BlockRow, type BlockTable, forgetBlocks, packBlock } from "./blocks.ts";
import { inTransaction } from "./open-database.ts";
import { Slice } from "./slice.ts";
import { HOPS_SCHEMA } from "./slice-schema.ts";
import { packedLines } from "./slice-lines.ts";

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
			if (this.#packLines() || this.#packHops() || this.#dropKeys()) return;
			this.#closeUp();
			slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('packed', 1)");
		});
		return true;
	}

	close(): void {
		this.#slice.close();
	}

	#packLines(): boolean {
		const sql = "SELECT id, kind, raw, event FROM lines ORDER BY id LIMIT ?";
		const rows = this.#slice.all(sql, LINES_PER_BLOCK * BLOCKS).map((row) => ({
			no: Number(row.id),
			// JSON has no tabs and no line ends of its own
			text: `${String(row.kind)}\t${String(row.event)}\t${JSON.stringify(row.raw)}`,
		}));
		this.#add("line_blocks", rows, LINES_PER_BLOCK);
		const last = rows.at(-1);
		if (last) this.#slice.run("DELETE FROM lines WHERE id <= ?", last.no);
		return last !== undefined;
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
	if (!isPacked(slice) && !slice.one("SELECT 1 FROM line_blocks LIMIT 1")) return;
	const blocks = slice.all("SELECT first FROM line_blocks ORDER BY first");
	for (const { first } of blocks) {
		for (const { id, kind, event, raw } of packedLines(slice, Number(first))) {
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
	slice.db.exec("DELETE FROM line_blocks; DELETE FROM hop_blocks; DELETE FROM meta WHERE name = 'packed';");
	forgetBlocks();
}
