/** Hand-overs of different messages that claim one hop: one transaction makes one queue entry, so at most one of them is right. */
import type { Hop } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";

/** A mail store's session may serve several messages over one connection. */
export function rivalsAmong(links: readonly HopLink[]): HopLink[] {
	const origins = new Map<Hop, Set<Hop>>();
	for (const { from, to } of links) {
		const known = origins.get(to);
		if (known) known.add(from);
		else origins.set(to, new Set([from]));
	}
	return links.filter((link) => link.to.mta !== "dovecot" && (origins.get(link.to)?.size ?? 0) > 1);
}
