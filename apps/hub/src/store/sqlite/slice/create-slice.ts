/** A new slice file: with the positions of all sources and the hosts that are known, so that the newest file alone says them. */
import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FOLD_VERSION } from "@mailtrail/core/trace";
import { BATCHES_SCHEMA, BLOCKS_SCHEMA } from "./blocks.ts";
import { inTransaction } from "../open-database.ts";
import { PACKED_SCHEMA } from "../packed/tables.ts";
import type { Slice } from "./slice.ts";
import { fileOf } from "./slice-files.ts";
import { SLICE_SCHEMA, SLICE_VERSION } from "./slice-schema.ts";
import { SUMS_SCHEMA } from "./sums-table.ts";
import { TERM_RUNS_SCHEMA } from "./term-index.ts";
import { TRIES_SCHEMA } from "./tries-table.ts";

/** A commit writes whole pages, each with a call of its own: fewer and larger ones cost it less. */
const PAGE_BYTES = 8_192;
/** contents of one source that an agent may still come back to */
const GENERATIONS_KEPT = 512;

export interface CarriedOver {
	positions: ReturnType<Slice["positions"]>;
	peers: Record<string, unknown>[];
}

export function carriedOver(slice: Slice): CarriedOver {
	return { positions: slice.positions(), peers: slice.all("SELECT peer, host FROM own_peers") };
}

/** Written under another name and renamed when complete: a slice file is whole or not there. */
export function createSlice(dir: string, no: number, { positions, peers }: CarriedOver): void {
	const path = join(dir, fileOf(no));
	const draft = `${path}.new`;
	// plain, without a log: what breaks off is thrown away
	const db = new DatabaseSync(draft);
	// room that lines leave is given back piece by piece (`retention.ts`); both hold only where they come before all tables
	db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL;`);
	inTransaction(db, () => {
		db.exec(SLICE_SCHEMA);
		db.exec(TRIES_SCHEMA);
		db.exec(SUMS_SCHEMA);
		db.exec(BLOCKS_SCHEMA);
		db.exec(PACKED_SCHEMA);
		db.exec(BATCHES_SCHEMA);
		db.exec(TERM_RUNS_SCHEMA);
		db.prepare("INSERT INTO meta (name, value) VALUES ('version', ?), ('view', ?)").run(
			SLICE_VERSION,
			FOLD_VERSION,
		);
		const insert = db.prepare(
			"INSERT INTO positions (host, source, generation, touched, body) VALUES (?, ?, ?, ?, ?)",
		);
		for (const { host, touched, position } of newestGenerations(positions)) {
			insert.run(host, position.source, position.generation, touched, JSON.stringify(position));
		}
		const know = db.prepare("INSERT INTO own_peers (peer, host) VALUES (?, ?)");
		for (const { peer, host } of peers) know.run(String(peer), String(host));
	});
	db.close();
	renameSync(draft, path);
	syncDirectory(dir);
}

/** Nothing stands in it but what every new slice has: positions and peers. */
export function isEmpty(slice: Slice): boolean {
	const tables = ["lines", "line_batches", "line_blocks", "line_keys", "hops", "sums", "ways", "generations"];
	return tables.every((table) => slice.one(`SELECT 1 FROM ${table} LIMIT 1`) === undefined);
}

function newestGenerations(positions: CarriedOver["positions"]): CarriedOver["positions"] {
	const perSource = new Map<string, number>();
	return [...positions]
		.sort((a, b) => b.touched - a.touched)
		.filter(({ host, position }) => {
			const source = JSON.stringify([host, position.source]);
			const seen = perSource.get(source) ?? 0;
			perSource.set(source, seen + 1);
			return seen < GENERATIONS_KEPT;
		});
}

export function syncDirectory(dir: string): void {
	const handle = openSync(dir, "r");
	fsyncSync(handle);
	closeSync(handle);
}
