/**
 * How long a message stood at each stop and how long the way to the next took. The delays that the MTA logged tell it
 * best (before the queue, in the queue, connecting, sending); without them, the times of the lines do. What the clocks
 * of two hosts contradict (a message that arrives before it left) is left out rather than shown.
 */
import type { JourneyAttempt, JourneyRecipient, Stop } from "@mailtrail/core/trace";
import { isFilter } from "../../lib/mta.ts";

export interface StopTimes {
	stop: Stop;
	/** seconds at this stop until the last attempt began */
	stood?: number;
	/** seconds from there until the next one, or the remote, had it */
	handover?: number;
	/** before the queue manager, in the queue, connecting, sending: of the last attempt */
	parts?: [number, number, number, number];
	tries: number;
	/** seconds that it has waited without a good answer: it still stands here, or was given up here */
	waiting?: number;
}

export function stopTimes(recipient: JourneyRecipient): StopTimes[] {
	return recipient.path.map((stop, i) => timesAt(recipient, stop, recipient.path[i + 1]));
}

function timesAt(recipient: JourneyRecipient, stop: Stop, next: Stop | undefined): StopTimes {
	const attempts = recipient.attempts.filter((a) => a.host === stop.host && a.queueId === stop.queueId);
	const last = attempts.at(-1);
	const times: StopTimes = { stop, tries: attempts.length };
	const isLast = next === undefined;
	const stuck = isLast && (recipient.outcome === "delayed" || recipient.outcome === "failed");
	const received = seconds(stop.receivedAt);
	if (last === undefined) {
		const left = seconds(stop.leftAt ?? next?.receivedAt);
		return withStood(times, received, left);
	}
	if (stuck && attempts.length > 1) {
		const waiting = seconds(last.at) - received;
		return waiting >= 0 ? { ...times, waiting } : times;
	}
	const parts = fourDelays(last);
	// Postfix logs hundredths: four noughts say less than the lines' own times
	if (parts?.some((part) => part > 0)) {
		return { ...times, parts, stood: parts[0] + parts[1], handover: parts[2] + parts[3] };
	}
	return withStood(times, received, seconds(last.at));
}

function withStood(times: StopTimes, from: number, until: number): StopTimes {
	const stood = until - from;
	return Number.isFinite(stood) && stood >= 0 ? { ...times, stood } : times;
}

function fourDelays(attempt: JourneyAttempt): [number, number, number, number] | undefined {
	const delays = attempt.delays;
	return delays?.length === 4 ? delays : undefined;
}

function seconds(iso: string | undefined): number {
	return iso === undefined ? Number.NaN : Date.parse(iso) / 1000;
}

/**
 * When a stop had the message. A filter logs one line, at its end, when the next stop has the message already: it had it for as long
 * as it took before; where that is not known, nothing is said.
 */
export function arrivedAt(recipient: JourneyRecipient, stop: Stop): string | undefined {
	const at = recipient.path.indexOf(stop);
	const next = at < 0 ? Number.NaN : seconds(recipient.path[at + 1]?.receivedAt);
	const received = seconds(stop.receivedAt);
	if (!isFilter(stop.mta) || !(next < received)) return stop.receivedAt;
	const took = recipient.attempts.findLast((a) => a.host === stop.host && a.queueId === stop.queueId)?.delay;
	return took === undefined ? undefined : new Date((received - took) * 1000).toISOString();
}

/** Everything at this stop, for the length of its bar. */
export function totalAt(times: StopTimes): number {
	return times.waiting ?? (times.stood ?? 0) + (times.handover ?? 0);
}

/** Seconds from the first stop's taking it in to the last word about this recipient, by the hosts' clocks. */
export function endToEnd(recipient: JourneyRecipient): number | undefined {
	const took = seconds(recipient.at) - seconds(recipient.path[0]?.receivedAt);
	// a log in whole seconds says that nothing took any time
	return took > 0 ? took : undefined;
}
