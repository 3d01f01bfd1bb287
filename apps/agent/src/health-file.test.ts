import { expect, it } from "vitest";
import { HealthPace, STALE_MS } from "./health-file.ts";

const NOW = 1_795_305_600_000;

/** The moments at which it is written, asked as often as it wants to be. */
function writes(pace: HealthPace, newsAt: (at: number) => string, forMs: number): number[] {
	const written: number[] = [];
	for (let at = 0; at < forMs; at += pace.period(NOW + at))
		if (pace.isDue(newsAt(at), NOW + at)) written.push(at);
	return written;
}

it("is written soon while something happens, and seldom else, but never so seldom that it looks abandoned", () => {
	const busy = writes(new HealthPace(), (at) => String(at), 60_000);
	expect(busy).toHaveLength(30);
	const quiet = writes(new HealthPace(), () => "same", 120_000);
	expect(quiet.length).toBeLessThan(18);
	const gaps = quiet.map((at, index) => at - (quiet[index - 1] ?? at));
	// a tick that comes late may still be followed by the next
	expect(Math.max(...gaps)).toBeLessThanOrEqual(STALE_MS - 5000);
});

it("tells news in a quiet time within one question", () => {
	const written = writes(new HealthPace(), (at) => (at < 62_000 ? "before" : "after"), 80_000);
	expect(written.some((at) => at >= 62_000 && at <= 67_000)).toBe(true);
});
