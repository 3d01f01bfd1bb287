/**
 * Which content filter stood between two queues, or kept what one queue gave it. A filter that logs an id of its own is a
 * stop. It is known by the queue id that the MTA told it (XFORWARD), else by the queue that both name as the next one or
 * by the number that it answered with; its host may be another than the MTA's.
 */
import type { Hop, HopAttempt, HopVerdict } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import { nextQueuesOf } from "../hop/keys.ts";
import { otherMessageId } from "../hop/message-id.ts";
import { sameAddress } from "../hop/recipients.ts";

/** On one host the filter writes its line while the MTA has the connection open; elsewhere clocks and zones differ. */
const ONE_CLOCK_MS = 60_000;
const CLOCK_TOLERANCE_MS = 15 * 3_600_000;

/** The filter through which this try reached the next queue; undefined where none or more than one could be it. */
export function filterBetween(
	from: Hop,
	attempt: HopAttempt,
	nextQueueId: string,
	index: HopIndex,
): Hop | undefined {
	return theOne(
		from,
		index
			.filtersInto(nextQueueId, attempt.at)
			.filter((filter) => workedFor(filter, from, attempt) && !isOfNamesake(filter, from, index)),
	);
}

/** Whether a queue of the filter's own host bears the id that it was told, and is the one that it passed on for. */
function isOfNamesake(filter: Hop, from: Hop, index: HopIndex): boolean {
	if (filter.filterFor === undefined || filter.host === from.host) return false;
	const next = new Set(filter.verdicts.flatMap(nextQueuesOf));
	return index
		.namedOn(filter.host, filter.filterFor, filter.firstAt)
		.some(({ attempts }) => attempts.some(({ nextQueueId }) => nextQueueId && next.has(nextQueueId)));
}

/** The queue into which the filter that this try's answer names passed the message on for this recipient; undefined where none or several. */
export function passedOnAs(from: Hop, attempt: HopAttempt, index: HopIndex): string | undefined {
	if (attempt.remoteId === undefined || attempt.action === "delayed" || attempt.action === "failed")
		return undefined;
	const called = index.filtersCalled(attempt.remoteId, attempt.at);
	const filter =
		called.length === 0
			? undefined
			: theOne(
					from,
					called.filter((each) => workedFor(each, from, attempt)),
				);
	const passedOn = filter ? ownVerdicts(filter).filter((verdict) => isAbout(verdict, attempt.recipient)) : [];
	const [next, another] = new Set(passedOn.flatMap(nextQueuesOf));
	return another === undefined ? next : undefined;
}

/** The filter that took the message for this recipient and passed it on to nobody. */
export function filterThatKept(from: Hop, attempt: HopAttempt, index: HopIndex): Hop | undefined {
	// A filter that refuses has not taken the message: the queue before it gives up. One that told the sender itself has (`status=sent`).
	if (attempt.nextQueueId || attempt.action === "delayed") return undefined;
	if (attempt.action === "failed" && attempt.status !== "sent") return undefined;
	const names = [from.queueId, attempt.remoteId].filter((name) => name !== undefined);
	const called = new Set(names.flatMap((name) => index.filtersCalled(name, attempt.at)));
	return theOne(
		from,
		[...called].filter((filter) => workedFor(filter, from, attempt) && keeps(filter, attempt.recipient)),
	);
}

/** A filter that knows the queue's own id before one that does not. */
function theOne(from: Hop, filters: Hop[]): Hop | undefined {
	const told = filters.filter((filter) => filter.filterFor === from.queueId);
	const left = told.length > 0 ? told : filters;
	const here = left.filter((filter) => filter.host === from.host);
	const nearest = here.length > 0 ? here : left;
	return nearest.length === 1 ? nearest[0] : undefined;
}

function workedFor(filter: Hop, from: Hop, attempt: HopAttempt): boolean {
	if (filter.filterFor !== undefined && filter.filterFor !== from.queueId) return false;
	const tolerance = filter.host === from.host ? ONE_CLOCK_MS : CLOCK_TOLERANCE_MS;
	if (Math.abs(filter.lastAt - attempt.at) > tolerance) return false;
	// the id that it was told may be that of another host's queue as well
	if (otherMessageId(from, filter)) return false;
	if (filter.filterFor !== undefined) return true;
	if (from.sender !== undefined && filter.sender !== undefined && !sameAddress(from.sender, filter.sender))
		return false;
	return ownVerdicts(filter).some((verdict) => isAbout(verdict, attempt.recipient));
}

function keeps(filter: Hop, recipient: string): boolean {
	return ownVerdicts(filter).some(
		(verdict) =>
			verdict.action !== undefined && nextQueuesOf(verdict).length === 0 && isAbout(verdict, recipient),
	);
}

function ownVerdicts(filter: Hop): HopVerdict[] {
	return filter.verdicts.filter((verdict) => verdict.mailId === filter.queueId);
}

const recipientsOf = new WeakMap<HopVerdict, Set<string>>();

/** A verdict that names no recipient is about all. A message may have thousands, each handed over by a try of its own. */
function isAbout(verdict: HopVerdict, recipient: string): boolean {
	if (!verdict.recipients) return true;
	let known = recipientsOf.get(verdict);
	if (!known) {
		known = new Set(verdict.recipients.map((each) => each.toLowerCase()));
		recipientsOf.set(verdict, known);
	}
	return known.has(recipient.toLowerCase());
}
