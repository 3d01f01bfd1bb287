/**
 * When the sources are asked for more. A line after silence is sent at once; while many lines come, those of a moment go
 * together: every batch and every look at a file costs the host as much as dozens of lines do.
 */

/** what one write brings is gathered for so long: one batch instead of one for each line */
const GATHER_MS = 4;
/** the same where lines were read a moment ago */
const LIVELY_GATHER_MS = 25;
/** the same while many lines keep coming: four full batches at 20 000 lines a second */
const BUSY_GATHER_MS = 100;
/** so many lines in one batch are many */
const BUSY_LINES = 100;
/** a moment ago */
const LIVELY_MS = 150;

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
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#look();
		}, this.#wait());
	}

	/** A batch of so many lines was read. */
	read(lines: number): void {
		this.#livelyUntil = performance.now() + LIVELY_MS;
		if (lines >= BUSY_LINES) this.#busyUntil = this.#livelyUntil;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#wait(): number {
		const now = performance.now();
		if (now < this.#busyUntil) return BUSY_GATHER_MS;
		return now < this.#livelyUntil ? LIVELY_GATHER_MS : GATHER_MS;
	}
}
