/**
 * How the JavaScript engine takes back what a commit leaves behind, for all threads of the hub. Nothing depends on it but processor
 * time and memory.
 *
 * V8 makes objects of a kind that has outlived a few collections old from the start (allocation site pretenuring). Here that
 * guess is wrong: a transaction's events and hops outlive a collection or two because it takes that long, and all go with it.
 * Made old, they wait for a collection of everything, and keep alive until then what young they lead to: measured with 200 hosts,
 * 1.9 MB of 2,000 lines that were done with, where without it 0.1 MB stay, for a tenth less time and 50 MB less memory.
 * For the same reason maps that a commit fills are made anew and not emptied: V8's leads from its old table to its next one.
 */
import { setFlagsFromString } from "node:v8";

/** Before anything is stored: what was guessed stays. */
export function tuneCollector(): void {
	setFlagsFromString("--no-allocation-site-pretenuring");
	// old objects may double before they are looked through: they are few, and by itself V8 lets them grow fourfold
	setFlagsFromString("--heap-growing-percent=100");
}
