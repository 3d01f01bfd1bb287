/** Which peers of hops in memory are hosts of ours: what the hops and those in older slices tell, learned as they come. */
import type { Hop } from "@mailtrail/core/trace";
import { nextIdOf, type OwnHosts } from "../../hop-peers.ts";
import { hash32 } from "../../term-hash.ts";
import { hopsWithKeys } from "../reading/read-hops.ts";
import type { Slice } from "../slice/slice.ts";
import type { Slices } from "../slice/slices.ts";
import { OwnPeers } from "../writing/own-peers.ts";

/** of one id, those nearest in time */
const NEAR = 4;

export class DirectPeers {
	readonly #slices: Slices;
	readonly #own: OwnPeers;
	readonly #ids = new IdIndex();
	readonly #hopAt: (no: number) => Hop | undefined;
	readonly #numbers = new WeakMap<Hop, number>();

	/** `hopAt`: one that was added; undefined: it is no more. */
	constructor(slices: Slices, hopAt: (no: number) => Hop | undefined) {
		this.#slices = slices;
		this.#hopAt = hopAt;
		this.#own = new OwnPeers(slices.writer.slice, (key, around, but) => this.#near(key, around, but));
	}

	/** Grows with everything that is learned. */
	get size(): number {
		return this.#own.size;
	}

	among(hop: Hop): OwnHosts {
		return this.#own.among(hop);
	}

	/** From now on the hop is found by its own id and by those that it names. */
	add(no: number, hop: Hop): void {
		if (hop.queueId !== undefined) this.#ids.add(hash32(hop.queueId), no);
		let before: string | undefined;
		for (const attempt of hop.attempts) {
			const id = nextIdOf(attempt);
			if (id !== undefined && id !== before) this.#ids.add(hash32(id), no);
			before = id;
		}
	}

	/** Gives the hops that know only now to whom they have handed over; in an older slice one stays as it is. */
	learn(hop: Hop): number[] {
		return this.#own.learn(this.#slices.writer, hop).flatMap((from) => this.#numbers.get(from) ?? []);
	}

	#near(key: string, around: number, but: string): Hop[] {
		const id = key.slice("q:".length);
		const here: Hop[] = [];
		for (const no of this.#ids.with(hash32(id))) {
			const hop = this.#hopAt(no);
			if (!hop || (hop.queueId !== id && !hop.attempts.some((attempt) => nextIdOf(attempt) === id))) continue;
			here.push(hop);
			this.#numbers.set(hop, no);
		}
		const older = this.#older(key, around, but);
		if (here.length + older.length < 2) return [...here, ...older];
		const far = ({ firstAt }: Hop) => Math.abs(firstAt - around);
		return [...here, ...older].sort((a, b) => far(a) - far(b)).slice(0, NEAR);
	}

	#older(key: string, around: number, but: string): Hop[] {
		const { set, writer } = this.#slices;
		if (set.newestFirst.length === 1) return [];
		// the newest is empty, and to look into it costs as much as to look into one that is not
		const closed = {
			holding: (term: string) => set.holding(term).filter((slice) => slice !== writer.slice),
			isStale: (slice: Slice, name: string) => set.isStale(slice, name),
		};
		return hopsWithKeys(closed, [key], around, NEAR, but);
	}
}

const CHAINS = 2 ** 16;

/** Numbers of hops by the hash of an id that they bear or name. */
class IdIndex {
	/** of each chain the entry that came last; 0 is none */
	readonly #last = new Int32Array(CHAINS);
	readonly #before: number[] = [0];
	readonly #hashes: number[] = [0];
	readonly #hops: number[] = [0];

	add(hash: number, hop: number): void {
		const chain = hash & (CHAINS - 1);
		this.#before.push(this.#last[chain] ?? 0);
		this.#hashes.push(hash);
		this.#last[chain] = this.#hops.push(hop) - 1;
	}

	/** Each once. */
	with(hash: number): number[] {
		const found: number[] = [];
		for (let at = this.#last[hash & (CHAINS - 1)] ?? 0; at > 0; at = this.#before[at] ?? 0) {
			const hop = this.#hops[at] ?? 0;
			if (this.#hashes[at] === hash && !found.includes(hop)) found.push(hop);
		}
		return found;
	}
}
