/**
 * The runs of search terms of one slice that is written, or was and is not packed yet (`term-run.ts`), over their table.
 * Which runs there are is asked of the table once, and again where a reader beside the writer says so (`refresh`); runs themselves
 * never change, their numbers are never given out again, and they are read once. An entry may be stale: who looks decides by the hop.
 */
import type { SQLInputValue } from "node:sqlite";
import {
	columnsOf,
	countOf,
	descend,
	following,
	mergeRuns,
	readRun,
	RUN_MAX,
	RunBuilder,
	type TermPlace,
	type TermRun,
	withTerm,
} from "./term-run.ts";

export const TERM_RUNS_SCHEMA = `
CREATE TABLE term_runs (no INTEGER PRIMARY KEY, data BLOB NOT NULL);
`;

/** as many of like size become one */
const MERGED = 8;
/** a longer one stays as it is: a slice has some hundred of them at the most, and to look into each costs a microsecond */
const MERGED_MAX = 4_096;
/** of runs that are merged */
const LEVELS = Math.log2(MERGED_MAX) / Math.log2(MERGED);

/** What is needed of a slice. */
interface Table {
	all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[];
	one(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined;
	run(sql: string, ...values: SQLInputValue[]): number;
}

export class TermIndex {
	readonly #table: Table;
	#runs = new Map<number, TermRun>();
	/** above every number that was in the table: a reader knows a run by its number */
	#next = 1;
	#pending: RunBuilder | undefined;
	/** nobody else writes: what is known here is all there is */
	#isWriter = false;
	/** in order, as far as they are known to be all */
	#all: readonly TermRun[] | undefined;

	constructor(table: Table) {
		this.#table = table;
	}

	/** No run: of a closed slice the terms stand in `hop_terms`. */
	get isEmpty(): boolean {
		return this.#current().length === 0;
	}

	/** Another connection may have written since: what is asked from now on is of what stands there now. */
	refresh(): void {
		if (!this.#isWriter) this.#all = undefined;
	}

	/** Found after the next `write`. Terms of one hop come one after the other. */
	add(term: number, at: number, no: number): void {
		this.#pending ??= new RunBuilder();
		this.#pending.add(term, at, no);
		if (this.#pending.length === RUN_MAX) this.#write(this.#pending);
	}

	/** Inside the caller's transaction, before anybody looks. */
	write(): void {
		if (this.#pending && this.#pending.length > 0) this.#write(this.#pending);
	}

	descend(term: number, before: TermPlace): Generator<TermPlace> {
		return descend(withTerm(this.#current(), term), term, before);
	}

	/** Up to `each` places on either side of a time. */
	near(term: number, around: number, each: number): TermPlace[] {
		const runs = withTerm(this.#current(), term);
		const found = following(runs, term, around, each);
		for (const place of descend(runs, term, { at: around, no: Number.POSITIVE_INFINITY })) {
			if (found.length >= 2 * each) break;
			found.push(place);
		}
		return found;
	}

	count(term: number, cap: number): number {
		return countOf(withTerm(this.#current(), term), term, cap);
	}

	/** Every entry, in no order; stale ones too. */
	each(visit: (term: number, at: number, no: number) => void): void {
		for (const { length, terms, places, times, hops } of this.#current())
			for (let i = 0; i < length; i++) {
				const place = places[i] ?? 0;
				visit(terms[i] ?? 0, times[place] ?? 0, hops[place] ?? 0);
			}
		for (const { term, first_at, hop } of this.#table.all("SELECT term, first_at, hop FROM hop_terms"))
			visit(Number(term), Number(first_at), Number(hop));
	}

	#write(pending: RunBuilder): void {
		this.#insert(pending.take());
		for (let small = this.#manySmall(); small.length > 0; small = this.#manySmall()) {
			for (const [no] of small) {
				this.#table.run("DELETE FROM term_runs WHERE no = ?", no);
				this.#runs.delete(no);
			}
			this.#all = undefined;
			this.#insert(mergeRuns(small.map(([, run]) => run)));
		}
	}

	/** The newest runs, where enough of them are of one level or below it; of the lowest such level. */
	#manySmall(): [number, TermRun][] {
		const runs = [...this.#runs].filter(([, { length }]) => length <= MERGED_MAX);
		for (let level = 0; level <= LEVELS; level++) {
			const from = runs.findLastIndex(([, run]) => levelOf(run) > level) + 1;
			if (runs.length - from >= MERGED) return runs.slice(from);
		}
		return [];
	}

	#insert(run: TermRun): void {
		// what another connection wrote before is known too: numbers grow
		if (!this.#isWriter) this.#current();
		this.#isWriter = true;
		const no = this.#next;
		this.#table.run("INSERT INTO term_runs (no, data) VALUES (?, ?)", no, columnsOf(run));
		this.#next++;
		this.#runs.set(no, run);
		this.#all = undefined;
	}

	#current(): readonly TermRun[] {
		this.#all ??= this.#isWriter ? [...this.#runs.values()] : this.#readAll();
		return this.#all;
	}

	#readAll(): readonly TermRun[] {
		for (;;) {
			const rows = this.#table.all("SELECT no FROM term_runs ORDER BY no");
			const runs = new Map<number, TermRun>();
			for (const row of rows) {
				const no = Number(row.no);
				const run = this.#runs.get(no) ?? this.#read(no);
				if (run) runs.set(no, run);
				this.#next = Math.max(this.#next, no + 1);
			}
			this.#runs = runs;
			// a run that went meanwhile is part of another one now
			if (runs.size === rows.length) return [...runs.values()];
		}
	}

	#read(no: number): TermRun | undefined {
		const data = this.#table.one("SELECT data FROM term_runs WHERE no = ?", no)?.data;
		return data instanceof Uint8Array ? readRun(data) : undefined;
	}
}

/** Runs of one level differ less than eightfold. */
function levelOf({ length }: TermRun): number {
	return Math.floor(Math.log2(Math.max(1, length)) / Math.log2(MERGED));
}
