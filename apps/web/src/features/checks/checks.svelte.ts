/**
 * One question asked of several hosts at once, side by side: which of them reach a target. Each answers when it is
 * ready; a new question drops the answers to the old one.
 */
import type { CheckAnswer, CheckQuestion } from "@mailtrail/core/wire";
import { type ApiError, api, asApiError } from "../../lib/api.ts";
import type { Lang } from "../../lib/format.ts";

/** `undefined` stands for the hub's own machine */
export type From = string | undefined;

type Question = Omit<CheckQuestion, "from">;

export interface Asked {
	from: From;
	answer?: CheckAnswer;
	error?: ApiError;
}

type Step = CheckAnswer["steps"][number];

/** One line of the comparison: the same step towards the same address, as each column's hosts found it. */
export interface StepRow {
	key: string;
	step: Step["step"];
	address: string | undefined;
	cells: (Cell | undefined)[];
}

export interface Cell extends Pick<Step, "ok"> {
	/** one, unless the hosts of this column found the same in other words: each its own address */
	details: { from: From[]; text: string }[];
	/** milliseconds of the fastest and the slowest host */
	fastest: number;
	slowest: number;
}

/** Hosts that found the same at every step stand in one column. */
export interface Column {
	from: From[];
	answers: CheckAnswer[];
}

export class Checks {
	asked = $state.raw<Asked[]>([]);
	target = $state("");
	#running: AbortController | undefined;

	readonly pending = $derived(this.asked.filter(({ answer, error }) => !answer && !error).length);
	readonly reach = $derived(this.asked.filter(({ answer }) => answer !== undefined && isGood(answer)));
	readonly fail = $derived(this.asked.filter(({ answer }) => answer !== undefined && !isGood(answer)));
	readonly columns = $derived(columnsOf(this.asked));
	readonly rows = $derived(stepRows(this.columns));

	run(question: Question, hosts: readonly From[], lang: Lang): void {
		this.#running?.abort();
		const running = new AbortController();
		this.#running = running;
		this.target = question.target;
		this.asked = hosts.map((from) => ({ from }));
		for (const from of hosts) void this.#ask(question, from, lang, running.signal);
	}

	async #ask(question: Question, from: From, lang: Lang, signal: AbortSignal): Promise<void> {
		let outcome: Partial<Asked>;
		try {
			const where = from === undefined ? {} : { from };
			outcome = { answer: await api.check({ ...question, ...where }, lang, signal) };
		} catch (cause) {
			outcome = { error: asApiError(cause) };
		}
		if (signal.aborted) return;
		this.asked = this.asked.map((each) => (each.from === from ? { ...each, ...outcome } : each));
	}
}

export function isGood({ verdict }: CheckAnswer): boolean {
	return verdict.cause === "reachable";
}

export function columnsOf(asked: readonly Asked[]): Column[] {
	const columns = new Map<string, Column>();
	for (const { from, answer } of asked) {
		if (!answer) continue;
		const found = JSON.stringify(answer.steps.map(({ step, address, code }) => [step, address, code]));
		const column = columns.get(found) ?? { from: [], answers: [] };
		column.from.push(from);
		column.answers.push(answer);
		columns.set(found, column);
	}
	return [...columns.values()];
}

/** Every step that any host made: the names first, then one address after the other, our own address last. */
export function stepRows(columns: readonly Column[]): StepRow[] {
	const rows = new Map<string, StepRow>();
	columns.forEach(({ answers, from }, at) => {
		const times = new Map<string, number>();
		answers[0]?.steps.forEach(({ step, address, ok }, nthStep) => {
			const name = `${step} ${address ?? ""}`;
			const nth = times.get(name) ?? 0;
			times.set(name, nth + 1);
			const key = `${name} ${nth}`;
			const row = rows.get(key) ?? { key, step, address, cells: columns.map(() => undefined) };
			rows.set(key, row);
			const took = answers.map(({ steps }) => steps[nthStep]?.ms ?? 0);
			const details = detailsOf(answers, from, nthStep);
			row.cells[at] = { ok, details, fastest: Math.min(...took), slowest: Math.max(...took) };
		});
	});
	return inWalkingOrder([...rows.values()]);
}

function detailsOf(answers: readonly CheckAnswer[], from: readonly From[], nthStep: number): Cell["details"] {
	const details = new Map<string, From[]>();
	answers.forEach(({ steps }, nth) => {
		const text = steps[nthStep]?.detail ?? "";
		details.set(text, [...(details.get(text) ?? []), from[nth]]);
	});
	return [...details].map(([text, hosts]) => ({ from: hosts, text }));
}

const BEFORE = ["resolve", "mx"];
const AFTER = ["ptr", "dnsbl"];

function inWalkingOrder(rows: StepRow[]): StepRow[] {
	const addresses = [...new Set(rows.flatMap(({ address }) => address ?? []))];
	const rank = ({ step, address }: StepRow): number =>
		BEFORE.includes(step) ? -1 : AFTER.includes(step) ? addresses.length : addresses.indexOf(address ?? "");
	return rows
		.map((row, at) => ({ row, at }))
		.sort((a, b) => rank(a.row) - rank(b.row) || a.at - b.at)
		.map(({ row }) => row);
}
