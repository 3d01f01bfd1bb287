/** The newest messages that answer a question, as many as its work allows: what the sums cannot tell is counted over them. */
import type { Journey } from "@mailtrail/core/trace";
import { Budget } from "../journeys/budget.ts";
import { sampleJourneys } from "../journeys/find-journeys.ts";
import type { LineReads } from "../store/store.ts";
import type { Question } from "./question.ts";

/** a chart waits for it: so much work, on a busy machine no longer than so */
const WORK_MS = 400;
const WAIT_MS = 8_000;
const JOURNEYS_MAX = 5_000;

export interface Sample {
	journeys: Journey[];
	/** all of them */
	exact: boolean;
	counted: number;
}

/** `diagnosed`: where causes are counted. */
export async function sampleOf(store: LineReads, question: Question, diagnosed: boolean): Promise<Sample> {
	const { lang, scope, signal } = question.asker;
	const { journeys, exact } = await sampleJourneys(
		store,
		{
			query: question.query,
			lang,
			limit: JOURNEYS_MAX,
			...(scope && { scope }),
			...(signal && { signal }),
		},
		{ budget: new Budget(WAIT_MS, WORK_MS), diagnosed },
	);
	return { journeys, exact, counted: journeys.length };
}

/** A refusal before any queue is counted apart. */
export function outcomeOf({ kind }: Journey, outcome: string): string {
	return kind === "refused" ? "refused" : outcome;
}

/** Counts by name. */
export class Tally {
	readonly #counts = new Map<string, number>();

	add(name: string, n = 1): void {
		if (n !== 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + n);
	}

	/** The most frequent first; equal ones by name, so that a list does not dance. */
	sorted(): { name: string; n: number }[] {
		return [...this.#counts]
			.map(([name, n]) => ({ name, n }))
			.filter(({ n }) => n > 0)
			.sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
	}

	record(): Record<string, number> {
		return Object.fromEntries(this.sorted().map(({ name, n }) => [name, n]));
	}

	get total(): number {
		return this.sorted().reduce((sum, { n }) => sum + n, 0);
	}
}
