/**
 * Brings a slice file of an earlier version up to today's, one numbered step after the other, each in one transaction:
 * killed in between, it stands at the step before. Lines are the truth, so a new view is filled from them.
 */
import type { DatabaseSync } from "node:sqlite";
import { outwardTries } from "../../outward-tries.ts";
import { hashTerm } from "../../term-hash.ts";
import { BATCHES_SCHEMA, BLOCKS_SCHEMA } from "./blocks.ts";
import { writeKeyFilter } from "./key-filter.ts";
import { inTransaction, openDatabase } from "../open-database.ts";
import { writeDirectories } from "../packed/postings.ts";
import { PACKED_SCHEMA } from "../packed/tables.ts";
import { OFFSET_LIMIT, SLICE_VERSION, TERMS_SCHEMA } from "./slice-schema.ts";
import { SUMS_SCHEMA } from "./sums-table.ts";
import { columnsOf, RUN_MAX, sortedRun } from "./term-run.ts";
import { TERM_RUNS_SCHEMA } from "./term-index.ts";
import { ADD_TRY, TRIES_SCHEMA, tryValues } from "./tries-table.ts";
import { NewerStore } from "../newer-store.ts";

/** step N makes version N + 1 of version N */
const STEPS: Record<number, (db: DatabaseSync) => void> = {
	1: addTries,
	2: addSums,
	3: addBlocks,
	4: addGapTimes,
	5: forgetPeers,
	6: numberTerms,
	7: addRuns,
	8: addPages,
	9: foldFilter,
};

/** Throws for a file of a later version, or of none. */
export function migrateSlice(path: string): void {
	const reading = openDatabase(path, { readOnly: true });
	const version = versionOf(reading);
	reading.close();
	if (version === SLICE_VERSION) return;
	if (version !== undefined && version > SLICE_VERSION) throw new NewerStore(path);
	if (version === undefined || !(version in STEPS)) {
		throw new Error(`${path} is of no known store version: ${String(version)}`);
	}
	const db = openDatabase(path);
	for (let from = version; from < SLICE_VERSION; from++) {
		inTransaction(db, () => {
			STEPS[from]?.(db);
			db.prepare("UPDATE meta SET value = ? WHERE name = 'version'").run(from + 1);
		});
	}
	db.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
	db.close();
}

function versionOf(db: DatabaseSync): number | undefined {
	const value = db.prepare("SELECT value FROM meta WHERE name = 'version'").get()?.value;
	return typeof value === "number" ? value : undefined;
}

/** Version 2: outward tries beside the lines, for figures over many messages. */
function addTries(db: DatabaseSync): void {
	db.exec(TRIES_SCHEMA);
	const hosts = new Map(
		db
			.prepare("SELECT no, host FROM generations")
			.all()
			.map((row) => [Number(row.no), String(row.host)]),
	);
	const insert = db.prepare(ADD_TRY);
	for (const row of db.prepare("SELECT id, event FROM lines WHERE kind = 'delivery'").iterate()) {
		const id = Number(row.id);
		const host = hosts.get(Math.floor(id / OFFSET_LIMIT)) ?? "";
		for (const tried of outwardTries({ ...JSON.parse(String(row.event)), raw: "" })) {
			insert.run(...tryValues(id, host, tried));
		}
	}
}

/** Version 3: sums for figures over many messages. They are part of the view, which is made anew from the lines. */
function addSums(db: DatabaseSync): void {
	db.exec(SUMS_SCHEMA);
	db.exec("ALTER TABLE hops ADD COLUMN own TEXT; DELETE FROM meta WHERE name = 'view';");
}

/** Version 4: closed slices are packed, and fewer terms say the same. */
function addBlocks(db: DatabaseSync): void {
	db.exec(BLOCKS_SCHEMA);
	db.exec("DELETE FROM meta WHERE name = 'view';");
}

/** Version 5: between which times the lines of a gap were written. */
function addGapTimes(db: DatabaseSync): void {
	db.exec("ALTER TABLE gaps ADD COLUMN from_at REAL; ALTER TABLE gaps ADD COLUMN until_at REAL;");
}

/** Version 6: peers are named as a host sees them, and ways among us with where they lead. */
function forgetPeers(db: DatabaseSync): void {
	db.exec("DELETE FROM own_peers; DELETE FROM meta WHERE name = 'view';");
}

/** Version 7: terms are numbers, times whole milliseconds. Terms of text took two fifths of a slice. */
function numberTerms(db: DatabaseSync): void {
	db.function("hash_term", { deterministic: true }, (term) => hashTerm(String(term)));
	db.exec("ALTER TABLE hop_terms RENAME TO text_terms;");
	db.exec(TERMS_SCHEMA);
	db.exec(`
		INSERT OR IGNORE INTO hop_terms (term, first_at, hop)
			SELECT hash_term(term) AS number, CAST(first_at AS INTEGER) AS at, hop FROM text_terms ORDER BY number, at, hop;
		INSERT INTO names (name) SELECT DISTINCT term FROM text_terms
			WHERE (term >= 'd:' AND term < 'd;') OR (term >= 'r:' AND term < 'r;');
		DROP TABLE text_terms;
		UPDATE hops SET first_at = CAST(first_at AS INTEGER), last_at = CAST(last_at AS INTEGER);`);
}

/** Version 8: lines come in batches, terms in runs. A slice that is still written to has its terms in runs only. */
function addRuns(db: DatabaseSync): void {
	db.exec(BATCHES_SCHEMA);
	db.exec(TERM_RUNS_SCHEMA);
	if (db.prepare("SELECT 1 FROM meta WHERE name = 'key-filter'").get() !== undefined) return;
	const add = db.prepare("INSERT INTO term_runs (data) VALUES (?)");
	let entries: number[] = [];
	for (const { term, first_at, hop } of db.prepare("SELECT term, first_at, hop FROM hop_terms").iterate()) {
		entries.push(Number(term), Number(first_at), Number(hop));
		if (entries.length < 3 * RUN_MAX) continue;
		add.run(columnsOf(sortedRun(entries)));
		entries = [];
	}
	if (entries.length > 0) add.run(columnsOf(sortedRun(entries)));
	db.exec("DELETE FROM hop_terms");
}

/** Version 9: a closed slice is packed into pages of its own. Those that were packed before are packed anew in the background. */
function addPages(db: DatabaseSync): void {
	db.exec(PACKED_SCHEMA);
}

/** Version 10: filters that stand side by side (`key-filters.ts`), of each slice that is closed; pages that are found without SQLite. */
function foldFilter(db: DatabaseSync): void {
	writeDirectories(db);
	if (db.prepare("SELECT 1 FROM meta WHERE name = 'key-filter'").get() !== undefined) writeKeyFilter(db);
}
