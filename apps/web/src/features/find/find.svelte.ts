/**
 * A question and its answers, page by page. It outlives the Find page, so that coming back from a journey shows the
 * list where it was left; a question asked anew is always answered anew.
 */
import type { JourneyRow, SearchAnswer } from "@mailtrail/core/wire";
import { type ApiError, api, asApiError } from "../../lib/api.ts";
import type { Lang } from "../../lib/format.ts";
import { findHref } from "../../lib/route.ts";

/** the first page is quick, the next ones last for a while of scrolling */
const MORE = 200;

export class Find {
	rows = $state.raw<JourneyRow[]>([]);
	/** the first page's: what was understood, how many, what it covers */
	answer = $state.raw<SearchAnswer | undefined>();
	error = $state.raw<ApiError | undefined>();
	loading = $state(false);
	loadingMore = $state(false);
	#cursor = $state<string | undefined>();
	#q = $state("");
	#lang: Lang = "en";
	#running: AbortController | undefined;
	#shown = false;
	readonly #api: Pick<typeof api, "search">;

	constructor(search: Pick<typeof api, "search"> = api) {
		this.#api = search;
	}

	get more(): boolean {
		return this.#cursor !== undefined;
	}

	/** The address of the list that was shown last. */
	get href(): string {
		return findHref(this.#q);
	}

	/** `keep`: the reader came back, and the answer that stands will do. */
	show(q: string, lang: Lang, keep: boolean): void {
		const same = this.#shown && this.#q === q && this.#lang === lang;
		if (same && keep && this.error === undefined) return;
		if (!same) {
			this.#q = q;
			this.#lang = lang;
		}
		this.#shown = true;
		void this.#load();
	}

	reload(): void {
		void this.#load();
	}

	async #load(): Promise<void> {
		this.#running?.abort();
		const running = new AbortController();
		this.#running = running;
		this.loading = true;
		try {
			const answer = await this.#api.search({ q: this.#q, lang: this.#lang, signal: running.signal });
			if (running.signal.aborted) return;
			this.answer = answer;
			this.rows = distinct(answer.rows);
			this.#cursor = answer.cursor;
			this.error = undefined;
		} catch (cause) {
			if (running.signal.aborted) return;
			this.error = asApiError(cause);
		}
		this.loading = false;
		this.loadingMore = false;
	}

	async loadMore(): Promise<void> {
		const cursor = this.#cursor;
		const running = this.#running;
		if (cursor === undefined || running === undefined || this.loadingMore || this.loading) return;
		this.loadingMore = true;
		try {
			const { signal } = running;
			const answer = await this.#api.search({ q: this.#q, lang: this.#lang, cursor, limit: MORE, signal });
			if (signal.aborted) return;
			this.rows = distinct([...this.rows, ...answer.rows]);
			this.#cursor = answer.cursor;
		} catch (cause) {
			if (running.signal.aborted) return;
			this.error = asApiError(cause);
		}
		this.loadingMore = false;
	}
}

/** A row that moved between two pages is shown once, where it was first. */
function distinct(rows: JourneyRow[]): JourneyRow[] {
	const known = new Set<string>();
	return rows.filter((row) => !known.has(row.id) && known.add(row.id));
}

export const find = new Find();
