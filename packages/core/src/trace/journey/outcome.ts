/** What became of one recipient at the end of its trail. "sent" means that the next host took it: only a mailbox is `delivered`. */
import type { Fate } from "./fate.ts";
import { isBounced } from "../hop/filter-hop.ts";
import type { Hop, HopAttempt, HopVerdict } from "../hop/hop.ts";
import type { Outcome } from "./journey.ts";
import { recipientGroups } from "../hop/recipients.ts";

export interface End {
	outcome: Outcome;
	mailbox?: string;
}

/** The outcome from the last try of the last hop; without any try what was decided about the message, or unknown. */
export function outcomeOf(
	hop: Hop,
	recipient: string,
	last: HopAttempt | undefined,
	fate: Fate | undefined,
): End {
	if (!last) return { outcome: keptByFilter(hop, recipient) ?? fate?.outcome ?? mergedOrUnknown(hop) };
	switch (last.action) {
		case "delivered":
			return { outcome: "delivered", ...(last.mailbox !== undefined && { mailbox: last.mailbox }) };
		case "relayed":
			return { outcome: isForwarded(last) ? "unknown" : "relayed" };
		case "failed":
			return { outcome: "failed" };
		case "discarded":
			return { outcome: quarantined(hop, recipient) ? "quarantined" : "discarded" };
		case "delayed":
			return { outcome: afterWaiting(hop) };
		case "expanded":
			return { outcome: "unknown" };
		case undefined:
			// sendmail's stat=quarantined: kept for the postmaster
			return { outcome: last.status === "quarantined" ? "quarantined" : "unknown" };
		default:
			return last.action satisfies never;
	}
}

/**
 * Who removes a message that still waits: nobody has it any more. The queue itself removes what it is done with, so that the line which says
 * how is missing.
 */
function afterWaiting({ state }: Hop): Outcome {
	if (state?.kind !== "removed") return "delayed";
	return state.byHand ? "discarded" : "unknown";
}

/**
 * A recipient without a try in a queue that is done with all that it had: an alias whose members were others' too, written
 * into the queue once (cleanup_out_recipient.c, duplicate filter).
 */
function mergedOrUnknown(hop: Hop): Outcome {
	const count = hop.recipientCount;
	if (hop.mta !== "postfix" || hop.state?.kind !== "removed" || count === undefined) return "unknown";
	return recipientGroups(hop).length === count ? "expanded" : "unknown";
}

/** `status=sent (forwarded as X)`: nobody else has it. It went on within the host, under an id whose lines are not known. */
function isForwarded(attempt: Pick<HopAttempt, "transport" | "relay" | "nextQueueId">): boolean {
	return attempt.nextQueueId !== undefined && attempt.transport !== undefined && attempt.relay === undefined;
}

/** A filter's own hop (amavis with its mail id) that passed nothing on. */
function keptByFilter(hop: Hop, recipient: string): Outcome | undefined {
	const own = hop.verdicts.filter((each) => each.mailId !== undefined && each.mailId === hop.queueId);
	const decided = own.filter(({ action }) => action !== undefined);
	// one filter decides for each recipient, another once for all
	const verdict = decided.findLast((each) => names(each, recipient)) ?? decided.at(-1) ?? own.at(-1);
	if (!verdict || verdict.nextQueueId) return undefined;
	if (isBounced(verdict)) return "failed";
	return verdict.quarantineId ? "quarantined" : "discarded";
}

function quarantined(hop: Hop, recipient: string): boolean {
	return hop.verdicts.some(
		(verdict) =>
			verdict.quarantineId !== undefined &&
			!verdict.nextQueueId &&
			(verdict.recipients === undefined || names(verdict, recipient)),
	);
}

function names({ recipients = [] }: HopVerdict, recipient: string): boolean {
	return recipients.some((each) => each.toLowerCase() === recipient.toLowerCase());
}
