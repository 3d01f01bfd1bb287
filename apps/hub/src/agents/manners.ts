/**
 * What one agent may ask of the hub's time beside its batches, which wait for their commits and for those of others anyway:
 * so many messages a second, a few hundred at once; whoever sends more is read later. Whoever broke the protocol is not
 * heard again for a while. Pure: times are the caller's.
 */

const MESSAGES_A_SECOND = 100;
const AT_ONCE = 300;
const OFFENCE_MS = 10_000;
/** agents that are remembered as having broken the protocol */
const OFFENDERS_MAX = 10_000;

/** One connection's. */
export class Pace {
	#left = AT_ONCE;
	#at: number;

	constructor(now: number) {
		this.#at = now;
	}

	/** Counts a message; returns for how many milliseconds nothing more should be read. */
	spend(now: number): number {
		const earned = ((now - this.#at) / 1000) * MESSAGES_A_SECOND;
		this.#left = Math.min(AT_ONCE, this.#left + Math.max(0, earned)) - 1;
		this.#at = now;
		return this.#left >= 0 ? 0 : Math.ceil((-this.#left / MESSAGES_A_SECOND) * 1000);
	}
}

/** All connections'. */
export class Offences {
	readonly #until = new Map<string, number>();

	note(agent: string, now: number): void {
		this.#until.delete(agent);
		this.#until.set(agent, now + OFFENCE_MS);
		for (const oldest of this.#until.keys()) {
			if (this.#until.size <= OFFENDERS_MAX) return;
			this.#until.delete(oldest);
		}
	}

	/** Milliseconds until this agent is heard again. */
	wait(agent: string, now: number): number {
		const until = this.#until.get(agent) ?? 0;
		if (until > now) return until - now;
		this.#until.delete(agent);
		return 0;
	}
}
