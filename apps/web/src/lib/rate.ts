/** Counts changes per second over the last minute, by whether they were bad news. Pure: the time is given. */
import type { Outcome } from "@mailtrail/core/trace";

export interface RateSecond {
	second: number;
	total: number;
	failed: number;
	delayed: number;
}

export const RATE_SECONDS = 60;

export function countChange(seconds: RateSecond[], at: number, outcome: Outcome): RateSecond[] {
	const second = Math.floor(at / 1000);
	const kept = seconds.filter((s) => s.second > second - RATE_SECONDS);
	const last = kept.at(-1);
	const base = last?.second === second ? last : { second, total: 0, failed: 0, delayed: 0 };
	const next = {
		second,
		total: base.total + 1,
		failed: base.failed + (outcome === "failed" ? 1 : 0),
		delayed: base.delayed + (outcome === "delayed" ? 1 : 0),
	};
	return last?.second === second ? [...kept.slice(0, -1), next] : [...kept, next];
}

/** One entry for each of the last sixty seconds, oldest first. */
export function lastMinute(seconds: RateSecond[], now: number): RateSecond[] {
	const end = Math.floor(now / 1000);
	const known = new Map(seconds.map((s) => [s.second, s]));
	return Array.from({ length: RATE_SECONDS }, (_, i) => {
		const second = end - RATE_SECONDS + 1 + i;
		return known.get(second) ?? { second, total: 0, failed: 0, delayed: 0 };
	});
}
