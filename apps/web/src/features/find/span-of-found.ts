/** Which time is drawn and counted beside what was found, where the question names none. */
import type { SearchAnswer } from "@mailtrail/core/wire";

const DAY_MS = 86_400_000;
/** a message is counted whose first line is before the end */
const MINUTE_MS = 60_000;

/**
 * The last day; where all that was found is older (the log of an old host, mail of last month), the day up to the newest of it; where
 * the first page is all, everything from its oldest on. `now`: epoch milliseconds.
 */
export function spanOfFound(
	{ rows, cursor }: Pick<SearchAnswer, "rows" | "cursor">,
	now: number,
): { since: string; until?: string } {
	const times = rows.map(({ at }) => Date.parse(at));
	const newest = Math.max(...times);
	if (!Number.isFinite(newest)) return { since: "24h" };
	const until = newest < now - DAY_MS ? newest + MINUTE_MS : undefined;
	const day = (until ?? now) - DAY_MS;
	const since = cursor === undefined ? Math.min(day, ...times) : day;
	if (until === undefined && since >= now - DAY_MS) return { since: "24h" };
	return { since: iso(since), ...(until !== undefined && { until: iso(until) }) };
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
