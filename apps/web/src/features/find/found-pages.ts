/**
 * The rows found so far, page by page, and where a day begins. A million rows are a long way to scroll and too much to keep: only
 * pages near the window have their rows, the others know their cursor and how many they were.
 */
import type { JourneyRow } from "@mailtrail/core/wire";
import { dayKey } from "../../lib/format.ts";

interface Page {
	/** what the hub is asked with for this page */
	cursor: string | undefined;
	start: number;
	size: number;
	/** undefined: let go */
	rows: JourneyRow[] | undefined;
	/** rows of this page with which a day begins */
	days: number[];
	lastDay: string;
}

/** pages that keep their rows on either side of those in the window */
const KEPT_BESIDE = 5;
/** no zone's day begins within a quarter of an hour of the clock */
const QUARTER_MS = 900_000;

export class FoundPages {
	readonly #pages: Page[] = [];
	count = 0;
	/** rows with which a day begins */
	headed: readonly number[] = [];

	add(cursor: string | undefined, rows: JourneyRow[]): void {
		this.#pages.push({ cursor, start: this.count, size: 0, rows: undefined, days: [], lastDay: "" });
		this.fill(cursor, rows);
	}

	/** Rows of a page that has none. A row that has moved from one page to the next is shown once, where it was first. */
	fill(cursor: string | undefined, rows: JourneyRow[]): void {
		const at = this.#pages.findIndex((page) => page.cursor === cursor);
		const page = this.#pages[at];
		if (page === undefined) return;
		const before = this.#pages[at - 1];
		const known = new Set(before?.rows?.map(({ id }) => id));
		page.rows = rows.filter(({ id }) => !known.has(id) && known.add(id));
		page.size = page.rows.length;
		let day = before?.lastDay ?? "";
		let quarter = Number.NaN;
		page.days = [];
		for (const [i, row] of page.rows.entries()) {
			const now = Math.floor(Date.parse(row.at) / QUARTER_MS);
			if (now === quarter) continue;
			quarter = now;
			const own = dayKey(row.at);
			if (own !== day) page.days.push(i);
			day = own;
		}
		page.lastDay = day;
		this.#count();
	}

	row(index: number): JourneyRow | undefined {
		const page = this.#pages[this.#pageOf(index)];
		return page?.rows?.[index - page.start];
	}

	/** The cursors of pages near these rows that were let go; others, far away, are let go. */
	turn(first: number, last: number): (string | undefined)[] {
		const from = this.#pageOf(first);
		const to = this.#pageOf(last);
		for (const [at, page] of this.#pages.entries())
			if (at > 0 && (at < from - KEPT_BESIDE || at > to + KEPT_BESIDE)) page.rows = undefined;
		return this.#pages
			.slice(Math.max(0, from - 1), to + 2)
			.filter(({ rows }) => rows === undefined)
			.map(({ cursor }) => cursor);
	}

	#count(): void {
		let start = 0;
		const headed: number[] = [];
		for (const page of this.#pages) {
			page.start = start;
			start += page.size;
			for (const day of page.days) headed.push(page.start + day);
		}
		this.count = start;
		this.headed = headed;
	}

	#pageOf(index: number): number {
		let low = 0;
		let high = this.#pages.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.#pages[middle]?.start ?? 0) <= index) low = middle;
			else high = middle - 1;
		}
		return Math.max(0, low);
	}
}
