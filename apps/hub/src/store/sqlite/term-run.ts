/**
 * Search terms of many hops as sorted columns of numbers: (term, time, hop), one blob. A commit adds one such run instead of
 * a dozen rows per hop all over an index; runs of like size are merged, so that there are never many. Pure.
 */

/** the index of an entry shares 64 bits with its term's 50 */
const INDEX_BITS = 14;
export const RUN_MAX = 2 ** INDEX_BITS;
const TERM_LOW = 2 ** 18;

export interface TermRun {
	readonly length: number;
	readonly terms: Float64Array;
	readonly times: Float64Array;
	readonly hops: Float64Array;
}

/** A hop with a term. */
export interface TermPlace {
	at: number;
	no: number;
}

export function runOf(columns: Float64Array): TermRun {
	const length = columns.length / 3;
	return {
		length,
		terms: columns.subarray(0, length),
		times: columns.subarray(length, 2 * length),
		hops: columns.subarray(2 * length),
	};
}

/** The blob of a run: its three columns one after the other. */
export function columnsOf({ terms, times, hops }: TermRun): Uint8Array {
	const columns = new Float64Array(terms.length * 3);
	columns.set(terms);
	columns.set(times, terms.length);
	columns.set(hops, 2 * terms.length);
	return new Uint8Array(columns.buffer);
}

export function readRun(data: Uint8Array): TermRun {
	const own = data.byteOffset % 8 === 0 ? data : data.slice();
	return runOf(new Float64Array(own.buffer, own.byteOffset, own.byteLength / 8));
}

/** @param entries term, time and hop, one after the other; at most `RUN_MAX` of them */
export function sortedRun(entries: readonly number[]): TermRun {
	const length = entries.length / 3;
	// terms are sorted as 64-bit numbers with their places below: the engine's own sort, without a function to compare
	const keys = new BigUint64Array(length);
	const words = new Uint32Array(keys.buffer);
	for (let i = 0; i < length; i++) {
		const term = entries[3 * i] ?? 0;
		const high = Math.floor(term / TERM_LOW);
		words[2 * i] = ((term - high * TERM_LOW) << INDEX_BITS) | i;
		words[2 * i + 1] = high;
	}
	keys.sort();
	const run = runOf(new Float64Array(3 * length));
	for (let i = 0; i < length; i++) {
		const from = 3 * ((words[2 * i] ?? 0) & (RUN_MAX - 1));
		put(run, i, entries[from] ?? 0, entries[from + 1] ?? 0, entries[from + 2] ?? 0);
	}
	sinkEqualTerms(run);
	return run;
}

/** Entries of one term came in the order of their hops, nearly that of their times. */
function sinkEqualTerms(run: TermRun): void {
	const { terms, times, hops } = run;
	for (let i = 1; i < run.length; i++) {
		const [term, at, no] = [terms[i] ?? 0, times[i] ?? 0, hops[i] ?? 0];
		let to = i;
		while (to > 0 && isBefore(term, at, no, run, to - 1)) {
			put(run, to, terms[to - 1] ?? 0, times[to - 1] ?? 0, hops[to - 1] ?? 0);
			to--;
		}
		if (to < i) put(run, to, term, at, no);
	}
}

export function mergeRuns(runs: readonly TermRun[]): TermRun {
	if (runs.length < 2) return runs[0] ?? runOf(new Float64Array(0));
	const half = runs.length >> 1;
	return mergeTwo(mergeRuns(runs.slice(0, half)), mergeRuns(runs.slice(half)));
}

function mergeTwo(a: TermRun, b: TermRun): TermRun {
	const merged = runOf(new Float64Array(3 * (a.length + b.length)));
	let [i, j] = [0, 0];
	for (let to = 0; to < merged.length; to++) {
		const isOfA =
			j >= b.length || (i < a.length && isBefore(a.terms[i] ?? 0, a.times[i] ?? 0, a.hops[i] ?? 0, b, j));
		const [run, at] = isOfA ? [a, i++] : [b, j++];
		put(merged, to, run.terms[at] ?? 0, run.times[at] ?? 0, run.hops[at] ?? 0);
	}
	return merged;
}

function put({ terms, times, hops }: TermRun, i: number, term: number, at: number, no: number): void {
	terms[i] = term;
	times[i] = at;
	hops[i] = no;
}

function isBefore(term: number, at: number, no: number, run: TermRun, i: number): boolean {
	const other = run.terms[i] ?? 0;
	if (term !== other) return term < other;
	const time = run.times[i] ?? 0;
	return at !== time ? at < time : no < (run.hops[i] ?? 0);
}

/** How many entries lie before this one. */
export function rankOf(run: TermRun, term: number, at: number, no: number): number {
	let [low, high] = [0, run.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (isBefore(term, at, no, run, middle) || isAt(run, middle, term, at, no)) high = middle;
		else low = middle + 1;
	}
	return low;
}

function isAt({ terms, times, hops }: TermRun, i: number, term: number, at: number, no: number): boolean {
	return terms[i] === term && times[i] === at && hops[i] === no;
}

/** Hops of one term, newest first, strictly before (at, no): of all runs, each place once. */
export function* descend(runs: readonly TermRun[], term: number, before: TermPlace): Generator<TermPlace> {
	const heads = runs
		.map((run) => ({ run, i: rankOf(run, term, before.at, before.no) - 1 }))
		.filter(({ run, i }) => run.terms[i] === term);
	let last: TermPlace | undefined;
	while (heads.length > 0) {
		let best = 0;
		for (let n = 1; n < heads.length; n++) if (isNewer(heads[n], heads[best])) best = n;
		const head = heads[best];
		if (!head) return;
		const place = { at: head.run.times[head.i] ?? 0, no: head.run.hops[head.i] ?? 0 };
		head.i--;
		if (head.run.terms[head.i] !== term) heads.splice(best, 1);
		if (last?.at === place.at && last.no === place.no) continue;
		last = place;
		yield place;
	}
}

type Head = { run: TermRun; i: number } | undefined;

function isNewer(a: Head, b: Head): boolean {
	if (!a || !b) return a !== undefined;
	const [one, other] = [a.run.times[a.i] ?? 0, b.run.times[b.i] ?? 0];
	return one !== other ? one > other : (a.run.hops[a.i] ?? 0) > (b.run.hops[b.i] ?? 0);
}

/** The `each` places of a term nearest after a time, oldest first. */
export function following(runs: readonly TermRun[], term: number, after: number, each: number): TermPlace[] {
	const found: TermPlace[] = [];
	for (const run of runs) {
		const from = rankOf(run, term, after, Number.POSITIVE_INFINITY);
		for (let i = from; i < from + each && run.terms[i] === term; i++)
			found.push({ at: run.times[i] ?? 0, no: run.hops[i] ?? 0 });
	}
	return found.sort((a, b) => a.at - b.at || a.no - b.no).slice(0, each);
}

export function countOf(runs: readonly TermRun[], term: number, cap: number): number {
	let count = 0;
	for (const run of runs) {
		const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((at) =>
			rankOf(run, term, at, 0),
		);
		count += (to ?? 0) - (from ?? 0);
	}
	return Math.min(count, cap);
}
