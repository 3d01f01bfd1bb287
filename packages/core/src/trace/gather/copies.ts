/**
 * Hops that may be a copy of any message, because the line with their Message-ID is lost: for readers that look hops up. No key of a message
 * leads to them, and beside one no join by Message-ID is sure (`likely/whole.ts`).
 */
import { isConnectionHop } from "../link/session-clients.ts";
import type { Hop } from "../hop/hop.ts";
import { Holes, MOMENT_MS } from "../likely/whole.ts";

/** Longer than a moment, so that two keys hold one. */
const SPAN_MS = 2 * MOMENT_MS;

/** What such a hop is found by: its host and time. Nothing for all others, by their own lines: another's may tell the rest. */
export function copyKeys(hop: Hop): string[] {
	const { host, messageId, refusals, lastAt } = hop;
	if (messageId !== undefined || refusals.length > 0 || isConnectionHop(hop)) return [];
	return new Holes([hop]).isWhole(hop) ? [] : [keyAt(host, lastAt)];
}

/** The keys of all that would make a join of this hop doubtful. */
export function doubtfulCopies({ host, receivedAt, firstAt }: Hop): string[] {
	const times = [receivedAt ?? firstAt, firstAt].flatMap((at) => [at - MOMENT_MS, at + MOMENT_MS]);
	return [...new Set(times.map((at) => keyAt(host, at)))];
}

function keyAt(host: string, at: number): string {
	return `copy ${host} ${Math.floor(at / SPAN_MS)}`;
}
