import { expect, test } from "vitest";
import { countChange, lastMinute, RATE_SECONDS, type RateSecond } from "./rate.ts";

test("counts by second and forgets what is older than a minute", () => {
	let seconds: RateSecond[] = [];
	seconds = countChange(seconds, 1_000, "delivered");
	seconds = countChange(seconds, 1_900, "failed");
	seconds = countChange(seconds, 3_000, "delayed");
	const minute = lastMinute(seconds, 3_500);
	expect(minute).toHaveLength(RATE_SECONDS);
	expect(minute.at(-1)).toEqual({ second: 3, total: 1, failed: 0, delayed: 1 });
	expect(minute.at(-3)).toEqual({ second: 1, total: 2, failed: 1, delayed: 0 });
	seconds = countChange(seconds, 61_500, "delivered");
	expect(seconds.map((s) => s.second)).toEqual([3, 61]);
});
