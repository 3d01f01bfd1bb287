/**
 * Links across a host that nobody watches or whose lines are missing: the sender handed the message to an address, and a
 * message with the same Message-ID for the same recipient then came from that very address. A Message-ID is no identity (it may be missing,
 * repeated or forged), so this is `likely`, and only where exactly one hop on either side fits.
 */
import { isFilterHop } from "./build-hop.ts";
import type { Hop, HopAttempt } from "./hop.ts";
import type { HopLink } from "./link-hops.ts";
import { messageIdKey } from "./message-id.ts";

/** How long a message may stay on the host between, and how far clocks may be off. */
const BETWEEN_MS = 6 * 3_600_000;
const CLOCK_MS = 600_000;
/** A Message-ID that came to one address at one host more often says nothing any more. */
const REPEATED_MAX = 100;

interface OpenEnd {
	hop: Hop;
	attempt: HopAttempt;
}

/** Likely links from tries that no proven link continues to hops that no proven link leads to. */
export function likelyLinks(hops: readonly Hop[], proven: readonly HopLink[]): HopLink[] {
	const continued = new Set(proven.map((link) => link.attempt));
	const reached = new Set(proven.map((link) => link.to));
	const ends = Map.groupBy(openEnds(hops, continued), ({ hop, attempt }) =>
		placeKey(hop.messageId, attempt.relay?.ip, attempt.recipient),
	);
	const starts = hops.filter((hop) => hop.messageId !== undefined && !reached.has(hop) && !isFilterHop(hop));
	const pairs = starts.flatMap((to) =>
		endsFor(to, ends)
			.filter((end) => fits(end, to))
			.map((end) => ({ end, to })),
	);
	const byStart = Map.groupBy(pairs, ({ to }) => to);
	const byEnd = Map.groupBy(pairs, ({ end }) => end);
	const senders = new Map(
		[...byStart].map(([to, same]) => [to, new Set(same.map(({ end }) => end.hop)).size]),
	);
	return pairs
		.filter(({ end, to }) => senders.get(to) === 1 && byEnd.get(end)?.length === 1)
		.map(({ end, to }) => ({
			from: end.hop,
			attempt: end.attempt,
			to,
			via: "message-id",
			confidence: "likely",
			evidence: [end.attempt.ref, ...to.refs.slice(0, 1)],
		}));
}

function openEnds(hops: readonly Hop[], continued: ReadonlySet<HopAttempt>): OpenEnd[] {
	return hops.flatMap((hop) =>
		hop.messageId === undefined
			? []
			: hop.attempts
					.filter((attempt) => attempt.action === "relayed" && !continued.has(attempt) && attempt.relay?.ip)
					.map((attempt) => ({ hop, attempt })),
	);
}

/** One message on one host for one recipient: senders of a repeated Message-ID mostly differ in these. */
function placeKey(messageId: string | undefined, ip: string | undefined, recipient: string): string {
	return `${messageId && messageIdKey(messageId)}\n${ip}\n${recipient.toLowerCase()}`;
}

/** The open ends for one of the hop's recipients at the address that it came from. */
function endsFor(to: Hop, ends: ReadonlyMap<string, OpenEnd[]>): OpenEnd[] {
	const ip = to.client?.ip;
	if (ip === undefined) return [];
	const names = to.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]);
	const keys = new Set(names.map((name) => placeKey(to.messageId, ip, name)));
	return [...keys].flatMap((key) => {
		const same = ends.get(key) ?? [];
		return same.length > REPEATED_MAX ? [] : same;
	});
}

function fits({ hop, attempt }: OpenEnd, to: Hop): boolean {
	if (hop === to || hop.host === to.host) return false;
	const passed = (to.receivedAt ?? to.firstAt) - attempt.at;
	if (passed < -CLOCK_MS || passed > BETWEEN_MS) return false;
	return hop.sender === undefined || to.sender === undefined || hop.sender === to.sender;
}
