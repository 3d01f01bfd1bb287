/**
 * The newest slice, write side. Every method runs inside the caller's transaction; what it keeps in memory is taken from
 * the file, so after a rollback the slice must be opened again (`Slices.reopen`).
 */
import type { Hop } from "@mailtrail/core/trace";
import type { Position } from "@mailtrail/core/wire";
import type { OwnHosts } from "../../hop-peers.ts";
import { hopSums, type HopSums } from "../../hop-sums.ts";
import { hopTerms, isName, keyTerms } from "../../hop-terms.ts";
import type { LineBatch } from "../../store.ts";
import { hashTerm } from "../../term-hash.ts";
import { LineWriter } from "./line-writer.ts";
import type { OwnPeers } from "./own-peers.ts";
import { type HopRow, readHop, type Slice } from "../slice/slice.ts";
import { SumChanges } from "../slice/sums-table.ts";

/** names remembered as written */
const NAMES_MAX = 50_000;
/** hops of one id that are looked through */
const NEAR = 4;
/** of so many queues at work, what was written last is at hand */
const WRITTEN_MAX = 10_000;

/** A hop as it stands in the slice, with what it added to the index and the sums. */
interface Written {
	no: number;
	hop: Hop;
	body: string;
	own: OwnHosts;
	terms: ReturnType<typeof hopTerms>;
	sums: HopSums;
}

export class SliceWriter {
	readonly slice: Slice;
	readonly lines: LineWriter;
	readonly #sums = new SumChanges();
	readonly #own: OwnPeers;
	/** some that are written, so that most need not be again */
	readonly #names = new Set<string>();
	/** hops of queues that are not done with, the queue that was touched last stands last */
	readonly #written = new Map<string, Written[]>();
	/** of queues that have hops here */
	#hopKeys: Set<string> | undefined;
	/** hops of this commit */
	#changed: Hop[] = [];

	constructor(slice: Slice, own: OwnPeers) {
		this.slice = slice;
		this.#own = own;
		this.lines = new LineWriter(slice);
	}

	/** Reads what the first commit needs of what stands here: some seconds for a full slice on a busy machine. */
	prepare(): void {
		void this.lines.queues;
		this.#keysOfHops();
	}

	/** The highest number of a hop; a higher one is given to the next. */
	get lastHop(): number {
		return Number(this.slice.one("SELECT max(no) AS no FROM hops")?.no ?? 0);
	}

	/** Whether hops of this queue stand here. */
	hasHops(key: string): boolean {
		return this.#keysOfHops().has(key);
	}

	#keysOfHops(): Set<string> {
		this.#hopKeys ??= new Set(this.slice.all("SELECT DISTINCT key FROM hops").map(({ key }) => String(key)));
		return this.#hopKeys;
	}

	/** Before the slice is closed. */
	keyLooseLines(): void {
		this.lines.keyLoose(this.#keysOfHops());
	}

	/** Makes `hops` the hops of this queue; returns those that are new or different, and the ids that went. */
	replaceHops(key: string, hops: Hop[]): { changed: Hop[]; gone: string[] } {
		const keys = this.#keysOfHops();
		const old = keys.has(key) ? this.#writtenOf(key) : [];
		if (hops.length > 0) keys.add(key);
		else keys.delete(key);
		const changed: Hop[] = [];
		const written = hops.map((hop) => {
			const at = old.findIndex((each) => each.hop.id === hop.id);
			const [same] = at < 0 ? [] : old.splice(at, 1);
			const body = JSON.stringify(hop);
			if (same?.body === body) return same;
			changed.push(hop);
			return same ? this.#updateHop(same, hop, body) : this.#insertHop(key, hop, body);
		});
		for (const each of old) this.#deleteHop(each);
		this.#keepWritten(key, written);
		this.#changed.push(...changed);
		return { changed, gone: old.map((each) => each.hop.id) };
	}

	#writtenOf(key: string): Written[] {
		return (
			this.#written.get(key) ??
			this.slice.hopRowsOf(key).map((row) => {
				const hop = readHop(row);
				const own = ownOf(row);
				return { no: row.no, hop, body: row.body, own, ...addedBy(hop, own) };
			})
		);
	}

	/** What is done with is seldom written again. */
	#keepWritten(key: string, written: Written[]): void {
		this.#written.delete(key);
		if (written.every(({ hop }) => isDone(hop))) return;
		this.#written.set(key, written);
		for (const oldest of this.#written.keys()) {
			if (this.#written.size <= WRITTEN_MAX) return;
			this.#written.delete(oldest);
		}
	}

	/** Whom this one has handed over to was learned after it was counted; in an older slice it stays as it is. */
	#proveHop({ queueId, id, firstAt }: Hop): void {
		for (const term of keyTerms(`q:${queueId}`))
			for (const { place } of this.slice.placesNear(term, firstAt, NEAR)) {
				const row = this.slice.hops.at(place);
				if (!row) continue;
				const hop = readHop(row);
				if (hop.id === id) this.countAgain(row, hop, this.#own.among(hop));
			}
	}

	/** A queue goes on here: what its hops in an older slice added to the sums is taken away. */
	takeOver(older: HopRow[]): void {
		for (const row of older) this.#sums.add(sumsOf(row), -1);
	}

	/** These hops were others when a newer slice took their queue over from them: here they count as those did. */
	countAsBefore(before: HopRow[], now: HopRow[]): void {
		for (const row of now) this.#sums.add(sumsOf(row), -1);
		for (const row of before) this.#sums.add(sumsOf(row), 1);
	}

	/** Other peers of this hop are known as hosts of ours now. */
	countAgain(row: HopRow, hop: Hop, own: OwnHosts): void {
		this.#written.delete(row.key);
		this.#sums.add(hopSums(hop, ownOf(row)), -1);
		this.#sums.add(hopSums(hop, own), 1);
		this.slice.hops.setOwn(row.no, ownText(own));
	}

	/** Ends a commit. What its hops teach of our own hosts is learned when all of them can be found. */
	finish(): void {
		this.lines.write();
		this.slice.terms.write();
		const changed = this.#changed;
		this.#changed = [];
		for (const hop of changed) for (const from of this.#own.learn(this, hop)) this.#proveHop(from);
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

	#insertHop(key: string, hop: Hop, body: string): Written {
		const sql = "INSERT INTO hops (key, id, first_at, last_at, own, body) VALUES (?, ?, ?, ?, ?, ?)";
		const own = this.#own.among(hop);
		const [first, last] = [Math.trunc(hop.firstAt), Math.trunc(hop.lastAt)];
		const no = this.slice.run(sql, key, hop.id, first, last, ownText(own), body);
		const added = addedBy(hop, own);
		for (const term of added.terms) this.#addTerm(term, first, no);
		this.#sums.add(added.sums, 1);
		return { no, hop, body, own, ...added };
	}

	#updateHop(before: Written, hop: Hop, body: string): Written {
		const { no } = before;
		const own = this.#own.among(hop);
		const sql = "UPDATE hops SET first_at = ?, last_at = ?, own = ?, body = ? WHERE no = ?";
		const [first, last] = [Math.trunc(hop.firstAt), Math.trunc(hop.lastAt)];
		this.slice.run(sql, first, last, ownText(own), body, no);
		const added = addedBy(hop, own);
		this.#sums.add(before.sums, -1);
		this.#sums.add(added.sums, 1);
		const moved = Math.trunc(before.hop.firstAt) !== first;
		for (const term of added.terms) if (moved || !before.terms.has(term)) this.#addTerm(term, first, no);
		return { no, hop, body, own, ...added };
	}

	/** Its terms stay: they lead nowhere. */
	#deleteHop({ no, sums }: Written): void {
		this.slice.run("DELETE FROM hops WHERE no = ?", no);
		this.#sums.add(sums, -1);
	}

	#addTerm(term: string, at: number, no: number): void {
		this.slice.terms.add(hashTerm(term), at, no);
		if (isName(term)) this.#addName(term);
	}

	#addName(name: string): void {
		if (this.#names.has(name)) return;
		if (this.#names.size >= NAMES_MAX) this.#names.clear();
		this.#names.add(name);
		this.slice.run("INSERT OR IGNORE INTO names (name) VALUES (?)", name);
	}
}

function addedBy(hop: Hop, own: OwnHosts): Pick<Written, "terms" | "sums"> {
	return { terms: hopTerms(hop), sums: hopSums(hop, own) };
}

/** Nothing is to come of it but what straggles. */
export function isDone(hop: Hop): boolean {
	return hop.state?.kind === "removed";
}

/** What a stored hop added to the sums: with the peers that were known then. */
function sumsOf(row: HopRow): ReturnType<typeof hopSums> {
	return hopSums(readHop(row), ownOf(row));
}

function ownOf({ own }: HopRow): OwnHosts {
	return ownHosts(own);
}

/** The other way round: `ownText`. */
export function ownHosts(own: string | undefined): OwnHosts {
	return new Map<string, string>(own === undefined ? [] : Object.entries(JSON.parse(own)));
}

export function ownText(own: OwnHosts): string | null {
	return own.size === 0 ? null : JSON.stringify(Object.fromEntries(own));
}
