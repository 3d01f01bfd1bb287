/**
 * Messages with two Message-ID headers: exim and Dovecot log the first, sendmail the last, so the two hosts of a hand-over seem to speak of two
 * messages. The reply's id is believed nevertheless where one of them is sendmail, other hand-overs prove that the answer came from the
 * receiver's own address and that the message came from the sender's, and people and moment agree.
 */
import { contradicts, namesRecipient } from "./contradiction.ts";
import { isArrivalKnown } from "./hand-over-time.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import type { HopLink } from "./hop-link.ts";
import { otherMessageId } from "../hop/message-id.ts";
import { sameAddress } from "../hop/recipients.ts";
import type { Usual } from "./usual.ts";

/** @param claimed links so far; what they lead to has its origin */
export function twoIdLinks(
	hops: readonly Hop[],
	claimed: readonly HopLink[],
	index: HopIndex,
	usual: Usual,
): HopLink[] {
	const reached = new Set(claimed.map(({ to }) => to));
	const continued = new Set(claimed.map(({ attempt }) => attempt));
	const links = hops.flatMap((from) =>
		from.attempts.flatMap((attempt) => {
			const to = continued.has(attempt) ? undefined : otherNamed(from, attempt, index);
			if (!to || reached.has(to)) return [];
			const link = { from, attempt, to, via: "queued-as", confidence: "proven" } as const;
			const evidence = [attempt.ref, ...to.refs.slice(0, 1)];
			return isSure({ ...link, evidence }, usual) ? [{ ...link, evidence }] : [];
		}),
	);
	const origins = Map.groupBy(links, ({ to }) => to);
	return links.filter(({ to, from }) => origins.get(to)?.every((other) => other.from === from));
}

/** The one hop of another host that a reply names and that differs by its Message-ID alone. */
export function otherNamed(from: Hop, attempt: HopAttempt, index: HopIndex): Hop | undefined {
	if (attempt.nextQueueId === undefined || attempt.relay?.ip === undefined) return undefined;
	const named = index.named(attempt.nextQueueId, attempt.at).filter((to) => to !== from);
	const [only, another] = named.filter((to) => !contradicts(from, attempt, to, true));
	return only && !another && only.host !== from.host && mayNameAnother(from, only) ? only : undefined;
}

/** Postfix logs all of them: what it does not name the message does not bear. */
function mayNameAnother(from: Hop, to: Hop): boolean {
	if (from.mta === "postfix" || to.mta === "postfix") return false;
	return (from.mta === "sendmail") !== (to.mta === "sendmail") && otherMessageId(from, to);
}

function isSure(link: HopLink, usual: Usual): boolean {
	const { from, to, attempt } = link;
	if (from.sender === undefined || to.sender === undefined || !sameAddress(from.sender, to.sender))
		return false;
	// sendmail does not name an alias beside its members
	if (to.mta !== "sendmail" && !namesRecipient(to, attempt.recipient)) return false;
	return (
		isArrivalKnown(to) && usual.isInTime(link) && usual.ways.leadThere(link) && usual.ways.cameFrom(link)
	);
}
