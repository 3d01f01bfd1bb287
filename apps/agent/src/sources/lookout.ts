/**
 * When a follower looks at its log: as soon as the system says that something changed, and by itself in the rhythm of
 * `look-rhythm`. Where the system says so all the time it is not listened to until a look finds nothing: every one of many
 * writes would wake this process twice. Looking itself is the follower's.
 */
import { untilTick } from "../tick.ts";
import { LookRhythm, OFTEN_MS } from "./look-rhythm.ts";
import { type FileWatch, watchFile } from "./watch-file.ts";

export interface LookoutOptions {
	path: string;
	now: () => number;
	/** the system says that something changed */
	told: () => void;
	/** looks without having been told to; returns whether something was there that the system should have told */
	look: () => boolean;
}

export class Lookout {
	readonly #options: LookoutOptions;
	readonly #rhythm = new LookRhythm();
	readonly #watching: FileWatch;
	#timer: NodeJS.Timeout | undefined;
	/** lines were read since the last look of its own */
	#hasRead = false;

	constructor(options: LookoutOptions) {
		this.#options = options;
		this.#watching = watchFile(options.path, () => this.#told());
		this.#lookIn(this.#rhythm.wait(options.now()));
	}

	/** Lines were read. */
	read(now: number): void {
		this.#rhythm.read(now);
		this.#hasRead = true;
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#watching.stop();
	}

	#told(): void {
		const { now, told } = this.#options;
		if (this.#rhythm.told(now())) {
			this.#watching.rest();
			this.#lookIn(OFTEN_MS);
		}
		told();
	}

	#look(): void {
		const { look, now } = this.#options;
		const isUntold = look();
		if (this.#watching.isResting) {
			if (!isUntold && !this.#hasRead) this.#watching.renew();
		} else if (isUntold) {
			this.#rhythm.wasNotTold();
			this.#watching.renew();
		}
		this.#hasRead = false;
		this.#lookIn(this.#watching.isResting ? OFTEN_MS : this.#rhythm.wait(now()));
	}

	#lookIn(milliseconds: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#look(), untilTick(milliseconds));
	}
}
