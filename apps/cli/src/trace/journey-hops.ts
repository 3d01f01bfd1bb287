/** What journeys are made of and lead to: their hops among those they were joined from, and other journeys that they name. */
import type { Query, Term } from "@mailtrail/core/query";
import { type Hop, type Journey, type Need, needOf } from "@mailtrail/core/trace";

/** Other journeys that stand in this one. */
function namedBy({ parent, bounces, answers, recipients }: Journey): string[] {
	const met = recipients.flatMap(({ attempts }) => attempts.flatMap(({ refusal }) => refusal ?? []));
	const named = [...bounces, ...(answers ?? []), ...met, ...(parent ? [parent] : [])];
	return named.map(({ journeyId }) => journeyId);
}

/** With the sessions beside them. */
function hopsOf(hops: readonly Hop[], journeys: readonly Journey[]): Hop[] {
	const lines = new Set<string | undefined>();
	const ids = new Set<string | undefined>();
	for (const { path } of journeys.flatMap(({ recipients }) => recipients))
		for (const stop of path) {
			lines.add(stop.lines[0]);
			ids.add(stop.queueId);
		}
	return hops.filter((hop) => lines.has(hop.refs[0]) || hop.sessionQueueIds.some((id) => ids.has(id)));
}

/** Counts those of the journeys that are asked about, with the sessions beside them, and then those that they name. */
export function needAround(
	hops: readonly Hop[],
	journeys: readonly Journey[],
	asked: readonly Journey[],
): Need {
	const named = new Set(asked.flatMap(namedBy));
	const around = journeys.filter(({ id }) => named.has(id));
	return needOf(hops, hopsOf(hops, asked), hopsOf(hops, [...asked, ...around]));
}

/** Fields that say which message, not what became of it. */
const NAMING: ReadonlySet<Term["field"]> = new Set([
	"queue",
	"id",
	"to",
	"from",
	"address",
	"ip",
	"domain",
	"name",
]);

/** The terms of such fields: what became of a message may only be told by all lines. */
export function namingTerms({ terms }: Pick<Query, "terms">): Term[] {
	return terms.filter(({ field, negated }) => !negated && NAMING.has(field));
}
