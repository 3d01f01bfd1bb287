/**
 * When a program on the host handed a message to its queue, and how exactly the lines say so: two programs that ran beside each other
 * with the same message are told apart by it, where it tells them apart.
 */
import type { Hop } from "../hop/hop.ts";

/** Two digits of a delay, and the time that writing a line takes. */
const WRITTEN_MS = 20;

export function arrivalOf(hop: Hop): number {
	return hop.receivedAt ?? hop.firstAt;
}

/**
 * When the program handed it in. pickup looks later, mostly when the program has ended: Postfix's delays count from postdrop's file on
 * (pickup.c takes over its time).
 */
export function handedInAt(to: Hop): { at: number; blur: number } | undefined {
	if (to.mta !== "postfix" || to.uid === undefined)
		return { at: arrivalOf(to), blur: blurOf(arrivalOf(to), 0) };
	const [first] = to.attempts;
	if (first?.delay === undefined) return undefined;
	const waited = first.delay * 1000;
	return { at: first.at - waited, blur: blurOf(first.at, waited) };
}

/** Postfix writes delays with two digits (log_adhoc.c, delay_logging_resolution_limit), and RFC 3164 headers have whole seconds. */
export function blurOf(at: number, delay: number): number {
	return Math.max(WRITTEN_MS, delay / 20) + (at % 1000 === 0 ? 1_000 : 0);
}
