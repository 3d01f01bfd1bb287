import { expect, test } from "vitest";
import { playwrightCounts, vitestCounts } from "./report-counts.mjs";

const vitest = (over) =>
	JSON.stringify({
		numPassedTests: 7,
		numFailedTests: 1,
		numPendingTests: 2,
		numTodoTests: 0,
		testResults: [],
		...over,
	});

test("counts what vitest reports", () => {
	expect(vitestCounts(vitest({}), 1)).toEqual({ passed: 7, failed: 1, skipped: 2 });
});

test("a test file that could not be loaded is a failure", () => {
	const testResults = [{ status: "failed", assertionResults: [] }];
	expect(vitestCounts(vitest({ numFailedTests: 0, testResults }), 1).failed).toBe(1);
});

test("a runner that fails without a failed case is a failure", () => {
	expect(vitestCounts(vitest({ numFailedTests: 0 }), 1).failed).toBe(1);
	expect(vitestCounts("", 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
	expect(playwrightCounts("not json", 0).failed).toBe(1);
});

test("a flaky browser test passed in the end", () => {
	const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 1 };
	expect(playwrightCounts(JSON.stringify({ stats }), 0)).toEqual({ passed: 4, failed: 0, skipped: 1 });
});
