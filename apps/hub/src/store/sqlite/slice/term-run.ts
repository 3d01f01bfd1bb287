/**
 * Search terms of many hops as sorted columns of numbers, one blob: terms, of each the place of its hop in a list, and that
 * list's times and numbers. A commit adds one such run instead of a dozen rows per hop all over an index; small runs are
 * merged, so that there are never many. Pure.
 */

/** the index of an entry shares 64 bits with its term's 50 */
const INDEX_BITS = 14;
export const RUN_MAX = 2 ** INDEX_BITS;
const TERM_LOW = 2 ** 18;

/** Entries in the order of (term, time, hop). */
export interface TermRun {
	readonly length: number;
	readonly terms: Float64Array;
	/** of each entry, where its hop stands in the two lists below */
	readonly places: Uint32Array;
	readonly times: Float64Array;
	readonly hops: Float64Array;
}

/** A hop with a term. */
export interface TermPlace {
	at: number;
	no: number;
}

/** No term is negative: a blob that begins so says how many entries and hops it has. */
const COMPACT = -1;
const HEAD = 3;
const WORD = Float64Array.BYTES_PER_ELEMENT;

/** The blob of a run. */
export function columnsOf({ length, terms, places, times, hops }: TermRun): Uint8Array {
	const at = HEAD + length + 2 * times.length;
	const blob = new Uint8Array(at * WORD + places.byteLength);
	const words = new Float64Array(blob.buffer, 0, at);
	words.set([COMPACT, length, times.length]);
	words.set(terms, HEAD);
	words.set(times, HEAD + length);
	words.set(hops, HEAD + length + times.length);
	blob.set(new Uint8Array(places.buffer, places.byteOffset, places.byteLength), at * WORD);
	return blob;
}

export function readRun(data: Uint8Array): TermRun {
	const { buffer, byteOffset, byteLength } = data.byteOffset % WORD === 0 ? data : data.slice();
	const words = new Float64Array(buffer, byteOffset, Math.floor(byteLength / WORD));
	if (words[0] !== COMPACT) return runOfColumns(words);
	const [length = 0, hops = 0] = words.subarray(1, HEAD);
	const at = HEAD + length + 2 * hops;
	return {
		length,
		terms: words.subarray(HEAD, HEAD + length),
		times: words.subarray(HEAD + length, HEAD + length + hops),
		hops: words.subarray(HEAD + length + hops, at),
		places: new Uint32Array(buffer, byteOffset + at * WORD, length),
	};
}

/** As versions up to 9 have it: three columns, time and hop of each entry. */
function runOfColumns(columns: Float64Array): TermRun {
	const length = columns.length / 3;
	return {
		length,
		terms: columns.subarray(0, length),
		places: Uint32Array.from({ length }, (_, i) => i),
		times: columns.subarray(length, 2 * length),
		hops: columns.subarray(2 * length),
	};
}

/** Entries as they come, those of one hop together; at most `RUN_MAX` of them. */
export class RunBuilder {
	readonly #terms = new Float64Array(RUN_MAX);
	#length = 0;
	/** of each hop where its entries begin */
	readonly #from: number[] = [];
	readonly #times: number[] = [];
	readonly #hops: number[] = [];

	get length(): number {
		return this.#length;
	}

	add(term: number, at: number, no: number): void {
		const last = this.#hops.length - 1;
		if (this.#hops[last] !== no || this.#times[last] !== at) {
			this.#hops.push(no);
			this.#times.push(at);
			this.#from.push(this.#length);
		}
		this.#terms[this.#length++] = term;
	}

	/** The run, and nothing here any more. */
	take(): TermRun {
		const order = this.#order();
		const times = Float64Array.from(order, (hop) => this.#times[hop] ?? 0);
		const hops = Float64Array.from(order, (hop) => this.#hops[hop] ?? 0);
		const length = this.#length;
		// terms are sorted as 64-bit numbers with their places below: the engine's own sort, without a function to compare.
		// Entries stand in the order of their hops before, so those of one term do after.
		const keys = new BigUint64Array(length);
		const words = new Uint32Array(keys.buffer);
		const placeOf = new Uint32Array(length);
		let i = 0;
		for (const [place, hop] of order.entries())
			for (let from = this.#from[hop] ?? 0; from < (this.#from[hop + 1] ?? length); from++) {
				const term = this.#terms[from] ?? 0;
				const high = Math.floor(term / TERM_LOW);
				words[2 * i] = ((term - high * TERM_LOW) << INDEX_BITS) | i;
				words[2 * i + 1] = high;
				placeOf[i++] = place;
			}
		keys.sort();
		const run = { length, terms: new Float64Array(length), places: new Uint32Array(length), times, hops };
		for (let to = 0; to < length; to++) {
			const low = words[2 * to] ?? 0;
			run.terms[to] = (words[2 * to + 1] ?? 0) * TERM_LOW + (low >>> INDEX_BITS);
			run.places[to] = placeOf[low & (RUN_MAX - 1)] ?? 0;
		}
		this.#length = 0;
		for (const list of [this.#from, this.#times, this.#hops]) list.length = 0;
		return run;
	}

	/** Hops by time and number. */
	#order(): Uint32Array {
		const order = Uint32Array.from(this.#hops, (_, hop) => hop);
		const [times, hops] = [this.#times, this.#hops];
		return order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || (hops[a] ?? 0) - (hops[b] ?? 0));
	}
}

/** @param entries term, time and hop, one after the other; at most `RUN_MAX` of them */
export function sortedRun(entries: readonly number[]): TermRun {
	const builder = new RunBuilder();
	for (let i = 0; i < entries.length; i += 3)
		builder.add(entries[i] ?? 0, entries[i + 1] ?? 0, entries[i + 2] ?? 0);
	return builder.take();
}

export function mergeRuns(runs: readonly TermRun[]): TermRun {
	if (runs.length < 2) return runs[0] ?? new RunBuilder().take();
	const half = runs.length >> 1;
	return mergeTwo(mergeRuns(runs.slice(0, half)), mergeRuns(runs.slice(half)));
}

function mergeTwo(a: TermRun, b: TermRun): TermRun {
	const length = a.length + b.length;
	const terms = new Float64Array(length);
	const places = new Uint32Array(length);
	const behind = a.times.length;
	let [i, j] = [0, 0];
	for (let to = 0; to < length; to++) {
		const isOfA = j >= b.length || (i < a.length && isBefore(a.terms[i] ?? 0, atOf(a, i), noOf(a, i), b, j));
		terms[to] = (isOfA ? a.terms[i] : b.terms[j]) ?? 0;
		places[to] = isOfA ? (a.places[i++] ?? 0) : (b.places[j++] ?? 0) + behind;
	}
	return { length, terms, places, times: joined(a.times, b.times), hops: joined(a.hops, b.hops) };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
	const both = new Float64Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

function atOf({ places, times }: TermRun, i: number): number {
	return times[places[i] ?? 0] ?? 0;
}

function noOf({ places, hops }: TermRun, i: number): number {
	return hops[places[i] ?? 0] ?? 0;
}

function isBefore(term: number, at: number, no: number, run: TermRun, i: number): boolean {
	const other = run.terms[i] ?? 0;
	if (term !== other) return term < other;
	const time = atOf(run, i);
	return at !== time ? at < time : no < noOf(run, i);
}

/** Those that have the term: most have not, and to see that takes a few looks at one column. */
export function withTerm(runs: readonly TermRun[], term: number): TermRun[] {
	return runs.filter(({ terms }) => {
		let [low, high] = [0, terms.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((terms[middle] ?? 0) < term) low = middle + 1;
			else high = middle;
		}
		return terms[low] === term;
	});
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

function isAt(run: TermRun, i: number, term: number, at: number, no: number): boolean {
	return run.terms[i] === term && atOf(run, i) === at && noOf(run, i) === no;
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
		const place = { at: atOf(head.run, head.i), no: noOf(head.run, head.i) };
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
	const [one, other] = [atOf(a.run, a.i), atOf(b.run, b.i)];
	return one !== other ? one > other : noOf(a.run, a.i) > noOf(b.run, b.i);
}

/** The `each` places of a term nearest after a time, oldest first. */
export function following(runs: readonly TermRun[], term: number, after: number, each: number): TermPlace[] {
	const found: TermPlace[] = [];
	for (const run of runs) {
		const from = rankOf(run, term, after, Number.POSITIVE_INFINITY);
		for (let i = from; i < from + each && run.terms[i] === term; i++)
			found.push({ at: atOf(run, i), no: noOf(run, i) });
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
