import { describe, expect, it } from "vitest";
import { pairUp } from "./store-pairs.ts";

const times = (...list: number[]) => list.map((at) => ({ at }));
const paired = (
	stores: number[],
	tries: number[],
	fits: (store: number, attempt: number) => boolean = () => true,
) =>
	pairUp(times(...stores), times(...tries), (store, attempt) => fits(store.at, attempt.at)).map((pair) => [
		pair.store.at,
		pair.try.at,
	]);

describe("stores and tries of one user", () => {
	it("are paired where they alternate", () => {
		expect(paired([1010, 2010], [1020, 2020])).toEqual([
			[1010, 1020],
			[2010, 2020],
		]);
	});

	it("are not while two wait at once, and are again behind them", () => {
		expect(paired([1010, 1015, 3010], [1020, 1025, 3020])).toEqual([[3010, 3020]]);
	});

	it("are not where a line of one is missing", () => {
		expect(paired([1010, 1515], [1520])).toEqual([]);
		expect(paired([1515], [1010])).toEqual([]);
		expect(paired([1110], [1010])).toEqual([[1110, 1010]]);
		expect(paired([1010], [1020, 1030])).toEqual([]);
	});

	it("are where only one of those that wait fits", () => {
		expect(paired([1010, 1015], [1020, 1025], (store, attempt) => store + 10 === attempt)).toEqual([
			[1010, 1020],
			[1015, 1025],
		]);
	});

	it("may stand in either order within a whole second, and not long after", () => {
		expect(paired([1010], [1000])).toEqual([[1010, 1000]]);
		expect(paired([1010], [30_000])).toEqual([]);
	});
});
