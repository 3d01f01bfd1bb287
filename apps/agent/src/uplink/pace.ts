/**
 * When the sources are asked for more. A line after silence is sent at once; while many lines come, those of a moment go
 * together: every batch and every look at a file costs the host as much as dozens of lines do.
 */

/** what one write brings is gathered for so long: one batch instead of one for each line */
const GATHER_MS = 4;
/** the same while lines keep coming: a batch of 500 at 20 000 lines a second */
const BUSY_GATHER_MS = 25;
/** so many lines in one batch are many */
const BUSY_LINES = 16;
const BUSY_MS = 100;

export class Pace {
	readonly #look: () => void;
	#timer: NodeJS.Timeout | undefined;
	#busyUntil = 0;

	constructor(look: () => void) {
		this.#look = look;
	}

	/** There may be more. */
	soon(): void {
		const wait = performance.now() < this.#busyUntil ? BUSY_GATHER_MS : GATHER_MS;
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#look();
		}, wait);
	}

	/** A batch of so many lines was read. */
	read(lines: number): void {
		if (lines >= BUSY_LINES) this.#busyUntil = performance.now() + BUSY_MS;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
