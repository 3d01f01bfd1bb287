/** What led to a hop, as far as links tell, and whether nothing is missing on that way: a join that no id proves stands on all of it. */
import { namesRecipient } from "../link/contradiction.ts";
import type { Hop } from "../hop/hop.ts";
import type { Holes } from "./whole.ts";

/** The hop and all that lead to it. */
export function wayTo(hop: Hop, before: ReadonlyMap<Hop, Hop>): Set<Hop> {
	const way = new Set<Hop>();
	for (let each: Hop | undefined = hop; each && !way.has(each); each = before.get(each)) way.add(each);
	return way;
}

/** Whether nothing is missing of these hops of one message, and of no other beside them that may be a copy of it. */
export function areWhole(
	hops: Iterable<Hop>,
	holes: Holes,
	messageId: string | undefined,
	idOf: (hop: Hop) => string | undefined,
): boolean {
	for (const hop of hops) {
		const isFor = (address: string) => namesRecipient(hop, address);
		const at = hop.receivedAt ?? hop.firstAt;
		if (!holes.isWhole(hop) || holes.mayHideCopy(hop.host, at, { messageId, isFor, idOf })) return false;
	}
	return true;
}
