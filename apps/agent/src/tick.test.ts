import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { atEachTick, untilTick } from "./tick.ts";

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
	vi.useRealTimers();
});

it("acts together with others of its period, whenever they began, until it is ended", () => {
	const times: number[][] = [[], []];
	const note = (mine: number[]) => () => void mine.push(performance.now());
	vi.advanceTimersByTime(300);
	const endFirst = atEachTick(2000, note(times[0]!));
	vi.advanceTimersByTime(400);
	const endSecond = atEachTick(2000, note(times[1]!));
	vi.advanceTimersByTime(5300);
	endFirst();
	endSecond();
	vi.advanceTimersByTime(5000);
	expect(times[0]).toHaveLength(3);
	expect(times[1]).toEqual(times[0]);
});

it("keeps to a period that changes", () => {
	const times: number[] = [];
	vi.advanceTimersByTime(1);
	const end = atEachTick(
		() => (times.length < 2 ? 2000 : 5000),
		() => void times.push(performance.now()),
	);
	vi.advanceTimersByTime(20_000);
	end();
	// the period is asked for before what is done at a tick
	expect(times.map(Math.round)).toEqual([2000, 4000, 6000, 10_000, 15_000, 20_000]);
});

it("waits for the period and a little at the most, and never for nothing", () => {
	for (let at = 0; at < 4000; at += 77) {
		expect(untilTick(2000)).toBeGreaterThanOrEqual(100);
		expect(untilTick(2000)).toBeLessThanOrEqual(2100);
		vi.advanceTimersByTime(77);
	}
});
