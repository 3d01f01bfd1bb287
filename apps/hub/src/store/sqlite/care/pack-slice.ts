/**
 * Packs a closed slice: into a draft beside it (`packed/`), which takes the slice's place when it is whole (`Slices.takeDraft`).
 * Until then the slice is read as it is; killed at any moment, the draft is forgotten and begun again at the next start.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { queueKeys } from "@mailtrail/core/trace";
import { outwardTries } from "../../outward-tries.ts";
import { forgetBlocks } from "../slice/blocks.ts";
import { syncDirectory } from "../slice/create-slice.ts";
import { POSTING_TABLES } from "../packed/postings.ts";
import { PACKED_TABLES } from "../packed/tables.ts";
import { writePacked } from "../packed/write-packed.ts";
import { Slice } from "../slice/slice.ts";
import { type LineRow, linesBetween } from "../slice/slice-lines.ts";
import { ADD_TRY, tryValues } from "../slice/tries-table.ts";

const ROWS = 1_024;

/** Removed at the start, as all that is `.new`. */
export function draftOf(path: string): string {
	return `${path}.new-packed`;
}

/** Packs one slice file; each call is a piece, false when the draft is whole. */
export class SlicePacker {
	readonly no: number;
	readonly #slice: Slice;
	readonly #draft: string;
	readonly #work: Iterator<void>;

	constructor(no: number, path: string, draft = draftOf(path)) {
		this.no = no;
		this.#slice = new Slice(no, path, true);
		this.#draft = draft;
		for (const side of ["", "-journal"]) rmSync(this.#draft + side, { force: true });
		this.#work = writePacked(this.#slice, this.#draft);
	}

	step(): boolean {
		if (!this.#work.next().done) return true;
		const file = openSync(this.#draft, "r+");
		fsyncSync(file);
		closeSync(file);
		return false;
	}

	/** Broken off, what was written of the draft stays until the next one. */
	close(): void {
		this.#work.return?.();
		this.#slice.close();
	}
}

/**
 * A whole draft takes the place of its slice, which nobody in this thread has open any more; who reads the old file elsewhere
 * goes on with it. False where a reader is at the old one's log just now: to be tried again.
 */
export function takeDraft(no: number, path: string): boolean {
	// opened while nothing hangs on it: a draft that cannot be read changes nothing
	new Slice(no, draftOf(path), true).close();
	const writing = new Slice(no, path, true, false);
	const isQuiet = writing.one("PRAGMA wal_checkpoint(TRUNCATE)")?.busy === 0;
	writing.close();
	if (!isQuiet) return false;
	takePlace(draftOf(path), path);
	return true;
}

/** Of a slice's file, which nobody writes to any more and whose log is empty. */
export function takePlace(draft: string, path: string): void {
	// a log of the old file beside the new one would be read into it
	for (const side of ["-wal", "-shm"]) rmSync(path + side, { force: true });
	renameSync(draft, path);
	syncDirectory(dirname(path));
}

/** All of it at once: for a thread of its own. */
export function packSlice({ no, path }: { no: number; path: string }): void {
	packInto(draftOf(path), no, path);
}

export function packInto(draft: string, no: number, path: string): void {
	const packer = new SlicePacker(no, path, draft);
	try {
		while (packer.step());
	} finally {
		packer.close();
	}
}

/** Makes the lines of pages, blocks and batches single rows again, with their keys: so that a view can be made anew from them. */
export function unpackSlice(slice: Slice): void {
	// they come with their lines again
	slice.db.exec("DELETE FROM tries;");
	for (let from = 0; ; ) {
		const lines = linesBetween(slice, {
			from,
			below: Number.MAX_SAFE_INTEGER,
			limit: ROWS,
			newestFirst: false,
		});
		const last = lines.at(-1);
		if (!last) break;
		for (const line of lines) addSingle(slice, line);
		from = last.id + 1;
	}
	for (const table of ["line_batches", "line_blocks", "hop_blocks", ...PACKED_TABLES])
		slice.db.exec(`DELETE FROM ${table};`);
	for (const name of ["packed", "hop-dictionary", "hop-times", ...POSTING_TABLES])
		slice.run("DELETE FROM meta WHERE name = ?", name);
	slice.isUnpacked();
	forgetBlocks();
}

function addSingle(slice: Slice, { id, raw, event }: LineRow): void {
	const { host } = slice.placeOfLine(id);
	const { raw: _, ...body } = event;
	const sql = "INSERT OR IGNORE INTO lines (id, kind, raw, event) VALUES (?, ?, ?, ?)";
	slice.run(sql, id, event.kind, raw, JSON.stringify(body));
	for (const key of new Set(queueKeys(host, event)))
		slice.run("INSERT OR IGNORE INTO line_keys (key, line) VALUES (?, ?)", key, id);
	for (const tried of outwardTries(event)) slice.run(ADD_TRY, ...tryValues(id, host, tried));
}
