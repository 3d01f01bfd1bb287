/**
 * A question and its answers, page by page, fetched ahead of the reader. It outlives the Find page, so that coming back from a
 * journey shows the list where it was left; a question asked anew is always answered anew.
 */
import type { JourneyRow, SearchAnswer } from "@mailtrail/core/wire";
import { type ApiError, api, asApiError } from "../../lib/api.ts";
import { type Lang, viewerZone } from "../../lib/format.ts";
import { findHref } from "../../lib/route.ts";
import { FoundPages } from "./found-pages.ts";

/** the first page is quick, the next ones last for a while of scrolling */
const MORE = 200;
/** rows that lie ready beyond the window: before anybody scrolls, and while somebody does */
const AHEAD_RESTING = 100;
const AHEAD = 500;

export class Find {
	/** the first page's: what was understood, how many, what it covers */
	answer = $state.raw<SearchAnswer | undefined>();
	/** so far: the hub has not looked through older mail yet */
	lookedBackTo = $state<string | undefined>();
	error = $state.raw<ApiError | undefined>();
	loading = $state(false);
	loadingMore = $state(false);
	#pages = $state.raw(new FoundPages());
	/** moves whenever the pages have changed */
	#changes = $state(0);
	#cursor = $state<string | undefined>();
	#near = { first: 0, last: 0 };
	readonly #fetching = new Set<string | undefined>();
	#q = $state("");
	#lang: Lang = "en";
	#zone = "";
	#running: AbortController | undefined;
	#shown = false;
	readonly #api: Pick<typeof api, "search">;

	constructor(search: Pick<typeof api, "search"> = api) {
		this.#api = search;
	}

	get more(): boolean {
		return this.#cursor !== undefined;
	}

	readonly count = $derived.by(() => this.#now().count);
	/** rows with which a day begins */
	readonly headed = $derived.by(() => this.#now().headed);

	/** undefined: found, and not here at the moment */
	row(index: number): JourneyRow | undefined {
		return this.#now().row(index);
	}

	#now(): FoundPages {
		void this.#changes;
		return this.#pages;
	}

	/** The address of the list that was shown last. */
	get href(): string {
		return findHref(this.#q);
	}

	/** `keep`: the reader came back, and the answer that stands will do. */
	show(q: string, lang: Lang, keep: boolean): void {
		const zone = viewerZone();
		const same = this.#shown && this.#q === q && this.#lang === lang && this.#zone === zone;
		if (same && keep && this.error === undefined) return;
		if (!same) {
			this.#q = q;
			this.#lang = lang;
			this.#zone = zone;
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
			this.lookedBackTo = answer.lookedBackTo;
			const pages = new FoundPages();
			pages.add(undefined, answer.rows);
			this.#pages = pages;
			this.#changes++;
			this.#fetching.clear();
			this.#cursor = answer.cursor;
			this.error = undefined;
		} catch (cause) {
			if (running.signal.aborted) return;
			this.error = asApiError(cause);
		}
		this.loading = false;
		this.loadingMore = false;
		// a busy hub stopped before it found any: it goes on where it was
		if (this.count === 0 && this.error === undefined) void this.loadMore();
	}

	/** Told which rows are in sight, it has those around them fetched. */
	near(first: number, last: number): void {
		this.#near = { first, last };
		for (const cursor of this.#pages.turn(first, last)) void this.#fetchAgain(cursor);
		const ahead = first === 0 ? AHEAD_RESTING : AHEAD;
		if (this.#pages.count - last < ahead && this.error === undefined) void this.loadMore();
	}

	async loadMore(): Promise<void> {
		const cursor = this.#cursor;
		const running = this.#running;
		if (cursor === undefined || running === undefined || this.loadingMore || this.loading) return;
		this.loadingMore = true;
		const answer = await this.#page(cursor, running.signal);
		if (running.signal.aborted) return;
		this.loadingMore = false;
		if (answer === undefined) return;
		this.error = undefined;
		// what was counted before any was found says too little
		if (this.#pages.count === 0) this.answer = answer;
		this.lookedBackTo = answer.lookedBackTo;
		this.#pages.add(cursor, answer.rows);
		this.#cursor = answer.cursor;
		this.#changes++;
		this.near(this.#near.first, this.#near.last);
	}

	async #fetchAgain(cursor: string | undefined): Promise<void> {
		const running = this.#running;
		if (running === undefined || this.#fetching.has(cursor)) return;
		this.#fetching.add(cursor);
		const answer = await this.#page(cursor, running.signal);
		if (running.signal.aborted) return;
		this.#fetching.delete(cursor);
		if (answer === undefined) return;
		this.#pages.fill(cursor, answer.rows);
		this.#changes++;
	}

	async #page(cursor: string | undefined, signal: AbortSignal): Promise<SearchAnswer | undefined> {
		try {
			return await this.#api.search({
				q: this.#q,
				lang: this.#lang,
				limit: MORE,
				signal,
				...(cursor !== undefined && { cursor }),
			});
		} catch (cause) {
			if (!signal.aborted) this.error = asApiError(cause);
			return undefined;
		}
	}
}

export const find = new Find();
