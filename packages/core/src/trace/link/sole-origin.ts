/**
 * One SMTP transaction makes one queue entry, so a hop has one origin. Where several hops claim to have handed over the
 * same one (an id in a forged reply, an id used again), the claim that most facts support stands; with a tie, none.
 * It also keeps journeys trees: no message is told twice, and no crafted log makes their number explode.
 */
import { namesRecipient } from "./contradiction.ts";
import { isArrivalKnown } from "./hand-over-time.ts";
import type { Hop } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";
import { sameMessageId } from "../hop/message-id.ts";
import { sameAddress } from "../hop/recipients.ts";
import { rivalsAmong } from "./rivals.ts";
import type { Usual } from "./usual.ts";
import { isNamed } from "./ways.ts";

/** The links without rival claims. */
export function withSoleOrigin(links: readonly HopLink[], usual: Usual): HopLink[] {
	const rivals = rivalsAmong(links);
	if (rivals.length === 0) return [...links];
	const refused = new Set<HopLink>();
	for (const claims of Map.groupBy(rivals, (link) => link.to).values()) {
		const likeliest = best(claims, (link) => way(link, usual));
		const winners = originsOf(firstOfHost(likeliest) ?? best(likeliest, support));
		const winner = winners.size === 1 ? [...winners][0] : undefined;
		for (const link of claims) if (link.from !== winner) refused.add(link);
	}
	return links.filter((link) => !refused.has(link));
}

function best(claims: readonly HopLink[], rank: (link: HopLink) => number): HopLink[] {
	const ranks = claims.map(rank);
	const highest = ranks.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
	return claims.filter((_, place) => ranks[place] === highest);
}

function originsOf(claims: readonly HopLink[]): Set<Hop> {
	return new Set(claims.map(({ from }) => from));
}

/** What a stranger cannot make: an address that is the receiver's, and a time before he could know the id. A Message-ID is copied with ease. */
function way(link: HopLink, usual: Usual): number {
	const { ways } = usual;
	return (
		(ways.leadThere(link) ? 8 : 0) +
		(ways.vouchFor(link) ? 4 : 0) +
		(sameMessageId(link.from, link.to) ? 2 : 0) +
		(usual.isInTime(link) ? 1 : 0)
	);
}

/** Nobody outside knows an id before the receiver has passed it on: of one host's claims, by its one clock, the first. */
function firstOfHost(claims: readonly HopLink[]): HopLink[] | undefined {
	const [any] = claims;
	if (!any || !isArrivalKnown(any.to) || claims.some(({ from }) => from.host !== any.from.host))
		return undefined;
	return best(claims, ({ attempt }) => -attempt.at);
}

/** How much agrees, the strongest fact first. */
function support({ from, to, attempt }: HopLink): number {
	const relay = attempt.relay?.ip;
	return (
		(from.sender !== undefined && to.sender !== undefined && sameAddress(from.sender, to.sender) ? 4 : 0) +
		(namesRecipient(to, attempt.recipient) ? 2 : 0) +
		(isClient(from, to, relay) ? 1 : 0)
	);
}

/** The receiver's word on who brought the message: within a host by address, from another by its name in the DNS. */
function isClient(from: Hop, { host, client }: Hop, relay: string | undefined): boolean {
	if (from.host === host) return relay !== undefined && relay === client?.ip;
	return isNamed(from.host, client?.name);
}
