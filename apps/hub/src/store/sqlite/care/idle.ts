/** Work that may wait, in pieces between other work until there is none. A piece that fails is tried again later. */

/** between two pieces, and after one that failed */
const PAUSE_MS = 20;
const RETRY_MS = 5_000;

export class Idle {
	readonly #piece: () => boolean;
	#timer: NodeJS.Timeout | undefined;
	#ended: (() => void)[] = [];

	/** `piece` returns false when nothing is left. */
	constructor(piece: () => boolean) {
		this.#piece = piece;
	}

	start(pause = PAUSE_MS): void {
		this.#timer ??= setTimeout(() => this.#run(), pause);
	}

	async done(): Promise<void> {
		this.start();
		await new Promise<void>((resolve) => this.#ended.push(resolve));
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#run(): void {
		this.#timer = undefined;
		try {
			if (this.#piece()) return this.start();
		} catch {
			// A full disk: the commits say so. Nothing is lost, the sums are behind.
			return this.start(RETRY_MS);
		}
		for (const ended of this.#ended.splice(0)) ended();
	}
}
