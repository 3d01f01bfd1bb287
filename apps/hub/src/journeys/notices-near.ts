/**
 * OpenSMTPD's bounces and the messages that they report on, which no id joins: core tells which is which by their order among all failures
 * and notices of one sender with no pause between. So they are handed to the join all together, or none of them.
 */
import { type Hop, unnamedSide } from "@mailtrail/core/trace";
import type { LineReads } from "../store/store.ts";

/** longer than a notice takes (`core/trace/likely/unnamed-notices`) */
const PAUSE_MS = 5_000;
const ROUNDS_MAX = 6;
const HOPS_MAX = 200;
const SENDERS_MAX = 4;

interface Side {
	host: string;
	sender: string;
	at: number;
}

/** What may be the other side of these hops; nothing where there are no such. */
export async function noticesNear(store: LineReads, hops: readonly Hop[]): Promise<Hop[]> {
	const sides = new Map<string, Side>();
	for (const hop of hops) {
		for (const side of sidesOf(hop))
			sides.set(`${side.host} ${side.sender} ${Math.floor(side.at / PAUSE_MS)}`, side);
	}
	const found = await Promise.all([...sides.values()].slice(-SENDERS_MAX).map((side) => around(store, side)));
	return found.flat();
}

function sidesOf(hop: Hop): Side[] {
	const { sender, times = [] } = unnamedSide(hop) ?? {};
	return sender === undefined ? [] : times.map((at) => ({ host: hop.host, sender, at }));
}

async function around(store: LineReads, { host, sender, at }: Side): Promise<Hop[]> {
	let [from, until] = [at - PAUSE_MS, at + PAUSE_MS];
	for (let round = 0; round < ROUNDS_MAX; round++) {
		const near = await store.findHops({
			anyOf: [
				{ field: "sender", value: sender },
				{ field: "recipient", value: sender },
			],
			before: { at: until, tie: 0 },
			endsAfter: from,
			limit: HOPS_MAX,
		});
		if (near.length === HOPS_MAX) return [];
		const sides = near.flatMap(({ hop }) =>
			sidesOf(hop)
				.filter((side) => side.host === host && side.sender === sender && side.at >= from && side.at <= until)
				.map((side) => ({ hop, at: side.at })),
		);
		const times = sides.map((side) => side.at);
		const [first, last] = [Math.min(at, ...times) - PAUSE_MS, Math.max(at, ...times) + PAUSE_MS];
		if (first >= from && last <= until) return [...new Set(sides.map(({ hop }) => hop))];
		[from, until] = [Math.min(from, first), Math.max(until, last)];
	}
	return [];
}
