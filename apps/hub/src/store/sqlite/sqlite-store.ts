/**
 * The embedded store: `hub.db` for agents and secrets, `slices/NNNNNN.db` for lines, hops and positions. One process
 * writes the slices (it holds `serve.lock`); commands may open the accounts beside it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Position } from "@mailtrail/core/wire";
import { type LinePlace, readRef } from "../line-ref.ts";
import type {
	AccountStore,
	CommitResult,
	LineBatch,
	LineCount,
	LineReads,
	Store,
	StoredLine,
} from "../store.ts";
import { AccountTables } from "./account-tables.ts";
import { commitBatch } from "./commit-batch.ts";
import { lockData } from "./data-lock.ts";
import { migrateHub } from "./hub-migrations.ts";
import { openDatabase } from "./open-database.ts";
import { PeopleTables } from "./people-tables.ts";
import { estimate, findHops, hopsOfQueue, hopsWithKeys } from "./read-hops.ts";
import { migrateSlice } from "./migrate-slice.ts";
import { type RebuildProgress, rebuildView } from "./rebuild-view.ts";
import { fileOf, sliceNumbers, slicesDir } from "./slice-files.ts";
import { readHostLines } from "./read-host-lines.ts";
import { readSums, readWayDetails, readWays } from "./read-sums.ts";
import { completeTerm } from "./read-terms.ts";
import { Slices, type SliceSet } from "./slices.ts";
import { triesFrom, triesTo } from "./tries-table.ts";
import { assignLine, waitingLines } from "./waiting-lines.ts";

/** Measured: one growing file falls from 30k to 12k rows/s, files of this many lines stay flat. */
const LINES_PER_SLICE = 250_000;
const GAPS_SHOWN = 50;
/** between two pieces of work that may wait */
const PAUSE_MS = 20;

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
		close: async () => db.close(),
	};
}

/** Throws `DataInUse` where another hub has the directory. */
export function openSqliteStore(
	dir: string,
	options: { linesPerSlice?: number; onRebuild?: RebuildProgress } = {},
): Store {
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

/** Runs pieces of work between other work until there is none. */
class Idle {
	readonly #piece: () => boolean;
	#timer: NodeJS.Timeout | undefined;
	#ended: (() => void)[] = [];

	constructor(piece: () => boolean) {
		this.#piece = piece;
	}

	start(): void {
		this.#timer ??= setTimeout(() => this.#run(), PAUSE_MS);
	}

	async done(): Promise<void> {
		this.start();
		await new Promise<void>((resolve) => this.#ended.push(resolve));
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#run(): void {
		this.#timer = undefined;
		if (this.#piece()) return this.start();
		for (const ended of this.#ended.splice(0)) ended();
	}
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

/** Every question that is answered by reading slices alone. */
export function readsOf(slices: SliceSet): LineReads {
	return {
		hopsWithKeys: async (keys, around, perKey) => hopsWithKeys(slices, keys, around, perKey),
		hopsOfQueue: async (stem) => hopsOfQueue(slices, stem),
		findHops: async (request) => findHops(slices, request),
		estimate: async (anyOf, cap) => estimate(slices, anyOf, cap),
		triesTo: async (destination, since) => triesTo(slices, destination, since),
		triesFrom: async (host, since, limit) => triesFrom(slices, host, since, limit),
		sums: async (request) => readSums(slices, request),
		ways: async (request) => readWays(slices, request),
		wayDetails: async (request) => readWayDetails(slices, request),
		ownPeers: async () => ownPeersOf(slices),
		complete: async (field, prefix, limit) => completeTerm(slices, field, prefix, limit),
		lines: async (refs) => refs.flatMap((ref) => findLine(slices, readRef(ref)) ?? []),
		hostLines: async (request) => readHostLines(slices, request),
		timeRange: async () => timeRangeOf(slices),
		gaps: async (host) =>
			slices.newestFirst.flatMap((slice) => slice.gaps(host, GAPS_SHOWN)).slice(0, GAPS_SHOWN),
	};
}

function ownPeersOf(slices: SliceSet): Map<string, string> {
	const rows = slices.newestFirst[0]?.all("SELECT peer, host FROM own_peers") ?? [];
	return new Map(rows.map(({ peer, host }) => [String(peer), String(host)]));
}

function timeRangeOf(slices: SliceSet): { from: number; to: number } | undefined {
	const ranges = slices.newestFirst.flatMap((slice) => slice.timeRange() ?? []);
	if (ranges.length === 0) return undefined;
	return {
		from: Math.min(...ranges.map(({ from }) => from)),
		to: Math.max(...ranges.map(({ to }) => to)),
	};
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

function findLine(slices: SliceSet, place: LinePlace | undefined): StoredLine | undefined {
	if (!place) return undefined;
	for (const slice of slices.newestFirst) {
		const line = slice.line(place);
		if (line) return line;
	}
	return undefined;
}
