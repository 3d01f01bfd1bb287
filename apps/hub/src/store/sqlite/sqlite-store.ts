/**
 * The embedded store: `hub.db` for agents and secrets, `slices/NNNNNN.db` for lines, hops and positions. One process
 * writes the slices (it holds `serve.lock`); commands may open the accounts beside it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Position } from "@mailtrail/core/wire";
import type { AccountStore, CommitResult, LineBatch, LineCount, Store } from "../store.ts";
import { AlertTables } from "./alert-tables.ts";
import { AccountTables } from "./account-tables.ts";
import { assignLine, waitingLines } from "./waiting-lines.ts";
import { commitBatch } from "./commit-batch.ts";
import { lockData } from "./data-lock.ts";
import { migrateHub } from "./hub-migrations.ts";
import { Idle } from "./idle.ts";
import { openDatabase } from "./open-database.ts";
import { PeopleTables } from "./people-tables.ts";
import { migrateSlice } from "./migrate-slice.ts";
import { type RebuildProgress, rebuildView } from "./rebuild-view.ts";
import { fileOf, sliceNumbers, slicesDir } from "./slice-files.ts";
import { readsOf } from "./slice-reads.ts";
import { Slices } from "./slices.ts";

/** Measured: one growing file falls from 30k to 12k rows/s, files of this many lines stay flat. */
const LINES_PER_SLICE = 250_000;

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

export interface SqliteStore extends Store {
	/** the files that make up the store now, oldest first: what a reader beside it opens */
	sliceNumbers(): number[];
}

/** Throws `DataInUse` where another hub has the directory. */
export function openSqliteStore(
	dir: string,
	options: { linesPerSlice?: number; onRebuild?: RebuildProgress } = {},
): SqliteStore {
	const accounts = openAccounts(dir);
	const unlock = lockData(join(dir, "serve.lock"), dir);
	const slices = new Slices(join(dir, "slices"), options.linesPerSlice ?? LINES_PER_SLICE, options.onRebuild);
	const positions = new PositionTable(slices);
	const counts = sumCounts(slices);
	const recount = new Idle(() => slices.recountStep());
	recount.start();
	return {
		...accounts,
		commit: async (batch) => {
			const result = commit(slices, positions, counts, batch);
			recount.start();
			return result;
		},
		waiting: async (key) => waitingLines(slices, key),
		assign: async (ref, event) => assignLine(slices, ref, event),
		settled: () => recount.done(),
		sliceNumbers: () => slices.newestFirst.map(({ no }) => no).reverse(),
		positions: async (host) => positions.of(host),
		...readsOf(slices),
		counts: async () => new Map(counts),
		close: async () => {
			recount.stop();
			slices.close();
			unlock();
			await accounts.close();
		},
	};
}

/** Makes every slice's view anew; returns how many there are. Throws `DataInUse` where a hub has the directory. */
export function rebuildStore(dir: string, progress: RebuildProgress): number {
	const unlock = lockData(join(dir, "serve.lock"), dir);
	try {
		const paths = sliceNumbers(slicesDir(dir)).map((no) => join(slicesDir(dir), fileOf(no)));
		for (const path of paths) migrateSlice(path);
		rebuildView(paths, progress, true);
		return paths.length;
	} finally {
		unlock();
	}
}

function commit(
	slices: Slices,
	positions: PositionTable,
	counts: Map<string, LineCount>,
	batch: LineBatch,
): CommitResult {
	const committed = positions.offset(batch.host, batch.position);
	if (batch.from > committed && !batch.gap) return { outcome: "position-jumped", committed };
	try {
		const { unparsed, ...result } = commitBatch(slices, batch, committed);
		if (batch.position.offset >= committed) positions.set(batch.host, batch.position);
		const count = counts.get(batch.host) ?? { lines: 0, unparsed: 0 };
		counts.set(batch.host, {
			lines: count.lines + result.added,
			unparsed: count.unparsed + unparsed,
		});
		return result;
	} catch (error) {
		slices.reopen();
		throw error;
	}
}

/** What the newest slice says about every source's generations, in memory. */
class PositionTable {
	readonly #hosts = new Map<string, Map<string, Position>>();

	constructor(slices: Slices) {
		for (const { host, position } of slices.writer.slice.positions()) this.set(host, position);
	}

	of(host: string): Position[] {
		return [...(this.#hosts.get(host)?.values() ?? [])];
	}

	offset(host: string, position: Position): number {
		return this.#hosts.get(host)?.get(nameOf(position))?.offset ?? 0;
	}

	set(host: string, position: Position): void {
		let table = this.#hosts.get(host);
		if (!table) {
			table = new Map();
			this.#hosts.set(host, table);
		}
		table.set(nameOf(position), position);
	}
}

function nameOf(position: Position): string {
	return JSON.stringify([position.source, position.generation]);
}

function sumCounts(slices: Slices): Map<string, LineCount> {
	const total = new Map<string, LineCount>();
	for (const slice of slices.newestFirst) {
		for (const [host, { lines, unparsed }] of slice.counts()) {
			const sum = total.get(host) ?? { lines: 0, unparsed: 0 };
			total.set(host, { lines: sum.lines + lines, unparsed: sum.unparsed + unparsed });
		}
	}
	return total;
}
