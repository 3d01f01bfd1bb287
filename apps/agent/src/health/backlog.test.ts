import { expect, it } from "vitest";
import { BacklogWatch } from "./backlog.ts";

const MEBIBYTE = 1024 * 1024;

function observe(watch: BacklogWatch, lags: number[], everyMs = 2000, from = 0): void {
	for (const [i, lag] of lags.entries()) watch.observe(lag, from + i * everyMs);
}

it("tells how much is left of a backlog, and for how long", () => {
	const watch = new BacklogWatch();
	observe(
		watch,
		[100, 90, 80, 70].map((each) => each * MEBIBYTE),
	);
	expect(watch.last).toEqual({ total: 100 * MEBIBYTE, left: 70 * MEBIBYTE, seconds: 14 });
	watch.observe(0, 22_000);
	expect(watch.last).toBeUndefined();
});

it("takes a busy log for none, and says no time where nothing moves", () => {
	const watch = new BacklogWatch();
	observe(watch, [0, 300_000, 200_000, 0]);
	expect(watch.last).toBeUndefined();
	observe(
		watch,
		Array.from({ length: 10 }, () => 2 * MEBIBYTE),
		2000,
		10_000,
	);
	expect(watch.last).toEqual({ total: 2 * MEBIBYTE, left: 2 * MEBIBYTE });
});

it("grows with what comes in, and forgets an old pace", () => {
	const watch = new BacklogWatch();
	observe(
		watch,
		[10, 9, 8, 12].map((each) => each * MEBIBYTE),
	);
	expect(watch.last).toMatchObject({ total: 14 * MEBIBYTE, left: 12 * MEBIBYTE });
	observe(
		watch,
		Array.from({ length: 20 }, () => 12 * MEBIBYTE),
		2000,
		8000,
	);
	expect(watch.last?.seconds).toBeUndefined();
});
