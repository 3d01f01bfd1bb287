/**
 * The embedded store: `hub.db` for agents and secrets, `slices/NNNNNN.db` for lines, hops and positions. One process
 * writes the slices (it holds `serve.lock`); commands may open the accounts beside it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AccountStore } from "../account-store.ts";
import type { CommitResult, HostState, LineBatch, LineStore, Store, StoreFiles } from "../store.ts";
import { AlertTables } from "./hub-db/alert-tables.ts";
import { AccountTables } from "./hub-db/account-tables.ts";
import { assignLine, waitingLines } from "./writing/waiting-lines.ts";
import { lockData } from "./data-lock.ts";
import { migrateHub } from "./hub-db/hub-migrations.ts";
import { Background, type PackElsewhere } from "./care/background.ts";
import { BatchWriter } from "./writing/batch-writer.ts";
import { SliceDamaged } from "./slice/damage.ts";
import { FreeSpace } from "./writing/free-space.ts";
import { guarded } from "./reading/guarded-reads.ts";
import { Retention, type RetentionRule } from "./care/retention.ts";
import { storeInfo } from "./care/store-info.ts";
import { openDatabase } from "./open-database.ts";
import { PeopleTables } from "./hub-db/people-tables.ts";
import { migrateSlice } from "./slice/migrate-slice.ts";
import { type RebuildProgress, rebuildView } from "./care/rebuild-view.ts";
import { fileOf, sliceNumbers, slicesDir } from "./slice/slice-files.ts";
import { readsOf } from "./reading/slice-reads.ts";
import { Slices, type SlicesOptions } from "./slice/slices.ts";

/** Measured: one growing file falls from 30k to 12k rows/s, files of this many lines stay flat. */
const LINES_PER_SLICE = 250_000;

/** Fewer lines than this share of a slice are not worth a file of their own. */
const DIRECT_SHARE = 0.125;

/** The accounts alone, for commands that run beside the hub. */
export function openAccounts(dir: string): AccountStore & { close(): Promise<void> } {
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	const path = join(dir, "hub.db");
	const db = openDatabase(path);
	migrateHub(db, path);
	const tables = new AccountTables(db);
	return {
		addSecret: async (secret) => tables.addSecret(secret),
		findSecret: async (kind, hash, now) => tables.findSecret(kind, hash, now),
		takeSecret: async (kind, hash, now) => tables.takeSecret(kind, hash, now),
		dropSecret: async (kind, hash) => tables.dropSecret(kind, hash),
		agents: async () => tables.agents(),
		findAgent: async (agent) => tables.findAgent(agent),
		enrolAgent: async (agent) => tables.enrolAgent(agent),
		seenAgent: async (agent, version, at) => tables.seenAgent(agent, version, at),
		revokeAgent: async (agent, at) => tables.revokeAgent(agent, at),
		audit: async (record) => tables.audit(record),
		audits: async (page) => tables.audits(page),
		people: new PeopleTables(db),
		alerts: new AlertTables(db),
		close: async () => db.close(),
	};
}

export interface SqliteOptions extends SlicesOptions {
	linesPerSlice?: number;
	retention?: RetentionRule;
	/** absent: closed slices are packed in this thread, in small pieces */
	packElsewhere?: PackElsewhere;
	/** room on the disk that commits leave free */
	reserveBytes?: number;
	now?: () => number;
}

/** Lines without accounts: for the thread that writes them. */
export interface SqliteLines extends LineStore {
	/** the files that make up the store now: what a reader beside it opens; the same object until something changes */
	files(): StoreFiles;
	/** how far these hosts' logs are stored, or those of all that are known */
	states(hosts?: Iterable<string>): HostState[];
	/** reads what the first commit needs, before anybody waits for it */
	prepare(): void;
	/** a reader found this file damaged */
	setAside(no: number, reason: string): boolean;
	close(): void;
}

export type SqliteStore = Store & Omit<SqliteLines, "close">;

/** Throws `DataInUse` where another hub has the directory. */
export function openSqliteStore(dir: string, options: SqliteOptions = {}): SqliteStore {
	const accounts = openAccounts(dir);
	const unlock = lockStore(dir);
	const lines = openLines(dir, options);
	return {
		...accounts,
		...lines,
		close: async () => {
			lines.close();
			unlock();
			await accounts.close();
		},
	};
}

/** Throws `DataInUse` where another hub has the directory; returns what gives it back. */
export function lockStore(dir: string): () => void {
	return lockData(join(dir, "serve.lock"), dir);
}

/** For who holds the directory (`lockStore`). */
export function openLines(dir: string, options: SqliteOptions = {}): SqliteLines {
	const { now = Date.now, retention = {} } = options;
	const perSlice = options.linesPerSlice ?? LINES_PER_SLICE;
	const slices = new Slices(slicesDir(dir), perSlice, options);
	const writer = new BatchWriter(slices, new FreeSpace(dir, now, options.reserveBytes));
	const background = new Background(slices, new Retention(retention, now), options.packElsewhere);
	return {
		commit: async (batch) => {
			const result = await writer.commit(batch);
			background.start();
			return result;
		},
		commitMany: async (batches) => {
			const added = await writeMany(writer, perSlice * DIRECT_SHARE, batches);
			background.start();
			return added;
		},
		setAside: (no, reason) => writer.setAside(new SliceDamaged(no, reason)),
		info: async () => storeInfo(dir, slices, { retention, ...writer.room }),
		waiting: async (key) => waitingLines(slices, key),
		assign: async (ref, event) => assignLine(slices, ref, event),
		settled: () => background.done(),
		files: () => slices.files,
		states: (hosts) => writer.states(hosts),
		prepare: () => writer.prepare(),
		positions: async (host) => writer.positions(host),
		...guarded(readsOf(slices), (damage) => writer.setAside(damage)),
		counts: async () => writer.counts(),
		close: () => {
			writer.flush();
			background.stop();
			slices.close();
		},
	};
}

/** Batches with fewer lines than `least` are committed one by one. */
async function writeMany(
	writer: BatchWriter,
	least: number,
	batches: Iterable<LineBatch> | AsyncIterable<LineBatch>,
): Promise<number> {
	const first: LineBatch[] = [];
	let lines = 0;
	const all = (async function* () {
		yield* batches;
	})();
	while (lines < least) {
		const { done, value } = await all.next();
		if (done) {
			const results = await Promise.all(first.map((batch) => writer.commit(batch)));
			return results.reduce((sum, result) => sum + addedBy(result), 0);
		}
		first.push(value);
		lines += value.lines.length;
	}
	return writer.commitMany(
		(async function* () {
			yield* first.splice(0);
			yield* all;
		})(),
	);
}

function addedBy(result: CommitResult): number {
	if (result.outcome !== "committed") throw new Error("the store is at another place than it said");
	return result.added;
}

/** Makes every slice's view anew; returns how many there are. Throws `DataInUse` where a hub has the directory. */
export function rebuildStore(dir: string, progress: RebuildProgress): number {
	const unlock = lockStore(dir);
	try {
		const files = sliceNumbers(slicesDir(dir)).map((no) => ({ no, path: join(slicesDir(dir), fileOf(no)) }));
		for (const { path } of files) migrateSlice(path);
		rebuildView(files, progress, true);
		return files.length;
	} finally {
		unlock();
	}
}
