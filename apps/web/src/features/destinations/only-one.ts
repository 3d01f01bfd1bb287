/** Whether exactly one of many fails: then the cause is with that one. Said only where the others prove it. */
import { CAUSES } from "@mailtrail/core/diagnose";
import type { DestinationRow } from "@mailtrail/core/wire";

/** fewer tries than this prove nothing */
const ENOUGH = 3;
const FAILS = 0.5;
const WELL = 0.1;
/** What these should do something about is one letter or one mailbox, and no fault of the way. */
const OF_ONE_LETTER: readonly string[] = ["sender", "recipient", "nobody"];

/** share of tries that were not accepted */
export function notAccepted({ results }: Pick<DestinationRow, "results">): number | undefined {
	const n = tries({ results });
	return n === 0 ? undefined : (results.delayed + results.failed) / n;
}

function tries({ results }: Pick<DestinationRow, "results">): number {
	return results.accepted + results.delayed + results.failed;
}

/** The one row that fails, and those that do not, of those with tries enough. */
export function onlyOne(
	rows: DestinationRow[],
): { failing: DestinationRow; well: DestinationRow[] } | undefined {
	const known = rows.filter((row) => tries(row) >= ENOUGH);
	const failing = known.filter((row) => (notAccepted(row) ?? 0) >= FAILS);
	const well = known.filter((row) => (notAccepted(row) ?? 1) <= WELL);
	const [only] = failing;
	const proved = only !== undefined && failing.length === 1 && well.length > 0 && ofTheWay(only) >= FAILS;
	return proved ? { failing: only, well } : undefined;
}

/** Share of tries that the way, or whoever stands at either end of it, kept from being accepted. */
function ofTheWay(row: DestinationRow): number {
	const actors: Record<string, { actor: string } | undefined> = CAUSES;
	const n = row.causes
		.filter(({ cause }) => !OF_ONE_LETTER.includes(actors[cause]?.actor ?? ""))
		.reduce((sum, cause) => sum + cause.n, 0);
	return n / tries(row);
}
