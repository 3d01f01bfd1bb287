/**
 * How far a big backlog has come: what was waiting when it was noticed (old logs at the first start, hours without a hub),
 * what is left, and how long that takes at the pace so far. New lines come in meanwhile: the total only grows.
 */
export interface Backlog {
	total: number;
	left: number;
	/** absent: too early to tell, or nothing moves */
	seconds?: number;
}

/** less is no backlog: a busy log has as much between two looks */
const NOTICED_BYTES = 1024 * 1024;
const DONE_BYTES = 64 * 1024;
/** the pace is that of the last half minute */
const PACE_MS = 30_000;
const PACE_MIN_MS = 5_000;

export class BacklogWatch {
	#total = 0;
	#last: Backlog | undefined;
	#looks: { at: number; done: number }[] = [];

	get last(): Backlog | undefined {
		return this.#last;
	}

	/** `left`: bytes of all sources that the hub has not; `at`: epoch milliseconds. */
	observe(left: number, at: number): void {
		if (!this.#last && left < NOTICED_BYTES) return;
		if (this.#last && left < DONE_BYTES) {
			this.#last = undefined;
			this.#total = 0;
			this.#looks = [];
			return;
		}
		const before = this.#last?.left ?? left;
		// what came in is more to do; what was done stays done
		if (left > before) this.#total += left - before;
		if (!this.#last) this.#total = left;
		const done = this.#total - left;
		this.#looks = [...this.#looks.filter((look) => look.at > at - PACE_MS && look.at < at), { at, done }];
		const seconds = this.#secondsFor(left);
		this.#last = { total: this.#total, left, ...(seconds !== undefined && { seconds }) };
	}

	#secondsFor(left: number): number | undefined {
		const [first, last] = [this.#looks[0], this.#looks.at(-1)];
		if (!first || !last || last.at - first.at < PACE_MIN_MS || last.done <= first.done) return undefined;
		const pace = (last.done - first.done) / (last.at - first.at);
		return Math.ceil(left / pace / 1000);
	}
}
