/**
 * Links across hosts that nobody watches or whose lines are missing. The sender handed the message on, and a message with the same
 * Message-ID for the same recipient then came: from the very address that it was handed to, or, where more than one host or
 * one with several addresses stood between or a mail store redirected it, from elsewhere if nothing else bears that Message-ID for that recipient. A
 * Message-ID is no identity (it may be missing, repeated or forged), so this is `likely`, and only where exactly one hop on either side fits.
 */
import { AnsweringHosts } from "./answering-hosts.ts";
import { isFilterHop } from "../hop/filter-hop.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";
import { withMadeIds } from "../hop/made-ids.ts";
import { messageIdKey } from "../hop/message-id.ts";
import { areWhole, wayTo } from "./way-to.ts";
import { Parts } from "../link/parts.ts";
import type { Holes } from "./whole.ts";
import { sameAddress } from "../hop/recipients.ts";

/** How long a message may stay on the hosts between, and how far clocks may be off. */
const BETWEEN_MS = 6 * 3_600_000;
const CLOCK_MS = 600_000;
/** Two hosts' clocks that are kept right. */
const AGREE_MS = 100;
/** A Message-ID that came to one address more often says nothing any more. */
const REPEATED_MAX = 100;

/** A try that handed the message to a host of which nothing is known. */
interface OpenEnd {
	hop: Hop;
	attempt: HopAttempt;
	messageId: string;
}

/** A hop that came from nobody known. */
interface OpenStart {
	hop: Hop;
	messageId: string;
}

interface Pair {
	end: OpenEnd;
	start: OpenStart;
}

/** Likely links from tries that no proven link continues to hops that no proven link leads to. */
export function likelyLinks(hops: readonly Hop[], proven: readonly HopLink[], holes: Holes): HopLink[] {
	const pieces = new Pieces(proven, withMadeIds(hops));
	const continued = new Set(proven.map((link) => link.attempt));
	const ends = hops.flatMap((hop) => openEnds(hop, continued, pieces));
	const starts = hops.flatMap((hop) => openStart(hop, pieces));
	const repeated = repeatedMessages(hops, pieces);
	const answering = new AnsweringHosts(proven);
	const parts = new Parts(proven);
	const idOf = (hop: Hop) => pieces.messageIdOf(hop);
	const once = (pair: Pair) =>
		!answering.tookIt(pair.end.hop, pair.end.attempt, pair.start.hop) &&
		!repeated.has(messageOfEnd(pair.end)) &&
		!repeated.has(pair.end.messageId) &&
		!holes.inMessage(pair.end.hop, pair.end.messageId, parts) &&
		areWhole(pieces.hopsOf(pair), holes, pair.end.messageId, idOf);
	const near = sole(pairsBy(ends, starts, placeOfEnd, placesOfStart).filter(fits)).filter(once);
	const joined = new Set<OpenEnd | OpenStart>(near.flatMap(({ end, start }) => [end, start]));
	const possible = pairsBy(ends, starts, messageOfEnd, messagesOfStart).filter((pair) =>
		pieces.mayFollow(pair),
	);
	const far = sole(possible).filter(
		(pair) => !joined.has(pair.end) && !joined.has(pair.start) && fits(pair) && once(pair),
	);
	const onward = forwardOnly(near, withoutTurned(far, possible, pieces), proven);
	return onward.map(({ end: { hop, attempt }, start }) => ({
		from: hop,
		attempt,
		to: start.hop,
		via: "message-id",
		confidence: "likely",
		evidence: [attempt.ref, ...start.hop.refs.slice(0, 1)],
	}));
}

/**
 * Each likely link alone may be right where all of them lead in a circle: a message that went past an unseen host is behind that one only.
 * Those by the address are believed first, then those that the clocks put in their order.
 */
function forwardOnly(near: readonly Pair[], far: readonly Pair[], proven: readonly HopLink[]): Pair[] {
	const before = new Map(proven.map(({ from, to }) => [to, from]));
	const accepted: Pair[] = [];
	const accept = (pair: Pair) => {
		before.set(pair.start.hop, pair.end.hop);
		accepted.push(pair);
	};
	for (const pair of near) if (!wayTo(pair.end.hop, before).has(pair.start.hop)) accept(pair);
	for (const pair of [...far].sort((a, b) => backward(a) - backward(b)))
		if (isForward(pair, before)) accept(pair);
	return accepted;
}

/**
 * Without those that the clocks put the other way round: a piece whose own end may as well lead to where the other one begins. It may have
 * several such beginnings, so that no link follows from it.
 */
function withoutTurned(far: readonly Pair[], possible: readonly Pair[], pieces: Pieces): Pair[] {
	if (far.length === 0) return [];
	const byStart = Map.groupBy(possible.filter(fits), ({ start }) => start.hop);
	return far.filter((pair) => {
		const turned = byStart.get(pieces.rootOf(pair.end.hop)) ?? [];
		return !turned.some(
			(other) => pieces.rootOf(other.end.hop) === pair.start.hop && backward(other) < backward(pair),
		);
	});
}

/** How far the clocks put an arrival before its try. */
function backward(pair: Pair): number {
	return Math.max(0, -passedIn(pair));
}

/** Nothing that this message was in before its end is its beginning, or of the same host. */
function isForward({ end, start }: Pair, before: ReadonlyMap<Hop, Hop>): boolean {
	for (const each of wayTo(end.hop, before))
		if (each.host === start.hop.host || sameClient(each, start.hop)) return false;
	return true;
}

/** What proven links hold together: where it begins, and the Message-ID that its hops log (OpenSMTPD logs none). */
class Pieces {
	readonly #before = new Map<Hop, Hop>();
	readonly #messageIds = new Map<Hop, string>();
	/** by where a piece begins, the hosts that it was on */
	readonly #hosts = new Map<Hop, Set<string>>();

	readonly #idOf: (hop: Hop) => string | undefined;

	constructor(proven: readonly HopLink[], idOf: (hop: Hop) => string | undefined) {
		this.#idOf = idOf;
		for (const { from, to } of proven) this.#before.set(to, from);
		for (const hop of new Set(proven.flatMap(({ from, to }) => [from, to]))) {
			const root = this.rootOf(hop);
			if (hop.messageId && !this.#messageIds.has(root)) this.#messageIds.set(root, hop.messageId);
			this.#hosts.set(root, (this.#hosts.get(root) ?? new Set()).add(hop.host));
		}
	}

	rootOf(hop: Hop): Hop {
		const seen = new Set<Hop>();
		let root = hop;
		for (let up = this.#before.get(root); up && !seen.has(up); up = this.#before.get(root)) {
			seen.add(up);
			root = up;
		}
		return root;
	}

	messageIdOf(hop: Hop): string | undefined {
		const id = hop.messageId ?? this.#messageIds.get(this.rootOf(hop)) ?? this.#idOf(hop);
		return id && messageIdKey(id);
	}

	/** What led to the one side, and the other. */
	hopsOf({ end, start }: Pair): Hop[] {
		return [...wayTo(end.hop, this.#before), start.hop];
	}

	isReached(hop: Hop): boolean {
		return this.#before.has(hop);
	}

	/** Not where the message has been before, nor goes on to: the same words sent twice by one client are two messages. */
	mayFollow(pair: Pair): boolean {
		const onward = this.#hosts.get(pair.start.hop);
		if (onward && [...wayTo(pair.end.hop, this.#before)].some(({ host }) => onward.has(host))) return false;
		return isForward(pair, this.#before);
	}
}

function sameClient(a: Hop, b: Hop): boolean {
	const ip = a.client?.ip;
	return ip !== undefined && ip === b.client?.ip && ip !== "127.0.0.1" && ip !== "::1";
}

/**
 * Message and recipient that came to one host more than once: whose lines are missing cannot be told. Where one of them
 * names no recipient (its line is missing), the Message-ID alone.
 */
function repeatedMessages(hops: readonly Hop[], pieces: Pieces): Set<string> {
	const roots = hops.flatMap((hop) => {
		const messageId = pieces.isReached(hop) || isFilterHop(hop) ? undefined : pieces.messageIdOf(hop);
		return messageId === undefined ? [] : [{ hop, messageId }];
	});
	const repeated = new Set<string>();
	for (const same of Map.groupBy(roots, ({ hop, messageId }) => `${hop.host} ${messageId}`).values()) {
		const [first, another] = same;
		if (!first || !another) continue;
		if (same.some(({ hop }) => hop.attempts.length === 0)) repeated.add(first.messageId);
		const seen = new Set<string>();
		for (const message of same.flatMap(messagesOfStart)) {
			if (seen.has(message)) repeated.add(message);
			seen.add(message);
		}
	}
	return repeated;
}

function openEnds(hop: Hop, continued: ReadonlySet<HopAttempt>, pieces: Pieces): OpenEnd[] {
	const open = hop.attempts.filter(
		(attempt) => !continued.has(attempt) && (wentElsewhere(hop, attempt) || mayBeStored(hop, attempt)),
	);
	const messageId = open.length > 0 ? pieces.messageIdOf(hop) : undefined;
	return messageId === undefined ? [] : open.map((attempt) => ({ hop, attempt, messageId }));
}

/** To an address; Dovecot does not log where a sieve redirection goes (submission_host), nor dma in one line where it delivers. */
function wentElsewhere({ mta }: Hop, { action, relay, status }: HopAttempt): boolean {
	if (action !== "relayed") return false;
	return relay?.ip !== undefined || mta === "dma" || (mta === "dovecot" && status === "redirected");
}

/** OpenSMTPD's `lmtp "HOST:24"` is a local delivery by its lines, and names neither the store nor its answer. */
function mayBeStored({ mta }: Hop, { action }: HopAttempt): boolean {
	return mta === "opensmtpd" && action === "delivered";
}

/** The store's line stands between the arrival and the MTA's own, by clocks that agree: the same words may come twice within a second. */
function wasStoredMeanwhile({ end: { hop, attempt }, start: { hop: store } }: Pair): boolean {
	const slack = store.firstAt % 1000 === 0 || attempt.at % 1000 === 0 ? 1_000 : AGREE_MS;
	return (
		store.mta === "dovecot" && store.firstAt >= hop.firstAt - slack && store.firstAt <= attempt.at + slack
	);
}

function openStart(hop: Hop, pieces: Pieces): OpenStart[] {
	// Whoever logged in, or called sendmail(1), is where the message began.
	if (pieces.isReached(hop) || isFilterHop(hop) || hop.sasl || hop.uid !== undefined) return [];
	const messageId = pieces.messageIdOf(hop);
	return messageId === undefined ? [] : [{ hop, messageId }];
}

/** One message on one host for one recipient: senders of a repeated Message-ID mostly differ in these. */
function placeOfEnd({ messageId, attempt }: OpenEnd): string {
	return `${messageId}\n${attempt.recipient.toLowerCase()}\n${attempt.relay?.ip}`;
}

function placesOfStart(start: OpenStart): string[] {
	const ip = start.hop.client?.ip;
	return ip === undefined ? [] : messagesOfStart(start).map((message) => `${message}\n${ip}`);
}

function messageOfEnd({ messageId, attempt }: OpenEnd): string {
	return `${messageId}\n${attempt.recipient.toLowerCase()}`;
}

function messagesOfStart({ messageId, hop }: OpenStart): string[] {
	const tried = hop.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]);
	// taken, and then thrown away or kept before anybody was tried
	const taken = hop.refusals.filter(({ verb }) => verb === "discard" || verb === "hold");
	const names = [...tried, ...taken.flatMap(({ recipient }) => recipient ?? [])];
	return [...new Set(names.map((name) => `${messageId}\n${name.toLowerCase()}`))];
}

function pairsBy(
	ends: readonly OpenEnd[],
	starts: readonly OpenStart[],
	keyOf: (end: OpenEnd) => string,
	keysOf: (start: OpenStart) => string[],
): Pair[] {
	const byKey = Map.groupBy(ends, keyOf);
	return starts.flatMap((start) =>
		keysOf(start).flatMap((key) => {
			const same = byKey.get(key) ?? [];
			return same.length > REPEATED_MAX ? [] : same.map((end) => ({ end, start }));
		}),
	);
}

/** The pairs whose start has one sender and whose end has one receiver. */
function sole(pairs: readonly Pair[]): Pair[] {
	const senders = new Map<OpenStart, Set<Hop>>();
	const receivers = new Map<OpenEnd, Set<Hop>>();
	for (const { end, start } of pairs) {
		senders.set(start, (senders.get(start) ?? new Set()).add(end.hop));
		receivers.set(end, (receivers.get(end) ?? new Set()).add(start.hop));
	}
	return pairs.filter(({ end, start }) => senders.get(start)?.size === 1 && receivers.get(end)?.size === 1);
}

function passedIn({ end, start: { hop } }: Pair): number {
	return (hop.receivedAt ?? hop.firstAt) - end.attempt.at;
}

function fits(pair: Pair): boolean {
	const [{ hop }, { hop: to }] = [pair.end, pair.start];
	if (hop === to || hop.host === to.host) return false;
	const passed = passedIn(pair);
	if (mayBeStored(hop, pair.end.attempt) && !wasStoredMeanwhile(pair)) return false;
	if (passed < -CLOCK_MS || passed > BETWEEN_MS) return false;
	return hop.sender === undefined || to.sender === undefined || sameAddress(hop.sender, to.sender);
}
