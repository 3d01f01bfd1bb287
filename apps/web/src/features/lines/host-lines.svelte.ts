/**
 * A host's raw lines as the page shows them: newest first, older ones on demand, newer ones asked for every few seconds while
 * nobody stopped it. Lines have places, so nothing is shown twice.
 */
import type { HostLinesAnswer } from "@mailtrail/core/wire";
import { type ApiError, api, asApiError } from "../../lib/api.ts";

export interface LinesQuestion {
	host: string;
	contains: string;
	kind: string;
}
type Line = HostLinesAnswer["lines"][number];

const FOLLOW_MS = 5000;
const PAGE = 200;
const LOOKS_MAX = 40;

export class HostLines {
	lines = $state.raw<Line[]>([]);
	error = $state.raw<ApiError | undefined>();
	loading = $state(false);
	/** the first answer is there */
	known = $state(false);
	following = $state(true);
	took = $state(0);
	#cursor = $state<string | undefined>();
	#question: LinesQuestion = { host: "", contains: "", kind: "" };
	#running: AbortController | undefined;
	#timer: ReturnType<typeof setInterval> | undefined;
	readonly #ask: typeof api.hostLines;

	constructor(ask: typeof api.hostLines = api.hostLines) {
		this.#ask = ask;
	}

	get more(): boolean {
		return this.#cursor !== undefined;
	}

	show(question: LinesQuestion): void {
		if (question.host !== this.#question.host) {
			this.lines = [];
			this.known = false;
		}
		this.#question = question;
		void this.load();
		clearInterval(this.#timer);
		this.#timer = setInterval(() => void this.newer(), FOLLOW_MS);
	}

	toggle(): void {
		this.following = !this.following;
		if (this.following) void this.newer();
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#running?.abort();
	}

	async load(): Promise<void> {
		this.#running?.abort();
		this.#running = new AbortController();
		let answer = await this.#get(undefined);
		// a rare word in a long log: the hub says how far it came before its time was over, and goes on from there
		for (let i = 0; i < LOOKS_MAX && answer?.lines.length === 0 && answer.cursor !== undefined; i++)
			answer = await this.#get(answer.cursor);
		if (answer === undefined) return;
		this.lines = answer.lines;
		this.#cursor = answer.cursor;
		this.known = true;
	}

	async loadMore(): Promise<void> {
		if (this.#cursor === undefined || this.loading) return;
		const answer = await this.#get(this.#cursor);
		if (answer === undefined) return;
		this.lines = distinct([...this.lines, ...answer.lines]);
		this.#cursor = answer.cursor;
	}

	/** What has come since: only while the first page is what is looked at, and nothing else is being fetched. */
	async newer(): Promise<void> {
		if (!this.following || this.loading || !this.known || globalThis.scrollY > 200) return;
		const answer = await this.#get(undefined);
		if (answer !== undefined) this.lines = distinct([...answer.lines, ...this.lines]);
	}

	async #get(cursor: string | undefined): Promise<HostLinesAnswer | undefined> {
		const { host, contains, kind } = this.#question;
		const running = this.#running ?? new AbortController();
		this.loading = true;
		try {
			const question = {
				limit: PAGE,
				...(contains === "" ? {} : { contains }),
				...(kind === "" ? {} : { kind }),
				...(cursor === undefined ? {} : { cursor }),
			};
			const answer = await this.#ask(host, question, running.signal);
			if (running.signal.aborted) return undefined;
			this.error = undefined;
			this.took = answer.took;
			return answer;
		} catch (cause) {
			if (running.signal.aborted) return undefined;
			this.error = asApiError(cause);
			return undefined;
		} finally {
			if (!running.signal.aborted) this.loading = false;
		}
	}
}

function distinct(lines: Line[]): Line[] {
	const known = new Set<string>();
	return lines.filter((line) => !known.has(line.ref) && known.add(line.ref));
}
