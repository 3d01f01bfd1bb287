/**
 * A before-queue filter that logs ids of its own beside the session that it answered: `554 5.7.0 Reject, id=00084-03 - BANNED`. The session's
 * line names one recipient, the filter's all of them; what the filter kept or passed on is told by its own lines alone.
 */
import { keptFrom } from "./first-filters.ts";
import type { Hop } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import { nextQueuesOf } from "../hop/keys.ts";
import { sameAddress } from "../hop/recipients.ts";
import { taskAnswered } from "../hop/task-answered.ts";

/** Both write as the filter answers. */
const ONE_CLOCK_MS = 10_000;

/** The hops with each such session told once. */
export function withFilterNamed(hops: readonly Hop[], index: HopIndex): Hop[] {
	return hops.flatMap((hop) => {
		if (hop.queueId !== undefined) return [hop];
		const filter = filterOf(hop, index);
		if (!filter) return [hop];
		const passedOn = filter.verdicts.some((verdict) => nextQueuesOf(verdict).length > 0);
		return passedOn || keptFrom(filter).length > 0 ? [] : [{ ...hop, verdicts: filter.verdicts }];
	});
}

function filterOf(session: Hop, index: HopIndex): Hop | undefined {
	const [refusal, another] = session.refusals;
	if (!refusal || another) return undefined;
	const taskId = taskAnswered(refusal.verb, refusal.reply);
	if (taskId === undefined) return undefined;
	const [filter, other] = index
		.filtersCalled(taskId, refusal.at)
		.filter((each) => each.host === session.host && Math.abs(each.lastAt - refusal.at) <= ONE_CLOCK_MS)
		.filter(({ sender }) => sender === undefined || sameAddress(sender, refusal.sender ?? ""));
	return other ? undefined : filter;
}
