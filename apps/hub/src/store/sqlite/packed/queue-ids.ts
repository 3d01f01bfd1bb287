/** Ids of queues of a packed slice that begin so: one that is whole, and of others those in the first blocks that may have some. */
import { hashTerm } from "../../term-hash.ts";
import { blocksWith } from "./grams.ts";
import { HOPS_PER_BLOCK } from "./hop-block.ts";
import type { PackedHops } from "./packed-hops.ts";
import type { Slice } from "../slice/slice.ts";

const BLOCKS_MAX = 4;

export function* queueIds(slice: Slice, hops: PackedHops, prefix: string): Generator<string> {
	const found = new Set<string>();
	const whole = hops
		.near(hashTerm(`q:${prefix}`), 0, 1)
		.map(({ place }) => Math.floor(place / HOPS_PER_BLOCK));
	const blocks = whole.length > 0 ? whole : [...(blocksWith(slice, [prefix]) ?? [])].slice(-BLOCKS_MAX);
	for (const block of blocks.reverse())
		for (const [index] of hops.texts(block).entries()) {
			const { queueId } = hops.at(block * HOPS_PER_BLOCK + index).hop ?? {};
			if (!queueId?.startsWith(prefix) || found.has(queueId)) continue;
			found.add(queueId);
			yield queueId;
		}
}
