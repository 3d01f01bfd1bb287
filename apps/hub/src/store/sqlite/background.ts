/** What is done behind the commits: counting again, and dropping what is kept no longer. Retention is looked at every hour. */
import { Idle } from "./idle.ts";
import type { Retention } from "./retention.ts";
import type { Slices } from "./slices.ts";

const RETENTION_EACH_MS = 3_600_000;

export class Background {
	readonly #slices: Slices;
	readonly #retention: Retention;
	readonly #idle: Idle;
	readonly #hourly: NodeJS.Timeout;
	#retain = true;
	#files = 0;

	constructor(slices: Slices, retention: Retention) {
		this.#slices = slices;
		this.#retention = retention;
		this.#idle = new Idle(() => this.#piece());
		this.#hourly = setInterval(() => {
			this.#retain = true;
			this.#idle.start();
		}, RETENTION_EACH_MS);
		this.#hourly.unref();
		this.#idle.start();
	}

	start(): void {
		this.#idle.start();
	}

	async done(): Promise<void> {
		return this.#idle.done();
	}

	stop(): void {
		clearInterval(this.#hourly);
		this.#idle.stop();
	}

	#piece(): boolean {
		if (this.#slices.recountStep()) return true;
		const files = this.#slices.newestFirst.length;
		// a slice was closed: it may be too much
		if (files !== this.#files) this.#retain = true;
		this.#files = files;
		if (!this.#retain) return false;
		const step = this.#retention.step(this.#slices.retentionTargets());
		if (step === "done") {
			this.#retain = false;
			return false;
		}
		if (step !== "worked") this.#slices.drop(step.drop);
		return true;
	}
}
