/** When alerts begin and end: thresholds, how long it must stand, hysteresis, silence of the source, and certificates that run down. */
import { describe, expect, it } from "vitest";
import { type RuleState, step } from "./rule-state.ts";

const MINUTE = 60_000;
type Rule = Parameters<typeof step>[0];
const rule: Rule = { kind: "deferral-rate", threshold: 50, clear: 20, holdMinutes: 2 };

/** One value a minute; what happened at which minute. */
function walk(values: (number | undefined)[], by: Rule = rule): string[] {
	let state: RuleState = {};
	return values.flatMap((value, i) => {
		const next = step(by, state, { at: i * MINUTE, ...(value !== undefined && { value }) });
		state = next.state;
		return next.turn ? [`${i} ${next.turn}`] : [];
	});
}

describe("an alert", () => {
	it("fires when it has stood long enough, not for a peak", () => {
		expect(walk([60, 10, 60, 60, 10])).toEqual([]);
		expect(walk([10, 60, 60, 60])).toEqual(["3 fired"]);
		expect(walk([50, 50, 50])).toEqual(["2 fired"]);
	});

	it("clears below its lower level only, and not for a dip", () => {
		expect(walk([60, 60, 60, 40, 30, 40, 19, 60, 19, 19, 19])).toEqual(["2 fired", "10 cleared"]);
	});

	it("clears when nothing says that it is still bad", () => {
		expect(walk([60, 60, 60, undefined, undefined, undefined])).toEqual(["2 fired", "5 cleared"]);
	});

	it("does not fire for nothing at all, whatever the threshold", () => {
		expect(walk([0, 0, 0, 0], { ...rule, threshold: 0 })).toEqual([]);
		expect(walk([undefined, undefined, undefined])).toEqual([]);
	});

	it("fires at once where nothing has to stand", () => {
		expect(
			walk([1, 0, 1], { ...rule, kind: "block-listed", threshold: 1, clear: 1, holdMinutes: 0 }),
		).toEqual(["0 fired", "1 cleared", "2 fired"]);
	});

	it("of a certificate fires when the days run down, and clears when it is renewed", () => {
		const days: Rule = { kind: "certificate-ends", threshold: 14, clear: 20, holdMinutes: 0 };
		expect(walk([16, 15, 14, 13, 18, 90], days)).toEqual(["2 fired", "5 cleared"]);
	});

	it("remembers when it began and how bad it was", () => {
		let state: RuleState = {};
		for (const [i, value] of [60, 80, 70, 65].entries())
			state = step(rule, state, { at: i * MINUTE, value }).state;
		expect(state).toEqual({ firing: { since: 0, peak: 70 } });
	});
});
