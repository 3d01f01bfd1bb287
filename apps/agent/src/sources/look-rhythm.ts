/**
 * How often a follower looks by itself, beside what the system tells it: often while lines come and where the system
 * tells nothing (a network file system, a log behind a link), else every five seconds, which is what an event that got lost
 * may cost, and with the beat to the hub, which wakes the process anyway. Where the system tells of every one of many writes, it need not be listened to: looking often costs less.
 * Pure: what was found and the clock are passed in.
 */

export const OFTEN_MS = 250;
export const SELDOM_MS = 5000;
/** so long after the last line a log counts as being written */
const LIVELY_MS = 5000;
/** told so often between two looks, each of which wakes the process twice, looking alone is cheaper */
const TOLD_MAX = 12;

export class LookRhythm {
	#readAt = Number.NEGATIVE_INFINITY;
	#isDeaf = false;
	#toldSince = Number.NEGATIVE_INFINITY;
	#told = 0;

	/** Lines were read. */
	read(now: number): void {
		this.#readAt = now;
	}

	/** The system said that something changed; returns whether it says so all the time. */
	told(now: number): boolean {
		this.#isDeaf = false;
		if (Math.abs(now - this.#toldSince) >= OFTEN_MS) {
			this.#toldSince = now;
			this.#told = 0;
		}
		return ++this.#told > TOLD_MAX;
	}

	/** A look by itself found what nobody had told. */
	wasNotTold(): void {
		this.#isDeaf = true;
	}

	/** Milliseconds until the next look. */
	wait(now: number): number {
		// further away than lines can be: the clock was put back
		const isLively = Math.abs(now - this.#readAt) < LIVELY_MS;
		return this.#isDeaf || isLively ? OFTEN_MS : SELDOM_MS;
	}
}
