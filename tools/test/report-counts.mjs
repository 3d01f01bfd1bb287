/**
 * How many cases a test runner's JSON report holds. A report that is missing or unreadable, a file that could not be
 * loaded, a runner that failed for a reason of its own: each counts as one failure, so that nothing passes by absence.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {Counts} */
export function vitestCounts(json, exitCode) {
	const report = parse(json);
	if (!report) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
	const unloaded = report.testResults.filter(
		(file) => file.status === "failed" && file.assertionResults.length === 0,
	).length;
	return atLeastOneFailure(
		{
			passed: report.numPassedTests,
			failed: report.numFailedTests + unloaded,
			skipped: report.numPendingTests + report.numTodoTests,
		},
		exitCode,
	);
}

/** @returns {Counts} */
export function playwrightCounts(json, exitCode) {
	const report = parse(json);
	if (!report) return { passed: 0, failed: 1, skipped: 0 };
	const { expected, unexpected, flaky, skipped } = report.stats;
	return atLeastOneFailure({ passed: expected + flaky, failed: unexpected, skipped }, exitCode);
}

function atLeastOneFailure(counts, exitCode) {
	return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function parse(json) {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
