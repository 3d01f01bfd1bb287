/**
 * Filters that stand before the first queue that is known: a before-queue filter (`smtpd_proxy_filter`) whose client nobody watches.
 * It speaks with the client's session, which has no queue id, and passes on into a queue that it names.
 */
import { isFilterHop } from "../hop/filter-hop.ts";
import type { Hop } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import { nextQueuesOf } from "../hop/keys.ts";
import type { HopLink } from "./hop-link.ts";
import { otherMessageId } from "../hop/message-id.ts";

/** One host has one clock: the filter writes its line when the queue has taken the message. */
const ONE_CLOCK_MS = 60_000;

/** One that was told a queue's id stood behind that queue, whose lines are not known. */
function mayBeFirst(hop: Hop): boolean {
	return isFilterHop(hop) && hop.filterFor === undefined;
}

/** Links from first filters to the queues behind them. */
export function firstFilterLinks(
	hops: readonly Hop[],
	known: readonly HopLink[],
	index: HopIndex,
): HopLink[] {
	const reached = new Set(known.flatMap(({ to, filter }) => (filter ? [to, filter] : [to])));
	return hops
		.filter((hop) => mayBeFirst(hop) && !reached.has(hop))
		.flatMap((from) =>
			from.verdicts.flatMap((verdict) =>
				nextQueuesOf(verdict).flatMap((id) => {
					const [to, other] = index
						.namedOn(from.host, id, verdict.at)
						.filter((hop) => !reached.has(hop) && !isFilterHop(hop) && fits(from, hop));
					if (!to || other) return [];
					const attempt = { at: verdict.at, ref: verdict.ref, recipient: "" };
					const evidence = [verdict.ref, ...to.refs.slice(0, 1)];
					return [{ from, attempt, to, via: "filter", confidence: "proven", evidence, forAll: true }];
				}),
			),
		);
}

function fits(filter: Hop, to: Hop): boolean {
	return Math.abs(to.firstAt - filter.lastAt) <= ONE_CLOCK_MS && !otherMessageId(filter, to);
}

/** Whom a first filter kept the message from: refused ones are told by the session that it answered. */
export function keptFrom(filter: Hop): string[] {
	if (!mayBeFirst(filter)) return [];
	const kept = filter.verdicts.filter(
		(verdict) =>
			verdict.mailId === filter.queueId &&
			nextQueuesOf(verdict).length === 0 &&
			// amavis: {DiscardedInbound,Quarantined}, {RejectedInbound,Quarantined}
			/discard|quarantin/i.test(verdict.action ?? "") &&
			!/reject|tempfail|bounce/i.test(verdict.action ?? ""),
	);
	return [...new Set(kept.flatMap((verdict) => verdict.recipients ?? []))];
}
