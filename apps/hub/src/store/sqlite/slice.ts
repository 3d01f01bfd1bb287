/**
 * One slice file, read side: hops by queue key, by term and by time, and what the slice says of itself. Closed slices are
 * only read; the newest one is written by `SliceWriter` over the same connection.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Hop } from "@mailtrail/core/trace";
import type { Position } from "@mailtrail/core/wire";
import type { LinePlace } from "../line-ref.ts";
import type { GapRecord, LineCount } from "../store.ts";
import { hashTerm } from "../term-hash.ts";
import { rowOf } from "./blocks.ts";
import { damageOf } from "./damage.ts";
import { KeyFilter, writeKeyFilter } from "./key-filter.ts";
import { openDatabase } from "./open-database.ts";
import { LONGEST_STAY_MS, OFFSET_LIMIT, SLICE_VERSION } from "./slice-schema.ts";
import { TermIndex } from "./term-index.ts";

export type Generation = Omit<LinePlace, "offset">;

export interface HopRow {
	no: number;
	key: string;
	first_at: number;
	/** peers of the hop that were known as hosts of ours when it was counted, as JSON */
	own?: string;
	body: string;
}

/** Strictly below (at, no), newest first. */
export interface SliceBound {
	at: number;
	no: number;
	endsAfter: number;
}

export class Slice {
	readonly no: number;
	readonly db: DatabaseSync;
	readonly #generations = new Map<number, Generation>();
	/** read beside the thread that writes it: what that has begun since is looked up */
	readonly #followed: boolean;
	readonly #statements = new Map<string, StatementSync>();
	/** of a slice that is not packed */
	readonly terms = new TermIndex(this);
	readonly path: string;
	/** only read from, packed or to be packed */
	readonly isClosed: boolean;
	#filter: KeyFilter | undefined;
	#active: { from: number; to: number } | undefined;
	/** false: only hops and sums are left of it */
	#hasLines = true;

	/** A closed slice is only read and its key filter holds; the newest one is still written to. */
	constructor(no: number, path: string, closed: boolean, readOnly = closed) {
		this.no = no;
		this.isClosed = closed;
		this.path = path;
		this.db = openDatabase(path, { readOnly });
		// there may be hundreds, in every thread: the operating system keeps what is read often
		if (readOnly) this.db.exec("PRAGMA cache_size = -512");
		const version = this.one("SELECT value FROM meta WHERE name = 'version'")?.value;
		if (version !== SLICE_VERSION) {
			throw new Error(`${path} is of store version ${String(version)}, this hub reads ${SLICE_VERSION}`);
		}
		this.#followed = readOnly && !closed;
		this.#readGenerations();
		this.#hasLines = this.one("SELECT 1 FROM meta WHERE name = 'lines-gone'") === undefined;
		const bits = closed && this.one("SELECT value FROM meta WHERE name = 'key-filter'")?.value;
		if (bits instanceof Uint8Array) this.#filter = new KeyFilter(bits);
	}

	#readGenerations(): void {
		for (const row of this.all("SELECT no, host, source, generation FROM generations")) {
			this.#generations.set(Number(row.no), placeOf(row));
		}
	}

	/** Number → content of a source, with those of a host that came, or a log that was rotated, since this was opened. */
	get generations(): Map<number, Generation> {
		if (this.#followed) this.#readGenerations();
		return this.#generations;
	}

	/** False only when the slice surely has nothing of this queue key or term. */
	mayHave(key: string): boolean {
		return this.#filter === undefined || this.#filter.mayHave(key);
	}

	get hasLines(): boolean {
		return this.#hasLines;
	}

	/** They went before the rest (`retention.ts`). */
	linesAreGone(): void {
		this.#hasLines = false;
	}

	/** Lines of this queue are here, and were not when its older slices were written: its hops are those that stand here. */
	hasLinesOf(key: string): boolean {
		if (!this.mayHave(key)) return false;
		const has = (table: string) =>
			this.one(`SELECT 1 FROM ${table} WHERE key = ? LIMIT 1`, key) !== undefined;
		return has("hops") || (this.#hasLines && has("line_keys"));
	}

	hopRowsOf(key: string): HopRow[] {
		if (!this.mayHave(key)) return [];
		return this.#hopRows("SELECT no, key, first_at, own, body FROM hops WHERE key = ?", key);
	}

	hopRowsByTime(bound: SliceBound, limit: number): HopRow[] {
		const sql = `SELECT no, key, first_at, own, body FROM hops
			WHERE (first_at, no) < (?, ?) AND first_at >= ? AND last_at >= ?
			ORDER BY first_at DESC, no DESC LIMIT ?`;
		const { at, no, endsAfter } = bound;
		return this.#hopRows(sql, at, no, endsAfter - LONGEST_STAY_MS, Math.floor(endsAfter), limit);
	}

	hopRowsByTerm(term: string, bound: SliceBound, limit: number): HopRow[] {
		const sql = `SELECT h.no, h.key, h.first_at, h.own, h.body FROM hop_terms t JOIN hops h ON h.no = t.hop
			WHERE t.term = ? AND (t.first_at, t.hop) < (?, ?) AND t.first_at >= ? AND h.last_at >= ?
			ORDER BY t.first_at DESC, t.hop DESC LIMIT ?`;
		if (!this.mayHave(term)) return [];
		if (!this.terms.isEmpty) return this.#hopRowsByRuns(hashTerm(term), bound, limit);
		const { at, no, endsAfter } = bound;
		const since = endsAfter - LONGEST_STAY_MS;
		return this.#hopRows(sql, hashTerm(term), at, no, since, Math.floor(endsAfter), limit);
	}

	/** Row numbers of hops with this term, nearest in time to `around`, up to `each` on either side. */
	hopNosNear(term: string, around: number, each: number): { no: number; at: number }[] {
		if (!this.mayHave(term)) return [];
		const select = "SELECT hop, first_at FROM hop_terms WHERE term = ?";
		const hash = hashTerm(term);
		if (!this.terms.isEmpty) return this.terms.near(hash, around, each);
		return [
			...this.all(`${select} AND first_at <= ? ORDER BY first_at DESC LIMIT ?`, hash, around, each),
			...this.all(`${select} AND first_at > ? ORDER BY first_at LIMIT ?`, hash, around, each),
		].map((row) => ({ no: Number(row.hop), at: Number(row.first_at) }));
	}

	/** An entry whose time is not that of its hop is stale: the hop has another one. */
	#hopRowsByRuns(hash: number, { at, no, endsAfter }: SliceBound, limit: number): HopRow[] {
		const sql =
			"SELECT no, key, first_at, own, body FROM hops WHERE no = ? AND first_at = ? AND last_at >= ?";
		const rows: HopRow[] = [];
		for (const place of this.terms.descend(hash, { at, no })) {
			if (rows.length >= limit || place.at < endsAfter - LONGEST_STAY_MS) break;
			rows.push(...this.#hopRows(sql, place.no, place.at, Math.floor(endsAfter)));
		}
		return rows;
	}

	hopRow(no: number): HopRow | undefined {
		return this.#hopRows("SELECT no, key, first_at, own, body FROM hops WHERE no = ?", no)[0];
	}

	hopRowsAfter(no: number, limit: number): HopRow[] {
		const sql = "SELECT no, key, first_at, own, body FROM hops WHERE no > ? ORDER BY no LIMIT ?";
		return this.#hopRows(sql, no, limit);
	}

	countTerm(term: string, cap: number): number {
		const sql = "SELECT count(*) AS n FROM (SELECT 1 FROM hop_terms WHERE term = ? LIMIT ?)";
		if (this.mayHave(term) && !this.terms.isEmpty) return this.terms.count(hashTerm(term), cap);
		return this.mayHave(term) ? Number(this.one(sql, hashTerm(term), cap)?.n ?? 0) : 0;
	}

	/** First lines of the oldest and the newest hop. */
	timeRange(): { from: number; to: number } | undefined {
		const row = this.one(
			`SELECT (SELECT first_at FROM hops ORDER BY first_at LIMIT 1) AS low,
				(SELECT first_at FROM hops ORDER BY first_at DESC LIMIT 1) AS high`,
		);
		if (typeof row?.low !== "number" || typeof row.high !== "number") return undefined;
		return { from: row.low, to: row.high };
	}

	/** From the first line of a hop to the last one; of the newest slice, without an end. */
	activeRange(): { from: number; to: number } | undefined {
		if (this.#active) return this.#active;
		if (!this.isClosed) {
			const first = this.one("SELECT first_at FROM hops ORDER BY first_at LIMIT 1")?.first_at;
			return typeof first === "number" ? { from: first, to: Number.POSITIVE_INFINITY } : undefined;
		}
		const row = this.one("SELECT min(first_at) AS low, max(last_at) AS high FROM hops");
		if (typeof row?.low !== "number" || typeof row.high !== "number") return undefined;
		this.#active = { from: row.low, to: row.high };
		return this.#active;
	}

	/** The number of a content of a source here; undefined where it has no line of it. */
	generationNo({ host, source, generation }: Generation): number | undefined {
		const find = (all: Map<number, Generation>) => {
			for (const [no, known] of all)
				if (known.host === host && known.source === source && known.generation === generation) return no;
			return undefined;
		};
		return find(this.#generations) ?? (this.#followed ? find(this.generations) : undefined);
	}

	positions(): { host: string; touched: number; position: Position }[] {
		return this.all("SELECT host, touched, body FROM positions").map((row) => ({
			host: String(row.host),
			touched: Number(row.touched),
			position: JSON.parse(String(row.body)),
		}));
	}

	counts(): Map<string, LineCount> {
		const rows = this.all("SELECT host, lines, unparsed FROM counts");
		return new Map(
			rows.map((row) => [String(row.host), { lines: Number(row.lines), unparsed: Number(row.unparsed) }]),
		);
	}

	gaps(host: string, limit: number): GapRecord[] {
		const sql =
			"SELECT at, source, bytes, reason, from_at, until_at FROM gaps WHERE host = ? ORDER BY no DESC LIMIT ?";
		return this.all(sql, host, limit).map(
			({ at, source, bytes, reason, from_at: from, until_at: until }) => ({
				at: Number(at),
				source: String(source),
				bytes: Number(bytes),
				reason: String(reason),
				...(from !== null && { from: Number(from) }),
				...(until !== null && { until: Number(until) }),
			}),
		);
	}

	placeOfLine(id: number): LinePlace {
		const no = Math.floor(id / OFFSET_LIMIT);
		const generation = this.#generations.get(no) ?? this.generations.get(no);
		if (!generation) throw new Error(`slice ${this.no} has a line of the unknown generation ${no}`);
		return { ...generation, offset: id - no * OFFSET_LIMIT };
	}

	/** Written when the slice is closed, so that nothing that it has not is looked for in it. */
	writeKeyFilter(): void {
		writeKeyFilter(this.db, this.terms.merged().terms);
	}

	all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
		return this.#guard(() => this.#statement(sql).all(...values));
	}

	one(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
		return this.#guard(() => this.#statement(sql).get(...values));
	}

	run(sql: string, ...values: SQLInputValue[]): number {
		return this.#guard(() => Number(this.#statement(sql).run(...values).lastInsertRowid));
	}

	/** False where the row was there already. */
	insert(sql: string, ...values: SQLInputValue[]): boolean {
		return this.#guard(() => Number(this.#statement(sql).run(...values).changes) > 0);
	}

	close(): void {
		this.db.close();
	}

	#hopRows(sql: string, ...values: SQLInputValue[]): HopRow[] {
		return this.all(sql, ...values).map((row) => ({
			no: Number(row.no),
			key: String(row.key),
			first_at: Number(row.first_at),
			...(typeof row.own === "string" && { own: row.own }),
			body: row.body === "" ? (rowOf(this, "hop_blocks", Number(row.no)) ?? "") : String(row.body),
		}));
	}

	/** What SQLite says of a broken file becomes `SliceDamaged`. */
	#guard<T>(work: () => T): T {
		try {
			return work();
		} catch (error) {
			throw damageOf(error, this.no) ?? error;
		}
	}

	#statement(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (!statement) {
			statement = this.db.prepare(sql);
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}

export function readHop(row: HopRow): Hop {
	return JSON.parse(row.body);
}

function placeOf(row: Record<string, unknown>): Generation {
	return { host: String(row.host), source: String(row.source), generation: String(row.generation) };
}
