/**
 * An outcome's shape as paths around 0, 0, drawn for a radius of 8: the same everywhere. Its word stands beside it. In the mailbox
 * and in its junk folder are one outcome and two marks: the second is what a caller did not find. Refused for good and put off at
 * the door are two as well: who was asked to come again has lost nothing yet.
 */
import type { Outcome } from "@mailtrail/core/trace";

export interface OutcomeShape {
	body: string;
	/** what stands in it; empty: nothing */
	sign: string;
}

export type Mark = Outcome | "junk" | "put-off";

export function markOf(outcome: Outcome, why: { cause?: string; permanent?: boolean } | undefined): Mark {
	if (outcome === "delivered" && why?.cause === "filed-as-junk") return "junk";
	return outcome === "failed" && why?.permanent === false ? "put-off" : outcome;
}

/** Whose word stands beside it. */
export function wordOf(mark: Mark): Outcome | "put-off" {
	return mark === "junk" ? "delivered" : mark;
}

const DISC = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0";
const RING = "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0";
const relayed: OutcomeShape = { body: "M0-9.4L9.4 0 0 9.4-9.4 0z", sign: "M-4 0H3.4M.6-3l3 3-3 3" };
const kept: OutcomeShape = { body: RING, sign: "M-4.9 4.9L4.9-4.9" };

const delayed: OutcomeShape = { body: "M0-8.6L9 7.4H-9z", sign: "M0-3v4.6M0 4.6v.1" };

export const OUTCOME_SHAPE: Record<Mark, OutcomeShape> = {
	delivered: { body: DISC, sign: "M-4 .2l2.9 3L4.3-2.9" },
	junk: { body: DISC, sign: "M0-4.4V1.6M-2.8-.9L0 1.9 2.8-.9M-3.9 4.4H3.9" },
	relayed,
	expanded: relayed,
	delayed,
	"put-off": delayed,
	failed: {
		body: "M-5.4-8H5.4a2.6 2.6 0 0 1 2.6 2.6V5.4a2.6 2.6 0 0 1-2.6 2.6H-5.4a2.6 2.6 0 0 1-2.6-2.6V-5.4a2.6 2.6 0 0 1 2.6-2.6z",
		sign: "M-3.4-3.4l6.8 6.8m0-6.8l-6.8 6.8",
	},
	discarded: kept,
	quarantined: kept,
	unknown: { body: RING, sign: "" },
};
