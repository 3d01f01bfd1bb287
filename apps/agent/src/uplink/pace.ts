/**
 * When the sources are asked for more. A line after silence is sent at once; while many lines come, those of a moment go
 * together: every batch and every look at a file costs the host as much as dozens of lines do.
 */

/** what one write brings is gathered for so long: one batch instead of one for each line */
const GATHER_MS = 4;
/** the same where lines were read a moment ago */
const LIVELY_GATHER_MS = 25;
/** the same while many lines keep coming: eight full batches at 20 000 lines a second */
const BUSY_GATHER_MS = 100;
/** so many lines in one batch are many */
const BUSY_LINES = 100;
/** a moment ago */
const LIVELY_MS = 150;
/** many lines came a moment ago: longer than is gathered */
const BUSY_MS = BUSY_GATHER_MS + LIVELY_MS;

export class Pace {
	readonly #look: () => void;
	#timer: NodeJS.Timeout | undefined;
	#livelyUntil = 0;
	#busyUntil = 0;

	constructor(look: () => void) {
		this.#look = look;
	}

	/** There may be more. */
	soon(): void {
		this.#timer ??= setTimeout(() => this.#turn(), this.#wait());
	}

	/** There is more; others get their turn before it. */
	next(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#turn(), 0);
	}

	/** There is no more: where many lines keep coming, some will have come, and nobody need say so. */
	drained(): void {
		if (this.#isBusy) this.soon();
	}

	/** A batch of so many lines was read. */
	read(lines: number): void {
		const now = performance.now();
		this.#livelyUntil = now + LIVELY_MS;
		if (lines >= BUSY_LINES) this.#busyUntil = now + BUSY_MS;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#turn(): void {
		this.#timer = undefined;
		this.#look();
	}

	get #isBusy(): boolean {
		return performance.now() < this.#busyUntil;
	}

	#wait(): number {
		if (this.#isBusy) return BUSY_GATHER_MS;
		return performance.now() < this.#livelyUntil ? LIVELY_GATHER_MS : GATHER_MS;
	}
}
