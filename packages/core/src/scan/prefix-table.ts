/**
 * Which of many patterns a line begins with, one table look-up per byte. The table is a deterministic automaton over the
 * patterns' steps, made as lines need it (Thompson 1968, as grep does), so that starting costs nothing and only shapes that
 * occur are in memory. Bounded: where the table is full, a line is answered with "none".
 */
import { type Graph, LINE_END, type Pattern, readPatterns, type Step } from "./pattern.ts";

/** No pattern fits, or more than one answer does. */
export const NO_PATTERN = -1;

/** Entries of the table that are no next state. */
const UNKNOWN = -1;
const NONE = -2;
/** `FIRST_ANSWER - n`: the line has answer n */
const FIRST_ANSWER = -3;
const STATES_MAX = 4096;
/** Bytes within which a pattern must have been found. */
export const BEGINNING_MAX = 240;
/** Bytes that are looked up at once: the lines of a log repeat each other in most of their words. */
const STRIDE = 8;
const STRIDE_BITS = 14;

export class PrefixTable {
	readonly #graph: Graph;
	/** byte → column; bytes that no pattern tells apart share one */
	readonly #columns = new Uint8Array(257);
	/** one symbol of each column */
	readonly #samples: number[] = [];
	#rows: Int32Array;
	readonly #states: number[][] = [];
	readonly #known = new Map<string, number>();
	/** in which search for steps each was reached last */
	readonly #reached: Uint32Array;
	#searches = 0;
	/** where eight bytes lead to: low half, high half, from row, to row or answer */
	readonly #strides = new Int32Array(4 << STRIDE_BITS).fill(UNKNOWN);
	#bytes: Uint8Array = new Uint8Array();
	#view: DataView = new DataView(this.#bytes.buffer);

	constructor(patterns: readonly Pattern[]) {
		this.#graph = readPatterns(patterns);
		this.#reached = new Uint32Array(this.#graph.steps.length);
		this.#partition();
		this.#rows = new Int32Array(1024 * this.#samples.length).fill(UNKNOWN);
		this.#enter(this.#closure([this.#graph.start]));
	}

	/** The answer of the line in `bytes` from `start` to `end`, or `NO_PATTERN`. */
	answerOf(bytes: Uint8Array, start: number, end: number): number {
		if (bytes !== this.#bytes) this.#look(bytes);
		const view = this.#view;
		const strides = this.#strides;
		let row = 0;
		let place = start;
		const limit = start + BEGINNING_MAX;
		while (place + STRIDE <= end) {
			const low = view.getInt32(place, true);
			const high = view.getInt32(place + 4, true);
			const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b) ^ row, 0x9e3779b1);
			const slot = (mixed >>> (32 - STRIDE_BITS)) << 2;
			const known = strides[slot] === low && strides[slot + 1] === high && strides[slot + 2] === row;
			if (!known) {
				strides[slot] = low;
				strides[slot + 1] = high;
				strides[slot + 2] = row;
				strides[slot + 3] = this.#walk(bytes, place, place + STRIDE, row);
			}
			row = strides[slot + 3] as number;
			if (row < 0) return row === NONE ? NO_PATTERN : FIRST_ANSWER - row;
			place += STRIDE;
			if (place > limit) return NO_PATTERN;
			// what was never seen is a name or an address: its end is looked for byte by byte
			if (!known) place = this.#stay(bytes, place, end, row);
		}
		row = this.#walk(bytes, place, end, row);
		if (row >= 0) row = this.#next(row, this.#columns[LINE_END] as number);
		return row >= 0 || row === NONE ? NO_PATTERN : FIRST_ANSWER - row;
	}

	/** Byte by byte: the row reached, or an answer on the way. */
	#walk(bytes: Uint8Array, start: number, end: number, from: number): number {
		const columns = this.#columns;
		let row = from;
		for (let place = start; place < end && row >= 0; place++) {
			row = this.#next(row, columns[bytes[place] as number] as number);
		}
		return row;
	}

	/** How far the bytes lead from a row to itself. */
	#stay(bytes: Uint8Array, start: number, end: number, row: number): number {
		const columns = this.#columns;
		const rows = this.#rows;
		let place = start;
		while (place < end && rows[row + (columns[bytes[place] as number] as number)] === row) place++;
		return place;
	}

	#next(row: number, column: number): number {
		const next = this.#rows[row + column] as number;
		return next === UNKNOWN ? this.#extend(row, column) : next;
	}

	#look(bytes: Uint8Array): void {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	#partition(): void {
		const parts = new Array<number>(LINE_END + 1).fill(0);
		const seen = new Set<ReadonlySet<number>>();
		let count = 1;
		for (const step of this.#graph.steps) {
			if (!("takes" in step) || seen.has(step.takes)) continue;
			seen.add(step.takes);
			// those that it takes leave the part in which they were with the others
			const parted = new Map<number, number>();
			for (const symbol of step.takes) {
				const from = parts[symbol] as number;
				const to = parted.get(from) ?? count++;
				parted.set(from, to);
				parts[symbol] = to;
			}
		}
		const columns = new Map<number, number>();
		for (const [symbol, part] of parts.entries()) {
			let column = columns.get(part);
			if (column === undefined) {
				column = columns.size;
				columns.set(part, column);
				this.#samples.push(symbol);
			}
			this.#columns[symbol] = column;
		}
	}

	/** The steps that take something or accept, reached from any of these without taking anything. */
	#closure(from: readonly number[]): number[] {
		const { steps } = this.#graph;
		const reached = this.#reached;
		const search = ++this.#searches;
		const open = from.slice();
		const closed: number[] = [];
		for (let place = open.pop(); place !== undefined; place = open.pop()) {
			if (reached[place] === search) continue;
			reached[place] = search;
			const step = steps[place] as Step;
			if ("forks" in step) for (const fork of step.forks) open.push(fork);
			else closed.push(place);
		}
		return closed.sort((a, b) => a - b);
	}

	#extend(row: number, column: number): number {
		const symbol = this.#samples[column] as number;
		const { steps } = this.#graph;
		const targets: number[] = [];
		for (const place of this.#states[row / this.#samples.length] as number[]) {
			const step = steps[place] as Step;
			if ("takes" in step && step.takes.has(symbol)) targets.push(step.next);
		}
		const next = this.#enter(this.#closure(targets));
		this.#rows[row + column] = next;
		return next;
	}

	/** The entry that stands for a set of steps: its row, an answer, or none. */
	#enter(places: number[]): number {
		const answers = new Set<number>();
		for (const place of places) {
			const step = this.#graph.steps[place];
			if (step && "accept" in step) answers.add(step.accept);
		}
		if (answers.size === 1) return FIRST_ANSWER - ([...answers][0] as number);
		if (places.length === 0 || answers.size > 1) return NONE;
		const name = places.join();
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		if (this.#states.length >= STATES_MAX) return NONE;
		const row = this.#states.length * this.#samples.length;
		this.#states.push(places);
		this.#known.set(name, row);
		if (row + this.#samples.length > this.#rows.length) this.#grow();
		return row;
	}

	#grow(): void {
		const rows = new Int32Array(this.#rows.length * 2).fill(UNKNOWN);
		rows.set(this.#rows);
		this.#rows = rows;
	}
}
