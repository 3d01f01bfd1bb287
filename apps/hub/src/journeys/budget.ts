/**
 * How long somebody looks before an answer says "so far": by what this thread has worked itself, so that the same question gives the
 * same answer on a busy machine; and in no case longer than somebody waits.
 */
export class Budget {
	/** by `performance.now()` */
	readonly latest: number;
	readonly #worked: number;

	/** `waitMs` by the clock; `workMs` of this thread's CPU, without it only the clock counts. */
	constructor(waitMs: number, workMs = Number.POSITIVE_INFINITY) {
		this.latest = performance.now() + waitMs;
		this.#worked = workedMs() + workMs;
	}

	get isSpent(): boolean {
		return performance.now() >= this.latest || workedMs() >= this.#worked;
	}
}

function workedMs(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1_000;
}
