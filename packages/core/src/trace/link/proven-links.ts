/**
 * The proven links of a set of hops, in two rounds. Most replies name one hop; these links teach which host answers at which address
 * and how far two hosts' clocks stand apart. That settles the replies whose id several hosts, or several messages of
 * one host, have used: it chooses between hops that fit, and never makes one fit.
 */
import { difference } from "./hand-over-time.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import type { HopLink } from "./hop-link.ts";
import { linksFrom } from "./link-hops.ts";

/** How near to the usual difference of two clocks an arrival stands, and how much farther off every other one must be. */
const NEAR_MS = 60_000;
const CLEAR_MS = 5_000;

export function provenLinks(hops: readonly Hop[], index: HopIndex): HopLink[] {
	const links = new Map<Hop, HopLink[]>();
	const doubtful: Hop[] = [];
	for (const hop of hops) {
		let doubt = false;
		const own = linksFrom(hop, index, () => {
			doubt = true;
			return undefined;
		});
		if (own.length > 0) links.set(hop, own);
		if (doubt) doubtful.push(hop);
	}
	if (doubtful.length > 0) {
		const lessons = new Lessons([...links.values()].flat());
		for (const hop of doubtful) {
			const own = linksFrom(hop, index, (from, attempt, candidates) =>
				lessons.choose(from, attempt, candidates),
			);
			lessons.learnWay(own);
			links.set(hop, own);
		}
	}
	return [...links.values()].flat();
}

/** What links that stand beyond doubt teach about the hosts. */
class Lessons {
	/** who answers at an address */
	readonly #hostsAt = new Map<string, Set<string>>();
	/** arrival after the sender's line, by pair of hosts */
	readonly #differences = new Map<string, number[]>();
	readonly #before = new Map<Hop, Hop>();

	constructor(links: readonly HopLink[]) {
		this.learnWay(links);
		for (const { from, to, attempt } of links) {
			const ip = attempt.relay?.ip;
			if (ip !== undefined) this.#hostsAt.set(ip, (this.#hostsAt.get(ip) ?? new Set()).add(to.host));
			const pair = `${from.host}\n${to.host}`;
			const same = this.#differences.get(pair);
			if (same) same.push(difference(attempt, to));
			else this.#differences.set(pair, [difference(attempt, to)]);
		}
		for (const same of this.#differences.values()) same.sort((a, b) => a - b);
	}

	learnWay(links: readonly HopLink[]): void {
		for (const { from, to } of links) this.#before.set(to, from);
	}

	choose(from: Hop, attempt: HopAttempt, candidates: readonly Hop[]): Hop | undefined {
		const earlier = this.#wayTo(from);
		const onward = candidates.filter((hop) => !earlier.has(hop));
		const hosts = attempt.relay?.ip === undefined ? undefined : this.#hostsAt.get(attempt.relay.ip);
		const there = onward.filter((hop) => hosts?.has(hop.host));
		return this.#nearest(from, attempt, there.length > 0 ? there : onward);
	}

	/** Nothing comes back under the id that it went out with. */
	#wayTo(hop: Hop): Set<Hop> {
		const way = new Set<Hop>();
		for (let each: Hop | undefined = hop; each && !way.has(each); each = this.#before.get(each))
			way.add(each);
		return way;
	}

	#nearest(from: Hop, attempt: HopAttempt, candidates: readonly Hop[]): Hop | undefined {
		if (candidates.length <= 1) return candidates[0];
		const distances = candidates.map((hop) => {
			const usual = this.#usual(from.host, hop.host);
			const distance = usual === undefined ? undefined : Math.abs(difference(attempt, hop) - usual);
			return { hop, distance };
		});
		if (distances.some(({ distance }) => distance === undefined)) return undefined;
		const [first, second] = distances.sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0));
		if (first?.distance === undefined || second?.distance === undefined) return undefined;
		const clear = second.distance > 3 * first.distance + CLEAR_MS;
		return first.distance <= NEAR_MS && clear ? first.hop : undefined;
	}

	#usual(from: string, to: string): number | undefined {
		if (from === to) return 0;
		const known = this.#differences.get(`${from}\n${to}`);
		return known?.[known.length >> 1];
	}
}
