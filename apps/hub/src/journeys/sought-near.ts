/**
 * What people and times alone lead to (`core/trace/gather/sought`): a store's notice and the message that it sent back, what a script sent on
 * without a Message-ID. All that may take part is handed to the join, or nothing: with some of it missing the rest could be joined wrongly.
 */
import { doubtfulMoments, type Hop, type Sought, soughtBeside } from "@mailtrail/core/trace";
import type { HopRequest, LineReads } from "../store/store.ts";

const SOUGHT_MAX = 12;
/** of one person, or of one host within half a minute */
const HOPS_MAX = 300;
/** one moment leads to another person's, whose moment leads on */
const ROUNDS_MAX = 3;

type Reach = (starts: readonly Hop[]) => Promise<{ hops: Hop[]; cut: boolean }>;

/** Hops beside these, with what their keys reach; undefined where they are too many: then nothing is told by a moment. */
export async function soughtNear(
	store: LineReads,
	hops: readonly Hop[],
	reach: Reach,
): Promise<Hop[] | undefined> {
	const all = new Map(hops.map((hop) => [hop.id, hop]));
	const asked = new Set<string>();
	for (let round = 0; round < ROUNDS_MAX; round++) {
		const sought = soughtBeside([...all.values()]).filter((each) => isNew(each, asked));
		if (sought.length === 0) break;
		if (sought.length > SOUGHT_MAX) return undefined;
		for (const each of sought) {
			const found = await wholeOf(store, each, ["sender", "recipient"], each.address);
			const fresh = found?.filter(({ id }) => !all.has(id));
			const reached = fresh && fresh.length > 0 ? await reach(fresh) : { hops: [], cut: !found };
			if (reached.cut) return undefined;
			for (const hop of reached.hops) all.set(hop.id, hop);
		}
	}
	for (const moment of doubtfulMoments([...all.values()])) {
		const found = await wholeOf(store, moment, ["host"], moment.host.toLowerCase());
		if (!found) return undefined;
		for (const hop of found) all.set(hop.id, hop);
	}
	return [...all.values()];
}

function isNew({ address, from, until }: Sought, asked: Set<string>): boolean {
	const name = `${address} ${from} ${until}`;
	if (asked.has(name)) return false;
	asked.add(name);
	return true;
}

/** All hops of this name within this time; undefined where they are too many to be read. */
async function wholeOf(
	store: LineReads,
	{ from, until }: { from: number; until: number },
	fields: readonly NonNullable<HopRequest["anyOf"]>[number]["field"][],
	value: string,
): Promise<Hop[] | undefined> {
	const found = await store.findHops({
		anyOf: fields.map((field) => ({ field, value })),
		before: { at: until, tie: 0 },
		endsAfter: from,
		limit: HOPS_MAX,
	});
	return found.length === HOPS_MAX ? undefined : found.map(({ hop }) => hop);
}
