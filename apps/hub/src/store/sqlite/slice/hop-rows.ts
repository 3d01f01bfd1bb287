/** The hops of one slice as whoever reads it sees them, and those of a slice that is not packed: rows of a table. */
import type { SQLInputValue } from "node:sqlite";
import { saysAll } from "@mailtrail/core/query";
import type { Hop } from "@mailtrail/core/trace";
import { rowOf } from "./blocks.ts";
import type { Slice } from "./slice.ts";
import { LONGEST_STAY_MS } from "./slice-schema.ts";
import type { TermPlace } from "./term-run.ts";

export interface HopRow {
	no: number;
	key: string;
	first_at: number;
	/** peers of the hop that were known as hosts of ours when it was counted, as JSON */
	own?: string | undefined;
	/** where it stands in this slice, for `HopReads.at` */
	place: number;
	body: string;
	/** of a packed slice, in place of the body */
	hop?: Hop;
}

/** Strictly below (at, no), newest first. */
export interface SliceBound {
	at: number;
	no: number;
	endsAfter: number;
}

export interface Said {
	rows: HopRow[];
	/** where there may be more: below this */
	next?: Pick<SliceBound, "at" | "no">;
}

/** Terms are numbers (`term-hash.ts`). */
export interface HopReads {
	has(key: string): boolean;
	ofKey(key: string): HopRow[];
	byTime(bound: SliceBound, limit: number): HopRow[];
	byTerm(term: number, bound: SliceBound, limit: number): HopRow[];
	/** Some of those that have all of these in one text. */
	saying(pieces: readonly string[], bound: SliceBound, limit: number): Said;
	/** Places of hops with a term, nearest in time to `around`, up to `each` on either side. */
	near(term: number, around: number, each: number): { place: number; at: number }[];
	/** Undefined where nothing stands, and in an open slice where it is one of the queue `but`: its text may be megabytes, and is not read. */
	at(place: number, but?: string): HopRow | undefined;
	/** Behind a place; -1 is before the first. */
	after(place: number, limit: number): HopRow[];
	count(term: number, cap: number): number;
	/** first lines of the oldest and the newest hop */
	range(): { from: number; to: number } | undefined;
	/** from the first line of a hop to the last one */
	activeRange(): { from: number; to: number } | undefined;
	/** Peers of a hop that are known as hosts of ours now. */
	setOwn(no: number, own: string | null): void;
}

export function readHop(row: HopRow): Hop {
	return row.hop ?? JSON.parse(row.body);
}

/** Letters without case to SQLite, and to JSON and LIKE themselves; the longest run of them that a text must have. */
const PLAIN = /[a-z0-9@.:/=+<>-]+/g;

function likePattern(pieces: readonly string[]): string {
	const runs = pieces.flatMap((piece) => piece.match(PLAIN) ?? []);
	return `%${runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "")}%`;
}

const COLUMNS = "no, key, first_at, own, body";
/** of a term; no more than one page asks for */
const PLACES_AT_ONCE = 64;

export class OpenHops implements HopReads {
	readonly #slice: Slice;

	constructor(slice: Slice) {
		this.#slice = slice;
	}

	/** False: an earlier version closed this slice, its terms stand in `hop_terms`. */
	get #isInRuns(): boolean {
		return !this.#slice.isClosed || !this.#slice.terms.isEmpty;
	}

	has(key: string): boolean {
		return this.#slice.one("SELECT 1 FROM hops WHERE key = ? LIMIT 1", key) !== undefined;
	}

	ofKey(key: string): HopRow[] {
		return this.#rows(`SELECT ${COLUMNS} FROM hops WHERE key = ?`, key);
	}

	byTime({ at, no, endsAfter }: SliceBound, limit: number): HopRow[] {
		const sql = `SELECT ${COLUMNS} FROM hops
			WHERE (first_at, no) < (?, ?) AND first_at >= ? AND last_at >= ?
			ORDER BY first_at DESC, no DESC LIMIT ?`;
		return this.#rows(sql, at, no, endsAfter - LONGEST_STAY_MS, Math.floor(endsAfter), limit);
	}

	byTerm(term: number, bound: SliceBound, limit: number): HopRow[] {
		if (this.#isInRuns) return this.#byRuns(term, bound, limit);
		const sql = `SELECT h.no, h.key, h.first_at, h.own, h.body FROM hop_terms t JOIN hops h ON h.no = t.hop
			WHERE t.term = ? AND (t.first_at, t.hop) < (?, ?) AND t.first_at >= ? AND h.last_at >= ?
			ORDER BY t.first_at DESC, t.hop DESC LIMIT ?`;
		const { at, no, endsAfter } = bound;
		return this.#rows(sql, term, at, no, endsAfter - LONGEST_STAY_MS, Math.floor(endsAfter), limit);
	}

	/** No index: every body is looked at, by SQLite first. */
	saying(pieces: readonly string[], { at, no, endsAfter }: SliceBound, limit: number): Said {
		// the body of one that an earlier version packed stands elsewhere
		const sql = `SELECT ${COLUMNS} FROM hops
			WHERE (first_at, no) < (?, ?) AND first_at >= ? AND last_at >= ? AND (body LIKE ? OR body = '')
			ORDER BY first_at DESC, no DESC LIMIT ?`;
		const since = endsAfter - LONGEST_STAY_MS;
		const found = this.#rows(sql, at, no, since, Math.floor(endsAfter), likePattern(pieces), limit);
		const rows = found.filter((row) => saysAll(readHop(row), pieces));
		const last = found.length < limit ? undefined : found.at(-1);
		return { rows, ...(last && { next: { at: last.first_at, no: last.no } }) };
	}

	near(term: number, around: number, each: number): { place: number; at: number }[] {
		if (this.#isInRuns)
			return this.#slice.terms.near(term, around, each).map(({ no, at }) => ({ place: no, at }));
		const select = "SELECT hop, first_at FROM hop_terms WHERE term = ?";
		return [
			...this.#slice.all(`${select} AND first_at <= ? ORDER BY first_at DESC LIMIT ?`, term, around, each),
			...this.#slice.all(`${select} AND first_at > ? ORDER BY first_at LIMIT ?`, term, around, each),
		].map((row) => ({ place: Number(row.hop), at: Number(row.first_at) }));
	}

	at(place: number, but = ""): HopRow | undefined {
		return this.#rows(`SELECT ${COLUMNS} FROM hops WHERE no = ? AND key <> ?`, place, but)[0];
	}

	after(place: number, limit: number): HopRow[] {
		return this.#rows(`SELECT ${COLUMNS} FROM hops WHERE no > ? ORDER BY no LIMIT ?`, place, limit);
	}

	/** Behind a row, oldest first: as a packed slice has them. */
	following({ at, no }: Pick<SliceBound, "at" | "no">, limit: number): HopRow[] {
		const sql = `SELECT ${COLUMNS} FROM hops WHERE (first_at, no) > (?, ?) ORDER BY first_at, no LIMIT ?`;
		return this.#rows(sql, at, no, limit);
	}

	count(term: number, cap: number): number {
		if (this.#isInRuns) return this.#slice.terms.count(term, cap);
		const sql = "SELECT count(*) AS n FROM (SELECT 1 FROM hop_terms WHERE term = ? LIMIT ?)";
		return Number(this.#slice.one(sql, term, cap)?.n ?? 0);
	}

	range(): { from: number; to: number } | undefined {
		return this.#span(
			`SELECT (SELECT first_at FROM hops ORDER BY first_at LIMIT 1) AS low,
				(SELECT first_at FROM hops ORDER BY first_at DESC LIMIT 1) AS high`,
		);
	}

	activeRange(): { from: number; to: number } | undefined {
		return this.#span("SELECT min(first_at) AS low, max(last_at) AS high FROM hops");
	}

	setOwn(no: number, own: string | null): void {
		this.#slice.run("UPDATE hops SET own = ? WHERE no = ?", own, no);
	}

	/**
	 * Many places at a time: of a name that thousands of hops have, few may have been there after `endsAfter`, and to ask for each alone
	 * takes ten times as long.
	 */
	#byRuns(term: number, { at, no, endsAfter }: SliceBound, limit: number): HopRow[] {
		const rows: HopRow[] = [];
		let some: TermPlace[] = [];
		const read = () => {
			rows.push(...this.#ofPlaces(some, endsAfter));
			some = [];
		};
		for (const place of this.#slice.terms.descend(term, { at, no })) {
			if (place.at < endsAfter - LONGEST_STAY_MS) break;
			some.push(place);
			if (some.length === PLACES_AT_ONCE) read();
			if (rows.length >= limit) break;
		}
		read();
		return rows.slice(0, limit);
	}

	/** An entry whose time is not that of its hop is stale: the hop has another one. */
	#ofPlaces(places: readonly TermPlace[], endsAfter: number): HopRow[] {
		const sql = `SELECT ${COLUMNS} FROM hops WHERE no IN (SELECT value FROM json_each(?)) AND last_at >= ?`;
		const nos = JSON.stringify(places.map((place) => place.no));
		const rows = new Map(this.#rows(sql, nos, Math.floor(endsAfter)).map((row) => [row.no, row]));
		return places.flatMap((place) => {
			const row = rows.get(place.no);
			return row?.first_at === place.at ? row : [];
		});
	}

	#span(sql: string): { from: number; to: number } | undefined {
		const row = this.#slice.one(sql);
		if (typeof row?.low !== "number" || typeof row.high !== "number") return undefined;
		return { from: row.low, to: row.high };
	}

	#rows(sql: string, ...values: SQLInputValue[]): HopRow[] {
		return this.#slice.all(sql, ...values).map((row) => ({
			no: Number(row.no),
			place: Number(row.no),
			key: String(row.key),
			first_at: Number(row.first_at),
			...(typeof row.own === "string" && { own: row.own }),
			body: row.body === "" ? (rowOf(this.#slice, "hop_blocks", Number(row.no)) ?? "") : String(row.body),
		}));
	}
}
