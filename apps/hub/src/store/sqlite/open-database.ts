/** Opens one SQLite file the way every file of the store is used: WAL, so that a command can write while the hub runs. */
import { DatabaseSync } from "node:sqlite";

/** of write-ahead log: a batch touches many pages, most of them again with the next one; each checkpoint syncs the disk */
const CHECKPOINT_BYTES = 32 * 1_048_576;

/**
 * `synchronous=NORMAL`: a commit is handed to the operating system (survives the end of the process), and synced at
 * checkpoints. What that means when power fails stands in `docs/decisions/0003-embedded-store.md`.
 */
export function openDatabase(path: string, options: { readOnly?: boolean } = {}): DatabaseSync {
	const db = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: 5_000 });
	if (options.readOnly !== true) {
		db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF;");
		const pageBytes = Number(db.prepare("PRAGMA page_size").get()?.page_size ?? 4_096);
		db.exec(`PRAGMA wal_autocheckpoint = ${Math.floor(CHECKPOINT_BYTES / pageBytes)};`);
	}
	db.exec("PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;");
	return db;
}

/** Runs `work` in one transaction; whatever it throws rolls all of it back. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
	db.exec("BEGIN IMMEDIATE");
	try {
		const result = work();
		db.exec("COMMIT");
		return result;
	} catch (error) {
		if (db.isTransaction) db.exec("ROLLBACK");
		throw error;
	}
}

/** Everything is synced to the file; where no reader has it open it becomes a plain file without side files. */
export function settle(db: DatabaseSync): void {
	db.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE);");
	try {
		db.exec("PRAGMA journal_mode = DELETE;");
	} catch {
		// A reader is at it: it stays as it is, and is no different to read.
	}
}
