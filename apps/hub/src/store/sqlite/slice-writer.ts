/**
 * The newest slice, write side. Every method runs inside the caller's transaction; what it keeps in memory is taken from
 * the file, so after a rollback the slice must be opened again (`Slices.reopen`).
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { Hop } from "@mailtrail/core/trace";
import type { Position } from "@mailtrail/core/wire";
import { hopSums, type OwnHosts } from "../hop-sums.ts";
import { hopTerms, isName, keyTerms } from "../hop-terms.ts";
import type { LinePlace } from "../line-ref.ts";
import { outwardTries } from "../outward-tries.ts";
import type { LineBatch, NewLine } from "../store.ts";
import { hashTerm } from "../term-hash.ts";
import type { OwnPeers } from "./own-peers.ts";
import { type Generation, type HopRow, readHop, type Slice } from "./slice.ts";
import { GENERATIONS_PER_SLICE, OFFSET_LIMIT } from "./slice-schema.ts";
import { SumChanges } from "./sums-table.ts";
import { ADD_TRY, tryValues } from "./tries-table.ts";

/** names remembered as written */
const NAMES_MAX = 50_000;
/** hops of one id that are looked through */
const NEAR = 4;

export class SliceWriter {
	readonly slice: Slice;
	readonly #numbers = new Map<string, number>();
	readonly #sums = new SumChanges();
	readonly #own: OwnPeers;
	/** some that are written, so that most need not be again */
	readonly #names = new Set<string>();
	lines: number;

	constructor(slice: Slice, own: OwnPeers) {
		this.slice = slice;
		this.#own = own;
		this.lines = Number(slice.one("SELECT count(*) AS n FROM lines")?.n ?? 0);
		for (const [no, generation] of slice.generations) this.#numbers.set(nameOf(generation), no);
	}

	/** No room for another generation: the slice has to be closed. */
	get isFull(): boolean {
		return this.slice.generations.size >= GENERATIONS_PER_SLICE;
	}

	/** False for a line that is there already. */
	addLine(place: LinePlace, line: NewLine, keys: string[]): boolean {
		const id = this.#generationNo(place) * OFFSET_LIMIT + place.offset;
		const { raw, ...event } = line.event;
		const sql = "INSERT OR IGNORE INTO lines (id, kind, raw, event) VALUES (?, ?, ?, ?)";
		if (!this.slice.insert(sql, id, event.kind, raw, JSON.stringify(event))) return false;
		for (const key of keys)
			this.slice.run("INSERT OR IGNORE INTO line_keys (key, line) VALUES (?, ?)", key, id);
		for (const tried of outwardTries(line.event))
			this.slice.run(ADD_TRY, ...tryValues(id, place.host, tried));
		this.lines++;
		return true;
	}

	/** The line, here or in an older slice, with the queues that it belongs to. */
	assignLine(place: LinePlace, event: MailEvent, keys: string[]): void {
		if (this.addLine(place, { offset: place.offset, event }, keys)) return;
		const id = this.#generationNo(place) * OFFSET_LIMIT + place.offset;
		const { raw: _, ...body } = event;
		this.slice.run("UPDATE lines SET event = ? WHERE id = ?", JSON.stringify(body), id);
		for (const key of new Set(keys))
			this.slice.run("INSERT OR IGNORE INTO line_keys (key, line) VALUES (?, ?)", key, id);
	}

	/** Makes `hops` the hops of this queue; returns those that are new or different, and the ids that went. */
	replaceHops(key: string, hops: Hop[]): { changed: Hop[]; gone: string[] } {
		const old = this.slice.hopRowsOf(key).map((row) => ({ row, hop: readHop(row) }));
		const changed: Hop[] = [];
		for (const hop of hops) {
			const at = old.findIndex((each) => each.hop.id === hop.id);
			const [same] = at < 0 ? [] : old.splice(at, 1);
			const body = JSON.stringify(hop);
			if (same?.row.body === body) continue;
			changed.push(hop);
			if (same) this.#updateHop(same.row, same.hop, hop, body);
			else this.#insertHop(key, hop, body);
		}
		for (const { row, hop } of old) this.#deleteHop(row, hop);
		for (const hop of changed) for (const from of this.#own.learn(this, hop)) this.#proveHop(from);
		return { changed, gone: old.map((each) => each.hop.id) };
	}

	/** Whom this one has handed over to was learned after it was counted; in an older slice it stays as it is. */
	#proveHop({ queueId, id, firstAt }: Hop): void {
		for (const term of keyTerms(`q:${queueId}`))
			for (const { no } of this.slice.hopNosNear(term, firstAt, NEAR)) {
				const row = this.slice.hopRow(no);
				if (!row) continue;
				const hop = readHop(row);
				if (hop.id === id) this.countAgain(row, hop, this.#own.among(hop));
			}
	}

	/** A queue goes on here: what its hops in an older slice added to the sums is taken away. */
	takeOver(older: HopRow[]): void {
		for (const row of older) this.#sums.add(sumsOf(row), -1);
	}

	/** Other peers of this hop are known as hosts of ours now. */
	countAgain(row: HopRow, hop: Hop, own: OwnHosts): void {
		this.#sums.add(hopSums(hop, ownOf(row)), -1);
		this.#sums.add(hopSums(hop, own), 1);
		this.slice.run("UPDATE hops SET own = ? WHERE no = ?", ownText(own), row.no);
	}

	/** Ends a commit. */
	writeSums(): void {
		this.#sums.write(this.slice);
	}

	setPosition(host: string, position: Position, touched: number): void {
		this.slice.run(
			"INSERT OR REPLACE INTO positions (host, source, generation, touched, body) VALUES (?, ?, ?, ?, ?)",
			host,
			position.source,
			position.generation,
			touched,
			JSON.stringify(position),
		);
	}

	addCounts(host: string, lines: number, unparsed: number): void {
		this.slice.run(
			`INSERT INTO counts (host, lines, unparsed) VALUES (?, ?, ?) ON CONFLICT (host)
				DO UPDATE SET lines = lines + excluded.lines, unparsed = unparsed + excluded.unparsed`,
			host,
			lines,
			unparsed,
		);
	}

	addGap(host: string, at: number, source: string, gap: NonNullable<LineBatch["gap"]>): void {
		const sql =
			"INSERT INTO gaps (host, at, source, bytes, reason, from_at, until_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
		const { bytes, reason, from = null, until = null } = gap;
		this.slice.run(sql, host, at, source, bytes, reason, from, until);
	}

	#insertHop(key: string, hop: Hop, body: string): void {
		const sql = "INSERT INTO hops (key, id, first_at, last_at, own, body) VALUES (?, ?, ?, ?, ?, ?)";
		const own = this.#own.among(hop);
		const [first, last] = [Math.trunc(hop.firstAt), Math.trunc(hop.lastAt)];
		const no = this.slice.run(sql, key, hop.id, first, last, ownText(own), body);
		for (const term of hopTerms(hop)) this.#addTerm(term, hop.firstAt, no);
		this.#sums.add(hopSums(hop, own), 1);
	}

	#updateHop(row: HopRow, before: Hop, after: Hop, body: string): void {
		const { no } = row;
		const own = this.#own.among(after);
		const sql = "UPDATE hops SET first_at = ?, last_at = ?, own = ?, body = ? WHERE no = ?";
		this.slice.run(sql, Math.trunc(after.firstAt), Math.trunc(after.lastAt), ownText(own), body, no);
		this.#sums.add(hopSums(before, ownOf(row)), -1);
		this.#sums.add(hopSums(after, own), 1);
		const moved = before.firstAt !== after.firstAt;
		const had = new Set(hopTerms(before));
		const has = new Set(hopTerms(after));
		for (const term of had) if (moved || !has.has(term)) this.#dropTerm(term, before.firstAt, no);
		for (const term of has) if (moved || !had.has(term)) this.#addTerm(term, after.firstAt, no);
	}

	#deleteHop(row: HopRow, hop: Hop): void {
		this.slice.run("DELETE FROM hops WHERE no = ?", row.no);
		this.#sums.add(hopSums(hop, ownOf(row)), -1);
		for (const term of hopTerms(hop)) this.#dropTerm(term, hop.firstAt, row.no);
	}

	#addTerm(term: string, at: number, no: number): void {
		const sql = "INSERT OR IGNORE INTO hop_terms (term, first_at, hop) VALUES (?, ?, ?)";
		this.slice.run(sql, hashTerm(term), Math.trunc(at), no);
		if (isName(term)) this.#addName(term);
	}

	#dropTerm(term: string, at: number, no: number): void {
		const sql = "DELETE FROM hop_terms WHERE term = ? AND first_at = ? AND hop = ?";
		this.slice.run(sql, hashTerm(term), Math.trunc(at), no);
	}

	#addName(name: string): void {
		if (this.#names.has(name)) return;
		if (this.#names.size >= NAMES_MAX) this.#names.clear();
		this.#names.add(name);
		this.slice.run("INSERT OR IGNORE INTO names (name) VALUES (?)", name);
	}

	#generationNo(place: Generation): number {
		const name = nameOf(place);
		let no = this.#numbers.get(name);
		if (no === undefined) {
			no = this.slice.generations.size + 1;
			this.slice.run(
				"INSERT INTO generations (no, host, source, generation) VALUES (?, ?, ?, ?)",
				no,
				place.host,
				place.source,
				place.generation,
			);
			const { host, source, generation } = place;
			this.slice.generations.set(no, { host, source, generation });
			this.#numbers.set(name, no);
		}
		return no;
	}
}

function nameOf(generation: Generation): string {
	return JSON.stringify([generation.host, generation.source, generation.generation]);
}

/** What a stored hop added to the sums: with the peers that were known then. */
function sumsOf(row: HopRow): ReturnType<typeof hopSums> {
	return hopSums(readHop(row), ownOf(row));
}

function ownOf({ own }: HopRow): OwnHosts {
	return new Map<string, string>(own === undefined ? [] : Object.entries(JSON.parse(own)));
}

export function ownText(own: OwnHosts): string | null {
	return own.size === 0 ? null : JSON.stringify(Object.fromEntries(own));
}
