/**
 * One slice file, read side: hops by queue key, by term and by time, and what the slice says of itself. Closed slices are
 * only read; the newest one is written by `SliceWriter` over the same connection.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Position } from "@mailtrail/core/wire";
import { type LinePlace, nameOfLines } from "../../line-ref.ts";
import type { GapRecord, LineCount } from "../../store.ts";
import { hashTerm } from "../../term-hash.ts";
import { damageOf, SliceDamaged } from "./damage.ts";
import { type HopReads, type HopRow, OpenHops, type SliceBound } from "./hop-rows.ts";
import { writeKeyFilter } from "./key-filter.ts";
import { openDatabase } from "../open-database.ts";
import { PackedHops } from "../packed/packed-hops.ts";
import { PackedLines } from "../packed/packed-lines.ts";
import { PACKED } from "../packed/tables.ts";
import { OFFSET_LIMIT, SLICE_VERSION } from "./slice-schema.ts";
import { TermIndex } from "./term-index.ts";

export { type HopRow, readHop, type SliceBound } from "./hop-rows.ts";
export type Generation = Omit<LinePlace, "offset">;

/** how many were opened in this thread */
let opened = 0;

export class Slice {
	readonly no: number;
	/** names it in memory: a file as it was before it was made anew, and after, are two */
	readonly opened = opened++;
	readonly db: DatabaseSync;
	readonly #generations = new Map<number, Generation>();
	/** by the names of their lines; those that were begun since are added when one is looked for */
	readonly #numbers = new Map<string, number>();
	/** read beside the thread that writes it: what that has begun since is looked up */
	readonly #followed: boolean;
	/** followed: of queues whether it has lines of them, until the next `refresh` */
	readonly #withLines = new Map<string, boolean>();
	readonly #statements = new Map<string, StatementSync>();
	/** of a slice that is not packed */
	readonly terms = new TermIndex(this);
	readonly path: string;
	/** only read from, packed or to be packed */
	readonly isClosed: boolean;
	#view: number | undefined;
	#range: { from: number; to: number } | undefined;
	#active: { from: number; to: number } | undefined;
	/** false: only hops and sums are left of it */
	#hasLines = true;
	#hops: HopReads = new OpenHops(this);
	#packed: { hops: PackedHops; lines: PackedLines } | undefined;

	/** A closed slice is only read; the newest one is still written to. */
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
		if (this.one("SELECT value FROM meta WHERE name = 'packed'")?.value === PACKED)
			this.#packed = { hops: new PackedHops(this), lines: new PackedLines(this) };
		if (this.#packed) this.#hops = this.#packed.hops;
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

	/** Of a closed slice, what it surely has not (`key-filter.ts`). */
	keyFilter(): Uint8Array | undefined {
		const bits = this.one("SELECT value FROM meta WHERE name = 'key-filter'")?.value;
		return bits instanceof Uint8Array ? bits : undefined;
	}

	/** The thread that writes it may have committed since: a reader beside it looks again. */
	refresh(): void {
		this.terms.refresh();
		this.#withLines.clear();
	}

	get hops(): HopReads {
		return this.#hops;
	}

	/** Of a packed slice, what it has in place of lines, hops and terms in rows. */
	get packed(): { hops: PackedHops; lines: PackedLines } | undefined {
		return this.#packed;
	}

	/** Its lines stand in rows again (`pack-slice.ts`). */
	isUnpacked(): void {
		this.#packed = undefined;
		this.#hops = new OpenHops(this);
	}

	/** Which core's view of the lines its hops are; absent: they have to be made first. */
	get view(): number | undefined {
		if (this.isClosed && this.#view !== undefined) return this.#view;
		const value = this.one("SELECT value FROM meta WHERE name = 'view'")?.value;
		this.#view = typeof value === "number" ? value : undefined;
		return this.#view;
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
		if (!this.#followed) return this.#findLinesOf(key);
		let has = this.#withLines.get(key);
		if (has === undefined) {
			has = this.#findLinesOf(key);
			this.#withLines.set(key, has);
		}
		return has;
	}

	#findLinesOf(key: string): boolean {
		if (this.hops.has(key)) return true;
		if (!this.#hasLines) return false;
		if (this.packed) return this.packed.lines.ofKey(key).next().done === false;
		return this.one("SELECT 1 FROM line_keys WHERE key = ? LIMIT 1", key) !== undefined;
	}

	hopRowsOf(key: string): HopRow[] {
		return this.hops.ofKey(key);
	}

	hopRowsByTerm(term: string, bound: SliceBound, limit: number): HopRow[] {
		return this.hops.byTerm(hashTerm(term), bound, limit);
	}

	/** Places of hops with this term, nearest in time to `around`, up to `each` on either side. */
	placesNear(term: string, around: number, each: number): { place: number; at: number }[] {
		return this.hops.near(hashTerm(term), around, each);
	}

	countTerm(term: string, cap: number): number {
		return this.hops.count(hashTerm(term), cap);
	}

	/** First lines of the oldest and the newest hop. */
	timeRange(): { from: number; to: number } | undefined {
		if (!this.isClosed) return this.hops.range();
		this.#range ??= this.hops.range();
		return this.#range;
	}

	/** From the first line of a hop to the last one; of the newest slice, without an end. */
	activeRange(): { from: number; to: number } | undefined {
		if (this.#active) return this.#active;
		if (!this.isClosed) {
			const from = this.hops.range()?.from;
			return from === undefined ? undefined : { from, to: Number.POSITIVE_INFINITY };
		}
		this.#active = this.hops.activeRange();
		return this.#active;
	}

	/** The number of a content of a source here; undefined where it has no line of it. */
	generationNo({ host, source, generation }: Generation): number | undefined {
		const name = nameOfLines({ host, source, generation });
		const known = this.#numbers.get(name);
		if (known !== undefined || (!this.#followed && this.#numbers.size === this.#generations.size))
			return known;
		for (const [no, each] of this.generations) this.#numbers.set(nameOfLines(each), no);
		return this.#numbers.get(name);
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

	generationOf(no: number): Generation {
		const { host, source, generation } = this.placeOfLine(no * OFFSET_LIMIT);
		return { host, source, generation };
	}

	/** Written when the slice is closed, so that nothing that it has not is looked for in it. */
	writeKeyFilter(): void {
		writeKeyFilter(this.db);
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

	/** Reads something packed; what cannot be unpacked is a broken file too. */
	unpack<T>(work: () => T): T {
		try {
			return work();
		} catch (error) {
			throw error instanceof Error ? new SliceDamaged(this.no, error.message) : error;
		}
	}

	close(): void {
		this.db.close();
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

function placeOf(row: Record<string, unknown>): Generation {
	return { host: String(row.host), source: String(row.source), generation: String(row.generation) };
}
