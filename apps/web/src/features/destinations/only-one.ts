/** Whether exactly one of many fails: then the cause is with that one. Said only where the others prove it. */
import type { DestinationRow } from "@mailtrail/core/wire";

/** fewer tries than this prove nothing */
const ENOUGH = 3;
const FAILS = 0.5;
const WELL = 0.1;

export function notAccepted({ results }: Pick<DestinationRow, "results">): number | undefined {
	const tries = results.accepted + results.delayed + results.failed;
	return tries === 0 ? undefined : (results.delayed + results.failed) / tries;
}

function tries({ results }: DestinationRow): number {
	return results.accepted + results.delayed + results.failed;
}

/** The one row that fails, and those that do not. */
export function onlyOne(
	rows: DestinationRow[],
): { failing: DestinationRow; well: DestinationRow[] } | undefined {
	const known = rows.filter((row) => tries(row) >= ENOUGH);
	const failing = known.filter((row) => (notAccepted(row) ?? 0) >= FAILS);
	const well = known.filter((row) => (notAccepted(row) ?? 1) <= WELL);
	const [only] = failing;
	return only !== undefined && failing.length === 1 && well.length > 0 ? { failing: only, well } : undefined;
}
