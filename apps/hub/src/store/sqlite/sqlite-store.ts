/**
 * The embedded store: `hub.db` for agents and secrets, `slices/NNNNNN.db` for lines, hops and positions. One process
 * writes the slices (it holds `serve.lock`); commands may open the accounts beside it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AccountStore } from "../account-store.ts";
import type { CommitResult, LineBatch, Store, StoreFiles } from "../store.ts";
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
import type { OnDamaged } from "./slice/open-slices.ts";
import { Slices } from "./slice/slices.ts";

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

export interface SqliteOptions {
	linesPerSlice?: number;
	onRebuild?: RebuildProgress;
	/** told when a file could not be read and was set aside */
	onDamaged?: OnDamaged;
	retention?: RetentionRule;
	/** absent: closed slices are packed in this thread, in small pieces */
	packElsewhere?: PackElsewhere;
	/** room on the disk that commits leave free */
	reserveBytes?: number;
	now?: () => number;
}

export interface SqliteStore extends Store {
	/** the files that make up the store now: what a reader beside it opens; the same object until something changes */
	files(): StoreFiles;
	/** reads what the first commit needs, before anybody waits for it */
	prepare(): void;
	/** a reader found this file damaged */
	setAside(no: number, reason: string): boolean;
}

/** Throws `DataInUse` where another hub has the directory. */
export function openSqliteStore(dir: string, options: SqliteOptions = {}): SqliteStore {
	const { now = Date.now, retention = {}, onDamaged } = options;
	const accounts = openAccounts(dir);
	const unlock = lockData(join(dir, "serve.lock"), dir);
	const perSlice = options.linesPerSlice ?? LINES_PER_SLICE;
	const slices = new Slices(slicesDir(dir), perSlice, options.onRebuild, onDamaged);
	const writer = new BatchWriter(slices, new FreeSpace(dir, now, options.reserveBytes));
	const background = new Background(slices, new Retention(retention, now), options.packElsewhere);
	return {
		...accounts,
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
		prepare: () => writer.prepare(),
		positions: async (host) => writer.positions(host),
		...guarded(readsOf(slices), (damage) => writer.setAside(damage)),
		counts: async () => writer.counts(),
		close: async () => {
			writer.flush();
			background.stop();
			slices.close();
			unlock();
			await accounts.close();
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
	const unlock = lockData(join(dir, "serve.lock"), dir);
	try {
		const files = sliceNumbers(slicesDir(dir)).map((no) => ({ no, path: join(slicesDir(dir), fileOf(no)) }));
		for (const { path } of files) migrateSlice(path);
		rebuildView(files, progress, true);
		return files.length;
	} finally {
		unlock();
	}
}
