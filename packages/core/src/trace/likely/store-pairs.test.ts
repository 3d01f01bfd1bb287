import { describe, expect, it } from "vitest";
import { pairUp } from "./store-pairs.ts";

/** A line is named by its place; arrivals stand early in another file where a case says nothing of them. */
interface Line {
	at: number;
	place?: number;
	since?: number;
	isLater?: boolean;
	arrival?: Line;
}

const refOf = ({ place }: Line, file: string) => (place === undefined ? `${file}:0` : `mx:mail.log:${place}`);
const paired = (
	stores: readonly (number | Line)[],
	tries: readonly (number | Line)[],
	fits: (store: number, attempt: number) => boolean = () => true,
) => {
	const lines = (list: readonly (number | Line)[]) =>
		list.map((each): Line => (typeof each === "number" ? { at: each } : each));
	return pairUp(
		lines(stores).map((line) => ({ ...line, ref: refOf(line, "store") })),
		lines(tries).map(({ at, arrival = { at: 0 } }) => ({
			at,
			arrival: { at: arrival.at, ref: refOf(arrival, "mta") },
		})),
		(store, attempt) => fits(store.at, attempt.at),
	)
		.map((pair) => [pair.store.at, pair.try.at])
		.sort(([a = 0], [b = 0]) => a - b);
};

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

	it("are told apart by a message that came in behind a store's line", () => {
		const second = { at: 1250, arrival: { at: 1150 } };
		expect(paired([1110, 1210], [{ at: 1120, arrival: { at: 1100 } }, second])).toEqual([
			[1110, 1120],
			[1210, 1250],
		]);
		// both were there before the first store
		expect(paired([1110, 1210], [1120, { ...second, arrival: { at: 1105 } }])).toEqual([]);
	});

	it("are told apart by their lines' places within a whole second", () => {
		const tries = [
			{ at: 1000, arrival: { at: 1000, place: 1 } },
			{ at: 1000, arrival: { at: 1000, place: 4 } },
		];
		const stores = [
			{ at: 1000, place: 2 },
			{ at: 1000, place: 5 },
		];
		expect(paired(stores, tries)).toHaveLength(2);
		expect(paired([stores[0]!, { at: 1000, place: 3 }], tries)).toEqual([]);
	});

	it("are told apart by when the store's session began", () => {
		const tries = [
			{ at: 1400, arrival: { at: 1100 } },
			{ at: 1450, arrival: { at: 1200 } },
		];
		expect(
			paired(
				[
					{ at: 1300, since: 1150 },
					{ at: 1310, since: 1309 },
				],
				tries,
			),
		).toEqual([
			[1300, 1400],
			[1310, 1450],
		]);
		// all lines may be stamped 100 ms late: then both came before either session
		expect(
			paired(
				[
					{ at: 1300, since: 1150 },
					{ at: 1310, since: 1210 },
				],
				tries,
			),
		).toEqual([]);
	});

	it("are a pair where the message came in while the session was open for another one", () => {
		// its line came with its session: the log's clock is the sessions' own
		const other = { at: 510, since: 509 };
		const bounce = { at: 1160, arrival: { at: 1150 } };
		expect(paired([other, { at: 1161, since: 1100, isLater: true }], [bounce])).toEqual([[1161, 1160]]);
		expect(paired([other, { at: 1161, since: 1100 }], [bounce])).toEqual([]);
	});

	it("are no pair where the session began after the answer, unless by another clock", () => {
		expect(paired([{ at: 1110, since: 1050 }], [1010])).toEqual([]);
		expect(paired([{ at: 1110, since: 90_000 }], [1010])).toEqual([[1110, 1010]]);
	});
});
