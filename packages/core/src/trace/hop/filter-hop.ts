/** A content filter that logs a message under an id of its own (amavis under its mail id): those lines are a hop, and its verdict is the end of it. */
import type { Hop, HopVerdict } from "./hop.ts";

/** When a filter with an id of its own had made up its mind; undefined for every other hop. */
export function ownVerdictAt(hop: Hop): number | undefined {
	return hop.queueId === undefined
		? undefined
		: hop.verdicts.findLast((verdict) => verdict.mailId === hop.queueId)?.at;
}

/** Whether these are a filter's own lines about a message (amavis under its mail id). */
export function isFilterHop(hop: Hop): boolean {
	return ownVerdictAt(hop) !== undefined;
}

/** `Blocked BANNED (…) {BouncedInbound,Quarantined}`: amavis told the sender, and kept what it kept for the postmaster. */
export function isBounced({ action }: HopVerdict): boolean {
	return action?.startsWith("Bounced") === true;
}
