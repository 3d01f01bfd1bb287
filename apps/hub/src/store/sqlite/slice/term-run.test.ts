/** Runs against a plain list: whatever the entries, and however they are parted and merged, the answers are the same. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { columnsOf, countOf, descend, following, mergeRuns, readRun, sortedRun } from "./term-run.ts";

const TERMS = [0, 5, 2 ** 18, 2 ** 18 + 1, 2 ** 49 + 3, 2 ** 50 - 1];
const entry = fc.record({
	term: fc.constantFrom(...TERMS),
	at: fc.integer({ min: 0, max: 6 }),
	no: fc.integer({ min: 1, max: 40 }),
});
const parts = fc.array(fc.array(entry, { maxLength: 12 }), { minLength: 1, maxLength: 6 });
const flat = (entries: { term: number; at: number; no: number }[]) =>
	entries.flatMap(({ term, at, no }) => [term, at, no]);

it("answers as a list would", () => {
	fc.assert(
		fc.property(parts, fc.constantFrom(...TERMS), fc.integer({ min: 0, max: 7 }), (all, term, at) => {
			const runs = all.map((part) => readRun(columnsOf(sortedRun(flat(part)))));
			const mine = all.flat().filter((each) => each.term === term);
			const places = mine.map((each) => ({ at: each.at, no: each.no }));
			places.sort((a, b) => b.at - a.at || b.no - a.no);
			const distinct = places.filter(
				(each, i) => each.at !== places[i - 1]?.at || each.no !== places[i - 1]?.no,
			);
			for (const some of [runs, [mergeRuns(runs)]]) {
				const before = { at, no: 20 };
				expect([...descend(some, term, before)]).toEqual(
					distinct.filter((each) => each.at < at || (each.at === at && each.no < 20)),
				);
				expect(following(some, term, at, 3)).toEqual(
					places
						.filter((each) => each.at > at)
						.reverse()
						.slice(0, 3),
				);
				expect(countOf(some, term, 100)).toBe(mine.length);
			}
		}),
	);
});

it("sorts a whole run", () => {
	const entries = Array.from({ length: 16_384 }, (_, i) => [
		((i * 7_919) % 1_000) * 2 ** 30,
		i % 13,
		i,
	]).flat();
	const { terms, times, length } = sortedRun(entries);
	expect(length).toBe(16_384);
	for (let i = 1; i < length; i++) {
		expect(terms[i]).toBeGreaterThanOrEqual(terms[i - 1] ?? 0);
		if (terms[i] === terms[i - 1]) expect(times[i]).toBeGreaterThanOrEqual(times[i - 1] ?? 0);
	}
});

it("reads a run as earlier versions wrote it", () => {
	const columns = new Float64Array([5, 5, 2 ** 49, 1, 3, 2, 8, 7, 9]);
	const runs = [readRun(new Uint8Array(columns.buffer)), sortedRun([5, 2, 10])];
	for (const some of [runs, [mergeRuns(runs)]]) {
		expect([...descend(some, 5, { at: 4, no: 0 })]).toEqual([
			{ at: 3, no: 7 },
			{ at: 2, no: 10 },
			{ at: 1, no: 8 },
		]);
		expect(following(some, 2 ** 49, 0, 1)).toEqual([{ at: 2, no: 9 }]);
	}
});
