/**
 * What is kept for how long, and how much: whole slices go when everything in them is older than `days`; the raw lines of a
 * slice may go earlier (`lineDays`), its hops and sums stay; when all together take more than `maxBytes`, the oldest slice's
 * lines go first, then the oldest slice. The newest slice is never touched. Done in small pieces between the commits.
 */
import { statSync } from "node:fs";
import { inTransaction } from "../open-database.ts";
import { Slice } from "../slice/slice.ts";

const DAY_MS = 86_400_000;
/** rows and pages of one piece: some ten milliseconds */
const ROWS = 2_000;
const PAGES = 500;
const BLOCKS = 200;
const PAGES_AT_ONCE = 50;

export interface RetentionRule {
	days?: number;
	lineDays?: number;
	maxBytes?: number;
}

export interface RetentionTarget {
	no: number;
	path: string;
	slice: Slice;
	isNewest: boolean;
}

export type RetentionStep = { drop: number } | "worked" | "done";

export class Retention {
	readonly #rule: RetentionRule;
	readonly #now: () => number;

	constructor(rule: RetentionRule, now: () => number) {
		this.#rule = rule;
		this.#now = now;
	}

	/** One piece of work, or the number of a slice that has to go as a whole. */
	step(oldestFirst: readonly RetentionTarget[]): RetentionStep {
		const closed = oldestFirst.filter(({ isNewest }) => !isNewest);
		const { days, lineDays, maxBytes } = this.#rule;
		const expired = closed.find((target) => this.#isOlder(target, days));
		if (expired) return { drop: expired.no };
		const emptied = closed.find((target) => !target.slice.hasLines && !isEmptied(target.slice));
		const worn = emptied ?? closed.find((target) => target.slice.hasLines && this.#isOlder(target, lineDays));
		if (worn) {
			dropLines(worn);
			return "worked";
		}
		if (maxBytes === undefined || bytesOf(oldestFirst) <= maxBytes) return "done";
		const next = closed.find(({ slice }) => slice.hasLines);
		// lines go while there are any, but of the older half only: a hop without its lines is worth less than nothing new
		if (next && closed.indexOf(next) < closed.length / 2) {
			dropLines(next);
			return "worked";
		}
		return closed[0] ? { drop: closed[0].no } : "done";
	}

	#isOlder({ slice }: RetentionTarget, days: number | undefined): boolean {
		if (days === undefined) return false;
		const range = slice.activeRange();
		return range !== undefined && range.to < this.#now() - days * DAY_MS;
	}
}

function bytesOf(targets: readonly RetentionTarget[]): number {
	return targets.reduce((sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function isEmptied(slice: Slice): boolean {
	return slice.one("SELECT 1 FROM meta WHERE name = 'lines-gone' AND value = 2") !== undefined;
}

/** The mark comes first: a slice whose lines are half gone must not be folded from them. */
function dropLines({ no, path, slice }: RetentionTarget): void {
	const writing = new Slice(no, path, true, false);
	try {
		const left = inTransaction(writing.db, () => {
			writing.run("INSERT OR IGNORE INTO meta (name, value) VALUES ('lines-gone', 1)");
			writing.run("DELETE FROM line_keys WHERE key IN (SELECT key FROM line_keys LIMIT ?)", ROWS);
			writing.run("DELETE FROM lines WHERE id IN (SELECT id FROM lines LIMIT ?)", ROWS);
			writing.run("DELETE FROM line_blocks WHERE first IN (SELECT first FROM line_blocks LIMIT ?)", BLOCKS);
			writing.run("DELETE FROM line_batches WHERE first IN (SELECT first FROM line_batches LIMIT ?)", BLOCKS);
			writing.run(
				"DELETE FROM line_pages WHERE first IN (SELECT first FROM line_pages LIMIT ?)",
				PAGES_AT_ONCE,
			);
			writing.run("DELETE FROM key_pages");
			return ["lines", "line_keys", "line_blocks", "line_batches", "line_pages"].some((table) =>
				writing.one(`SELECT 1 FROM ${table} LIMIT 1`),
			);
		});
		slice.linesAreGone();
		if (left) return;
		writing.db.exec(`PRAGMA incremental_vacuum(${PAGES});`);
		const free = Number(writing.one("PRAGMA freelist_count")?.freelist_count ?? 0);
		const canShrink = Number(writing.one("PRAGMA auto_vacuum")?.auto_vacuum ?? 0) === 2;
		if (free === 0 || !canShrink) writing.run("UPDATE meta SET value = 2 WHERE name = 'lines-gone'");
	} finally {
		writing.close();
	}
}
