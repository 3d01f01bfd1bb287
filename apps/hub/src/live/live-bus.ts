/**
 * What changed, as numbered changes for everybody who watches. Changes of one journey within a window of 50 ms are one;
 * the work per window is bounded, and what does not fit becomes a gap. Journeys are gathered where questions are answered, not in the
 * thread of the sockets. Without viewers nothing is gathered: the ring keeps only which hop changed, for those who come back and
 * ask what they missed.
 */
import { randomUUID } from "node:crypto";
import type { GatheredJourney, GatheredSome } from "../journeys/gather-journey.ts";
import { idStem } from "../store/hop-terms.ts";

export interface LiveChange {
	seq: number;
	gathered: GatheredJourney;
	/** ids that rows of this journey may have had */
	replaces: string[];
}

/** One window's outcome, in order of sequence numbers. */
export interface LiveTick {
	changes: LiveChange[];
	/** sequence numbers that nobody was told about */
	gap?: { from: number; to: number };
}

export interface LiveBusOptions {
	/** The journeys of some hops, as many of them as are a window's work; `told`: journeys that one tells, and that are no rows of their own then */
	gather: (hopIds: string[]) => Promise<GatheredSome>;
	/** window of coalescing */
	windowMs?: number;
	/** hops that may wait for their window */
	pendingMax?: number;
	ringMax?: number;
	onError: (error: unknown) => void;
}

/** more are not gathered within a window */
const ASKED_MAX = 200;
/** after nothing could be gathered */
const RETRY_MS = 500;

export class LiveBus {
	readonly epoch = randomUUID();
	readonly #options: Required<LiveBusOptions>;
	/** hops that changed, with the ids that went from their queues */
	#pending = new Map<string, string[]>();
	readonly #listeners = new Set<(tick: LiveTick) => void>();
	#ring: { seq: number; hopId: string }[] = [];
	#seq = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: LiveBusOptions) {
		this.#options = { windowMs: 50, pendingMax: 2_000, ringMax: 10_000, ...options };
	}

	/** The last number given out. */
	get seq(): number {
		return this.#seq;
	}

	/** Ids of hops that changed, and of those that went. */
	publish(changed: readonly string[], gone: readonly string[]): void {
		for (const hopId of changed) {
			const earlier = this.#pending.get(hopId) ?? [];
			const stem = gone.length > 0 ? idStem(hopId) : "";
			const mine = gone.filter((id) => idStem(id) === stem);
			this.#pending.set(hopId, [...earlier, ...mine]);
		}
		for (const id of gone) this.#pending.delete(id);
		if (this.#pending.size > 0) this.#timer ??= setTimeout(() => void this.#flush(), this.#options.windowMs);
	}

	/** Returns what ends the subscription. */
	listen(listener: (tick: LiveTick) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Hops that changed after `seq`, each once, oldest change first. Numbers up to `from` are forgotten. */
	since(seq: number): { from: number; changed: { seq: number; hopId: string }[] } {
		const from = (this.#ring[0]?.seq ?? this.#seq + 1) - 1;
		const last = new Map<string, number>();
		for (const entry of this.#ring) {
			if (entry.seq <= seq) continue;
			last.delete(entry.hopId);
			last.set(entry.hopId, entry.seq);
		}
		return { from, changed: [...last].map(([hopId, at]) => ({ seq: at, hopId })) };
	}

	/** The journeys of some of these hops, as they are now: for who comes back too. */
	gather(hopIds: string[]): Promise<GatheredSome> {
		return this.#options.gather(hopIds);
	}

	close(): void {
		clearTimeout(this.#timer);
		this.#listeners.clear();
	}

	async #flush(): Promise<void> {
		const started = performance.now();
		let least = this.#options.windowMs;
		try {
			const tick = this.#listeners.size > 0 ? await this.#gather() : this.#note();
			for (const listener of this.#listeners) listener(tick);
		} catch (error) {
			this.#options.onError(error);
			least = RETRY_MS;
		}
		// One journey may take longer than a window (a list's with ten thousand recipients): then the pause grows with it.
		const pause = Math.max(least, performance.now() - started);
		this.#timer = this.#pending.size > 0 ? setTimeout(() => void this.#flush(), pause) : undefined;
	}

	/** Nobody watches: number the changes and keep which hops they were. */
	#note(): LiveTick {
		for (const id of this.#pending.keys()) this.#number(id);
		// new, not emptied: `tune-collector.ts`
		this.#pending = new Map();
		return { changes: [] };
	}

	async #gather(): Promise<LiveTick> {
		const gap = this.#dropOverflow();
		// what changes meanwhile waits for the next window, of these hops too
		const asked = new Map([...this.#pending].slice(0, ASKED_MAX));
		for (const id of asked.keys()) this.#pending.delete(id);
		try {
			const changes = this.#changes(await this.gather([...asked.keys()]), asked);
			return { changes, ...(gap && { gap }) };
		} finally {
			this.#putBack(asked);
		}
	}

	/** Takes from `asked` what they tell. */
	#changes({ journeys, done }: GatheredSome, asked: Map<string, string[]>): LiveChange[] {
		const seen = [...asked.keys()].slice(0, done);
		const changes = journeys.flatMap(({ hopId, gathered }): LiveChange[] => {
			const seq = this.#number(hopId);
			if (!gathered) return [];
			const replaces = new Set([...(asked.get(hopId) ?? []), ...gathered.told]);
			for (const member of gathered.hops) {
				for (const old of asked.get(member.id) ?? []) replaces.add(old);
				asked.delete(member.id);
				replaces.add(member.id);
			}
			replaces.delete(gathered.journey.id);
			return [{ seq, gathered, replaces: [...replaces] }];
		});
		for (const id of seen) asked.delete(id);
		return changes;
	}

	/** Hops that were not looked at are the first of the next window. */
	#putBack(asked: ReadonlyMap<string, string[]>): void {
		if (asked.size === 0) return;
		const since = this.#pending;
		this.#pending = new Map(asked);
		for (const [id, gone] of since) this.#pending.set(id, [...(asked.get(id) ?? []), ...gone]);
	}

	/** What waits too long is numbered and left out: the newest changes are the live ones. */
	#dropOverflow(): LiveTick["gap"] {
		const from = this.#seq + 1;
		for (const id of this.#pending.keys()) {
			if (this.#pending.size <= this.#options.pendingMax) break;
			this.#pending.delete(id);
			this.#number(id);
		}
		return this.#seq >= from ? { from, to: this.#seq } : undefined;
	}

	#number(hopId: string): number {
		this.#seq++;
		this.#ring.push({ seq: this.#seq, hopId });
		// Cut in blocks: shifting one by one would cost the whole ring each time.
		if (this.#ring.length > this.#options.ringMax * 1.25)
			this.#ring = this.#ring.slice(-this.#options.ringMax);
		return this.#seq;
	}
}
