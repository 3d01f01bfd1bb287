/**
 * Which hop took over from which: the proven joins. The receiver's queue id in the sender's reply is proof only together
 * with what else must agree (Message-ID where both logged one, a plausible time, another queue than the sender's own):
 * ids repeat on other hosts and after days. Where two candidates remain there is no link.
 */
import type { Hop, HopAttempt, HopNotification } from "./hop.ts";
import type { LinkVia } from "./journey.ts";

/** One hand-over: `attempt` of `from` put the message into `to`, through `filter` where one stood between. */
export interface HopLink {
	from: Hop;
	attempt: HopAttempt;
	to: Hop;
	filter?: Hop;
	via: LinkVia;
	confidence: "proven" | "likely";
	evidence: string[];
}

/** `parent` made `child` to report on it. */
export interface ParentLink {
	parent: Hop;
	child: Hop;
	notification?: HopNotification;
}

/** Clocks of mail hosts are off by minutes, and a wrong zone by up to 14 hours: beyond that an equal id is another message. */
const CLOCK_TOLERANCE_MS = 15 * 3_600_000;

export class HopIndex {
	readonly #byQueueId = new Map<string, Hop[]>();

	constructor(hops: readonly Hop[]) {
		for (const hop of hops) {
			if (!hop.queueId) continue;
			const same = this.#byQueueId.get(hop.queueId);
			if (same) same.push(hop);
			else this.#byQueueId.set(hop.queueId, [hop]);
		}
	}

	/** Hops of this id, on one host where given. */
	named(queueId: string, host?: string): Hop[] {
		const hops = this.#byQueueId.get(queueId) ?? [];
		return host === undefined ? hops : hops.filter((hop) => hop.host === host);
	}
}

/** All hand-overs out of this hop, one per attempt whose reply names a hop that is known. */
export function linksFrom(from: Hop, index: HopIndex): HopLink[] {
	const links: HopLink[] = [];
	for (const attempt of from.attempts) {
		const link = nextLink(from, attempt, index) ?? storeLink(from, attempt, index);
		if (link) links.push(link);
		else {
			const kept = filterLink(from, attempt, index);
			if (kept) links.push(kept);
		}
	}
	return links;
}

/** `queued as X`: an MTA took it, perhaps through a filter on the sender's host that logged an id of its own. */
function nextLink(from: Hop, attempt: HopAttempt, index: HopIndex): HopLink | undefined {
	const id = attempt.nextQueueId;
	if (!id) return undefined;
	const to = theOne(
		from,
		attempt,
		index.named(id).filter((hop) => hop.mta !== "dovecot"),
	);
	if (!to) return undefined;
	const filter = filterBetween(from, id, attempt, index);
	const via: LinkVia =
		attempt.action === "expanded" || (from.host === to.host && isLocal(attempt)) ? "forwarded" : "queued-as";
	return {
		from,
		attempt,
		to,
		...(filter && { filter }),
		via,
		confidence: "proven",
		evidence: proof(attempt, to),
	};
}

/** `<u17@a.example> KEHEHfNUAmuqAAAAZN5P0Q Saved`: the mail store's session, on the sender's own host or another. */
function storeLink(from: Hop, attempt: HopAttempt, index: HopIndex): HopLink | undefined {
	const id = attempt.remoteId ?? attempt.nextQueueId;
	if (!id) return undefined;
	const stores = index.named(id).filter((hop) => hop.mta === "dovecot");
	const to = theOne(from, attempt, stores);
	return to && { from, attempt, to, via: "session", confidence: "proven", evidence: proof(attempt, to) };
}

/** A filter that took the message and did not pass it on: the trail ends in it. */
function filterLink(from: Hop, attempt: HopAttempt, index: HopIndex): HopLink | undefined {
	if (!from.queueId || attempt.nextQueueId || attempt.action === "delayed") return undefined;
	const id = from.verdicts.find(
		(verdict) => verdict.mailId && !verdict.nextQueueId && names(verdict.recipients, attempt.recipient),
	)?.mailId;
	const to = id ? index.named(id, from.host).find((hop) => hop.filterFor === from.queueId) : undefined;
	return to && { from, attempt, to, via: "filter", confidence: "proven", evidence: proof(attempt, to) };
}

function filterBetween(from: Hop, nextId: string, attempt: HopAttempt, index: HopIndex): Hop | undefined {
	for (const verdict of from.verdicts) {
		if (!verdict.mailId || verdict.nextQueueId !== nextId) continue;
		if (!names(verdict.recipients, attempt.recipient)) continue;
		const filter = index.named(verdict.mailId, from.host).find((hop) => hop.filterFor === from.queueId);
		if (filter) return filter;
	}
	return undefined;
}

function names(recipients: string[] | undefined, recipient: string): boolean {
	if (!recipients) return true;
	const wanted = recipient.toLowerCase();
	return recipients.some((each) => each.toLowerCase() === wanted);
}

function isLocal(attempt: HopAttempt): boolean {
	return attempt.transport !== undefined && attempt.relay === undefined;
}

function proof(attempt: HopAttempt, to: Hop): string[] {
	const arrival = to.refs[0];
	return arrival ? [attempt.ref, arrival] : [attempt.ref];
}

/** The single candidate that nothing contradicts; undefined where none or more than one is left. */
function theOne(from: Hop, attempt: HopAttempt, candidates: Hop[]): Hop | undefined {
	const possible = candidates.filter(
		(hop) =>
			hop !== from &&
			Math.abs(hop.firstAt - attempt.at) <= CLOCK_TOLERANCE_MS &&
			!(from.messageId && hop.messageId && from.messageId !== hop.messageId),
	);
	if (possible.length <= 1) return possible[0];
	const narrowed = [byMessageId, byRelayAddress, byClock].reduce<Hop[]>(
		(left, narrow) => (left.length > 1 ? narrow(left, from, attempt) : left),
		possible,
	);
	return narrowed.length === 1 ? narrowed[0] : undefined;
}

function byMessageId(candidates: Hop[], from: Hop): Hop[] {
	const same = candidates.filter((hop) => from.messageId && hop.messageId === from.messageId);
	return same.length > 0 ? same : candidates;
}

/** The receiver saw the sender come from the address that the sender's own host is known by in the reply's relay. */
function byRelayAddress(candidates: Hop[], from: Hop, attempt: HopAttempt): Hop[] {
	const loopback = attempt.relay?.ip === "127.0.0.1" || attempt.relay?.ip === "::1" || isLocal(attempt);
	if (!loopback) return candidates;
	const here = candidates.filter((hop) => hop.host === from.host);
	return here.length > 0 ? here : candidates;
}

/** The receiver took it within the seconds before the sender logged the reply; other candidates are an hour or more away. */
function byClock(candidates: Hop[], _from: Hop, attempt: HopAttempt): Hop[] {
	const distance = (hop: Hop) => Math.abs(attempt.at - (hop.receivedAt ?? hop.firstAt));
	const sorted = [...candidates].sort((a, b) => distance(a) - distance(b));
	const [nearest, next] = sorted;
	if (!nearest || !next) return candidates;
	return distance(nearest) < 600_000 && distance(next) > 3_600_000 ? [nearest] : candidates;
}

/** Bounces and delay notices of this hop, as far as their own hops are known. */
export function parentLinks(hop: Hop, index: HopIndex): ParentLink[] {
	const links: ParentLink[] = [];
	for (const notification of hop.notifications) {
		const child = nearest(index.named(notification.childQueueId, hop.host), notification.at, hop);
		if (child) links.push({ parent: hop, child, notification });
	}
	if (hop.parentQueueId) {
		const parent = nearest(index.named(hop.parentQueueId, hop.host), hop.firstAt, hop);
		if (parent) links.push({ parent, child: hop });
	}
	return links;
}

/** The generation that was alive at that time: the last one that began before it (a child's first line may come just after). */
function nearest(hops: Hop[], at: number, self: Hop): Hop | undefined {
	const alive = hops.filter((hop) => hop !== self && hop.firstAt <= at + 60_000);
	return alive.sort((a, b) => b.firstAt - a.firstAt)[0];
}
