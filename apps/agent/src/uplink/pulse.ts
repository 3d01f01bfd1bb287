/**
 * How often the hub hears how the sources are: every few seconds while it gets lines, and half as often else: to wake is most of
 * what a beat costs a host where nothing happens. Either is well within the silence that both sides allow.
 */
import { atEachTick } from "../tick.ts";

const LIVELY_MS = 5000;
const QUIET_MS = 10_000;

/** `lines`: how many the hub has by now. Returns what ends it. */
export function beating(lines: () => number, beat: () => void): () => void {
	let before: number | undefined;
	return atEachTick(
		() => (lines() === before ? QUIET_MS : LIVELY_MS),
		() => {
			before = lines();
			beat();
		},
	);
}
