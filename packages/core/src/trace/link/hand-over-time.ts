/**
 * How the arrival on one host stands to the try on another: it lies within the time for which the connection was open, by clocks whose
 * difference is that of other hand-overs between the two hosts. Who answers with the id of an older message is late.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";

/** Hosts' clocks that are looked after, and lines that are written late. */
const SLACK_MS = 60_000;
/** Where the line does not tell how long its connection was open: RFC 5321 section 4.5.3.2.6 lets a sender wait so long for the last answer. */
const OPEN_MS = 600_000;

/** Arrival after the sender's line. */
export function difference(attempt: HopAttempt, to: Hop): number {
	return (to.receivedAt ?? to.firstAt) - attempt.at;
}

/** Whether the receiver took the message in while the sender had the connection open, by clocks that differ so much; or nobody knows when. */
export function isWithinTry({ attempt, to }: HopLink, clocks = 0): boolean {
	if (!isArrivalKnown(to)) return true;
	const after = difference(attempt, to) - clocks;
	return after <= SLACK_MS && after >= -openMs(attempt) - SLACK_MS;
}

function openMs({ attemptDelay, delays, delay }: HopAttempt): number {
	if (delays) return (delays[2] + delays[3]) * 1000;
	return Math.min((attemptDelay ?? delay ?? OPEN_MS) * 1000, OPEN_MS);
}

/** Without the line of its arrival, the first one that is known may be hours younger. */
export function isArrivalKnown({ mta, client, size }: Hop): boolean {
	return mta === "dovecot" || (mta === "postfix" ? client !== undefined : size !== undefined);
}

/** What hand-overs between two hosts tell of their clocks. */
export class Clocks {
	/** in rising order, one for each message */
	readonly #differences = new Map<string, number[]>();

	constructor(links: readonly HopLink[]) {
		let teller: Hop | undefined;
		let told = new Set<Hop>();
		for (const { from, to, attempt } of links) {
			// a message's tries stand together
			if (teller !== from) told = new Set();
			teller = from;
			if (told.has(to) || !isArrivalKnown(to)) continue;
			told.add(to);
			const same = this.#differences.get(pairOf(from, to));
			if (same) same.push(difference(attempt, to));
			else this.#differences.set(pairOf(from, to), [difference(attempt, to)]);
		}
		for (const same of this.#differences.values()) same.sort((a, b) => a - b);
	}

	/** The middle of the differences of other messages; undefined where there is none. */
	usual({ from, to, attempt }: HopLink): number | undefined {
		const known = this.#differences.get(pairOf(from, to)) ?? [];
		const own = placeOf(known, difference(attempt, to));
		if (own === undefined) return known[known.length >> 1];
		const middle = (known.length - 1) >> 1;
		return known[middle < own ? middle : middle + 1];
	}
}

function placeOf(sorted: readonly number[], wanted: number): number | undefined {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] ?? wanted) < wanted) low = middle + 1;
		else high = middle;
	}
	return sorted[low] === wanted ? low : undefined;
}

function pairOf(from: Hop, to: Hop): string {
	return `${from.host}\n${to.host}`;
}
