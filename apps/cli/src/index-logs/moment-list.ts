/**
 * Sides of moments of all messages of a log, in some twenty bytes each: which groups have to be told together because a
 * name and a moment alone may join them. Names that have one side only, which most do, are dropped before anything is compared.
 */
import type { Moment } from "@mailtrail/core/trace";
import { NumberList } from "./number-list.ts";
import { TextHash } from "./text-hash.ts";

const BITS = 24;
const ONE = 0;
const OTHER = 1;
/** times are kept as whole seconds */
const ROUNDED = 2;

interface Side {
	group: number;
	at: number;
	side: number;
	seconds: number;
	near: Moment["near"];
}

const NEAR: readonly Moment["near"][] = ["all", "other-side", "one"];

export class MomentList {
	readonly #low = new NumberList();
	readonly #high = new NumberList();
	readonly #at = new NumberList();
	readonly #group = new NumberList();
	/** side, nearness and seconds in one number */
	readonly #sort = new NumberList();
	readonly #seen = [new Uint8Array(1 << (BITS - 3)), new Uint8Array(1 << (BITS - 3))] as const;
	readonly #hash = new TextHash();

	add({ name, at, side, withinMs, near }: Moment, group: number): void {
		const { low, high } = this.#hash.begin().text(name);
		const place = side === "one" ? ONE : OTHER;
		const bit = low >>> (32 - BITS);
		(this.#seen[place][bit >>> 3] as number) |= 1 << (bit & 7);
		this.#low.push(low >>> 0);
		this.#high.push(high >>> 0);
		this.#at.push(Math.max(0, Math.floor(at / 1000)));
		this.#group.push(group);
		this.#sort.push(place + 2 * NEAR.indexOf(near) + 8 * (Math.ceil(withinMs / 1000) + ROUNDED));
	}

	/** Tells every two groups that belong together. */
	pairs(onPair: (one: number, other: number) => void): void {
		for (const sides of this.#byName().values()) {
			sides.sort((a, b) => a.at - b.at);
			const near = sides[0]?.near;
			if (near === "all") pairsOfRuns(sides, onPair);
			else pairsOfSides(sides, near === "one", onPair);
		}
	}

	#byName(): Map<string, Side[]> {
		const byName = new Map<string, Side[]>();
		for (let place = 0; place < this.#low.length; place++) {
			const bit = this.#low.at(place) >>> (32 - BITS);
			if (!this.#seen.every((seen) => ((seen[bit >>> 3] as number) & (1 << (bit & 7))) !== 0)) continue;
			const sort = this.#sort.at(place);
			const side: Side = {
				group: this.#group.at(place),
				at: this.#at.at(place),
				side: sort & 1,
				near: NEAR[(sort >> 1) & 3] as Moment["near"],
				seconds: sort >> 3,
			};
			const name = `${this.#low.at(place)} ${this.#high.at(place)}`;
			const same = byName.get(name);
			if (same) same.push(side);
			else byName.set(name, [side]);
		}
		return byName;
	}
}

/** Those without a pause between, if both sides are among them. */
function pairsOfRuns(sides: readonly Side[], onPair: (one: number, other: number) => void): void {
	let from = 0;
	for (let place = 1; place <= sides.length; place++) {
		const [before, next] = [sides[place - 1] as Side, sides[place]];
		if (next && next.at - before.at <= before.seconds) continue;
		const run = sides.slice(from, place);
		if (run.some(({ side }) => side === ONE) && run.some(({ side }) => side === OTHER))
			for (const { group } of run) onPair((run[0] as Side).group, group);
		from = place;
	}
}

/** Each of one side with those of the other that are near, or with one of them. */
function pairsOfSides(
	sides: readonly Side[],
	withOne: boolean,
	onPair: (one: number, other: number) => void,
): void {
	const others = sides.filter(({ side }) => side === OTHER);
	let from = 0;
	for (const { group, at, side, seconds } of sides) {
		if (side === OTHER) continue;
		while (from < others.length && (others[from] as Side).at < at - seconds) from++;
		for (let place = from; place < others.length; place++) {
			const other = others[place] as Side;
			if (other.at > at + seconds) break;
			onPair(group, other.group);
			if (withOne) break;
		}
	}
}
