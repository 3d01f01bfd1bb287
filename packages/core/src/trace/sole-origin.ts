/**
 * One SMTP transaction makes one queue entry, so a hop has one origin. Where several hops claim to have handed over the
 * same one (an id in a forged reply, an id used again), the claim that most facts support stands; with a tie, none.
 * It also keeps journeys trees: no message is told twice, and no crafted log makes their number explode.
 */
import { namesRecipient } from "./contradiction.ts";
import type { Hop } from "./hop.ts";
import type { HopLink } from "./link-hops.ts";
import { sameMessageId } from "./message-id.ts";
import { sameAddress } from "./recipients.ts";

/** The links without rival claims. A mail store's session may serve several messages over one connection. */
export function withSoleOrigin(links: HopLink[]): HopLink[] {
	const origins = new Map<Hop, Set<Hop>>();
	for (const { from, to } of links) {
		const known = origins.get(to);
		if (known) known.add(from);
		else origins.set(to, new Set([from]));
	}
	const rivals = links.filter((link) => link.to.mta !== "dovecot" && (origins.get(link.to)?.size ?? 0) > 1);
	if (rivals.length === 0) return links;
	const refused = new Set<HopLink>();
	for (const claims of Map.groupBy(rivals, (link) => link.to).values()) {
		const best = Math.max(...new Set(claims.map(support)));
		const winners = new Set(claims.filter((link) => support(link) === best).map((link) => link.from));
		const winner = winners.size === 1 ? [...winners][0] : undefined;
		for (const link of claims) if (link.from !== winner) refused.add(link);
	}
	return links.filter((link) => !refused.has(link));
}

/** How much agrees, the strongest fact first. */
function support({ from, to, attempt }: HopLink): number {
	const relay = attempt.relay?.ip;
	return (
		(sameMessageId(from, to) ? 8 : 0) +
		(from.sender !== undefined && to.sender !== undefined && sameAddress(from.sender, to.sender) ? 4 : 0) +
		(namesRecipient(to, attempt.recipient) ? 2 : 0) +
		(isClient(from, to, relay) ? 1 : 0)
	);
}

/** The receiver's word on who brought the message: within a host by address, from another by its name in the DNS. */
function isClient(from: Hop, { host, client }: Hop, relay: string | undefined): boolean {
	if (from.host === host) return relay !== undefined && relay === client?.ip;
	const [name, known] = [client?.name?.toLowerCase(), from.host.toLowerCase()];
	return name !== undefined && (name === known || name.startsWith(`${known}.`));
}
