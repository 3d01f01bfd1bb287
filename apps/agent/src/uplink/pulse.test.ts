import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { beating } from "./pulse.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("beats every five seconds while lines arrive, every ten where none do, and as soon again as some have come", () => {
	let lines = 0;
	const times: number[] = [];
	const stop = beating(
		() => lines,
		() => {
			times.push(Math.round(performance.now()));
			if (times.length < 3) lines++;
		},
	);
	vi.advanceTimersByTime(40_000);
	lines++;
	vi.advanceTimersByTime(25_000);
	stop();
	vi.advanceTimersByTime(60_000);
	// at whole multiples of either, so that all that is done now and then falls together
	const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
	expect(gaps).toEqual([5000, 5000, 5000, 5000, 10_000, 10_000, 10_000, 5000, 5000]);
});
