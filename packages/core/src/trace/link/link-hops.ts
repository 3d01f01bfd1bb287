/**
 * Which hop took over from which: the proven joins. The receiver's queue id in the sender's reply is proof only together
 * with what else must agree (Message-ID where both logged one, a plausible time, another queue than the sender's own):
 * ids repeat on other hosts and after days. Where two candidates remain there is no link.
 */
import { contradicts, namesRecipient } from "./contradiction.ts";
import { filterBetween, filterThatKept, passedOnAs } from "./filters.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";
import type { HopLink, LinkVia } from "./hop-link.ts";
import { besideInSession } from "./session-links.ts";
import { otherMessageId, sameMessageId } from "../hop/message-id.ts";
import { sameAddress } from "../hop/recipients.ts";

/** pickup scans its directory every minute (master.cf); a stopped Postfix takes the message in when it starts again. */
const REQUEUE_MS = 86_400_000;
/** The queue manager is told at once, and looks into its directory every few minutes by itself. */
const REWRITTEN_MS = 600_000;
/** Two processes' lines of one moment. */
const MOMENT_MS = 1_000;

/** Asked where several hops could be the one that a reply names, and these hops' own facts do not tell which. */
export type Settle = (from: Hop, attempt: HopAttempt, candidates: readonly Hop[]) => Hop | undefined;

/** All hand-overs out of this hop, one per attempt whose reply names a hop that is known. */
export function linksFrom(from: Hop, index: HopIndex, settle: Settle): HopLink[] {
	const requeued = requeueLinks(from, index);
	const handedOver = from.attempts.flatMap((attempt) => {
		const link =
			nextLink(from, attempt, index, settle) ??
			storeLink(from, attempt, index, settle) ??
			keptLink(from, attempt, index);
		return link ? [link] : [];
	});
	const apart = [...rewrittenLinks(from, index), ...cloneLinks(from, index), ...splitLinks(from, index)];
	return [...handedOver, ...besideInSession(from, handedOver, index), ...requeued, ...apart];
}

/** `split: maxrcpts=2, rcpts=3, count=1, id=B`: sendmail moves recipients into further entries of its queue (queue groups, `r=`). */
function splitLinks(from: Hop, index: HopIndex): HopLink[] {
	const { at, ref } = from.split ?? {};
	if (at === undefined || ref === undefined) return [];
	return index.splitFrom(from).map((to) => {
		const attempt: HopAttempt = { at, ref, recipient: "" };
		const evidence = [ref, ...to.refs.slice(0, 1)];
		return { from, attempt, to, via: "forwarded", confidence: "proven", evidence, forAll: true };
	});
}

/** `A: B: clone: owner=bob@x`: sendmail gives each list with an owner an envelope of its own (alias(8), owner-list; deliver.c). */
function cloneLinks(from: Hop, index: HopIndex): HopLink[] {
	return index.clonedFrom(from).map((to) => {
		const ref = to.refs[0] ?? "";
		const attempt: HopAttempt = { at: to.firstAt, ref, recipient: "" };
		return { from, attempt, to, via: "forwarded", confidence: "proven", evidence: [ref], forAll: true };
	});
}

/**
 * `postsuper -r` writes the message into a new queue file: everybody who still waits goes on there. pickup names the old one
 * (`orig_id=`); of many at once postsuper logs the number alone.
 */
function requeueLinks(from: Hop, index: HopIndex): HopLink[] {
	const [to] = index.pickedUpFrom(from).filter((hop) => isRequeued(from, hop, index));
	if (!to) return [];
	const link = { from, to, via: "forwarded", confidence: "proven" } as const;
	const evidence = [from.refs.at(-1) ?? "", ...to.refs.slice(0, 1)];
	const latest = new Map(from.attempts.map((attempt) => [attempt.recipient, attempt]));
	if (latest.size === 0) {
		const attempt: HopAttempt = { at: to.firstAt, ref: to.refs[0] ?? "", recipient: "" };
		return [{ ...link, attempt, evidence, forAll: true }];
	}
	return [...latest.values()]
		.filter((attempt) => attempt.action === "delayed")
		.map((attempt) => ({ ...link, attempt, evidence }));
}

/**
 * `Requeue: 5B1F1A0F5.A9C3E to 7C2D81A0F6`: MailScanner takes a held message's file away and writes another into the queue. No transaction, and no
 * `Received:` header of its own: everybody goes on there.
 */
function rewrittenLinks(from: Hop, index: HopIndex): HopLink[] {
	return from.verdicts.flatMap((verdict): HopLink[] => {
		if (verdict.action !== "requeue" || !verdict.nextQueueId || verdict.mailId !== undefined) return [];
		const [to, another] = index
			.namedOn(from.host, verdict.nextQueueId, verdict.at)
			.filter((hop) => hop !== from && !contradictsRewriting(from, verdict.at, hop));
		if (!to || another) return [];
		const attempt: HopAttempt = { at: verdict.at, ref: verdict.ref, recipient: "" };
		const evidence = [verdict.ref, ...to.refs.slice(0, 1)];
		return [{ from, attempt, to, via: "filter", confidence: "proven", evidence, forAll: true }];
	});
}

function contradictsRewriting(from: Hop, at: number, to: Hop): boolean {
	if (to.mta !== from.mta || to.client !== undefined || otherMessageId(from, to)) return true;
	const otherSender = from.sender !== undefined && to.sender !== undefined && from.sender !== to.sender;
	return otherSender || Math.abs(to.firstAt - at) > REWRITTEN_MS;
}

/** Whether `from` is the message that bore the old id last, and rested since postsuper was called. */
function isRequeued(from: Hop, to: Hop, index: HopIndex): boolean {
	if (otherMessageId(from, to) || from.firstAt > to.firstAt) return false;
	if (from.state?.kind === "removed" || from.lastAt > to.firstAt + MOMENT_MS) return false;
	// where the call has no line, it may have come days after the last one
	if (to.firstAt > from.lastAt + (from.state?.kind === "requeued" ? 1 : 10) * REQUEUE_MS) return false;
	const later = index
		.namedOn(from.host, from.queueId ?? "", from.lastAt)
		.filter((hop) => hop.firstAt > from.firstAt);
	return !later.some((hop) => hop !== to && hop.firstAt <= to.firstAt);
}

/** `queued as X`: an MTA took it, perhaps through a filter on the sender's host that logged an id of its own. */
function nextLink(from: Hop, attempt: HopAttempt, index: HopIndex, settle: Settle): HopLink | undefined {
	const id = attempt.nextQueueId ?? passedOnAs(from, attempt, index);
	if (!id) return undefined;
	const to = theOne(
		from,
		attempt,
		index.named(id, attempt.at).filter((hop) => hop.mta !== "dovecot"),
		settle,
	);
	if (!to) return undefined;
	const filter = filterBetween(from, attempt, id, index);
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
function storeLink(from: Hop, attempt: HopAttempt, index: HopIndex, settle: Settle): HopLink | undefined {
	const id = attempt.remoteId ?? attempt.nextQueueId;
	if (!id) return undefined;
	const stores = index.named(id, attempt.at).filter((hop) => hop.mta === "dovecot");
	const to = theOne(from, attempt, stores, settle);
	return to && { from, attempt, to, via: "session", confidence: "proven", evidence: proof(attempt, to) };
}

/** A filter that took the message and did not pass it on: the trail ends in it. */
function keptLink(from: Hop, attempt: HopAttempt, index: HopIndex): HopLink | undefined {
	const to = filterThatKept(from, attempt, index);
	return to && { from, attempt, to, via: "filter", confidence: "proven", evidence: proof(attempt, to) };
}

/** Handed over within the host, without SMTP: `relay=local`, `status=sent (forwarded as …)`. */
function isLocal(attempt: HopAttempt): boolean {
	return attempt.transport !== undefined && attempt.relay === undefined;
}

function proof(attempt: HopAttempt, to: Hop): string[] {
	const arrival = to.refs[0];
	return arrival ? [attempt.ref, arrival] : [attempt.ref];
}

/** The single candidate that nothing contradicts; undefined where none or more than one is left. */
function theOne(from: Hop, attempt: HopAttempt, candidates: Hop[], settle: Settle): Hop | undefined {
	const possible = candidates.filter((hop) => !contradicts(from, attempt, hop));
	if (possible.length <= 1) return possible[0];
	const narrowed = [byMessageId, byRelayAddress, byRecipient, bySender, byClock].reduce<Hop[]>(
		(left, narrow) => (left.length > 1 ? narrow(left, from, attempt) : left),
		possible,
	);
	return narrowed.length === 1 ? narrowed[0] : settle(from, attempt, narrowed);
}

function byMessageId(candidates: Hop[], from: Hop): Hop[] {
	const same = candidates.filter((hop) => sameMessageId(hop, from));
	return same.length > 0 ? same : candidates;
}

/** The receiver saw the sender come from the address that the sender's own host is known by in the reply's relay. */
function byRelayAddress(candidates: Hop[], from: Hop, attempt: HopAttempt): Hop[] {
	const loopback = attempt.relay?.ip === "127.0.0.1" || attempt.relay?.ip === "::1" || isLocal(attempt);
	if (!loopback) return candidates;
	const here = candidates.filter((hop) => hop.host === from.host);
	return here.length > 0 ? here : candidates;
}

/** Copies for a list's members bear one Message-ID: the recipient tells them apart. */
function byRecipient(candidates: Hop[], _from: Hop, attempt: HopAttempt): Hop[] {
	const same = candidates.filter((hop) => namesRecipient(hop, attempt.recipient));
	return same.length > 0 ? same : candidates;
}

function bySender(candidates: Hop[], { sender }: Hop): Hop[] {
	const same = candidates.filter(
		(hop) => sender !== undefined && hop.sender !== undefined && sameAddress(hop.sender, sender),
	);
	return same.length > 0 ? same : candidates;
}

/** The receiver took it within the seconds before the sender logged the reply; other candidates are an hour or more away. */
function byClock(candidates: Hop[], _from: Hop, attempt: HopAttempt): Hop[] {
	const distance = (hop: Hop) => Math.abs(attempt.at - (hop.receivedAt ?? hop.firstAt));
	const sorted = [...candidates].sort((a, b) => distance(a) - distance(b));
	const [nearest, next] = sorted;
	if (!nearest || !next) return candidates;
	return distance(nearest) < 600_000 && distance(next) > 3_600_000 ? [nearest] : candidates;
}
