/**
 * What one hop adds to the sums that are kept for figures over many messages. A pure function of the hop: when a hop is
 * folded anew, what it added is taken away and what it adds now is put in its place, so repetition and order change nothing.
 * Which relays and clients are which hosts of ours is the caller's to say (`own-peers.ts`), and is kept with the hop: a
 * hand-over among us is neither an end nor an arrival.
 */
import { causeOf } from "@mailtrail/core/diagnose";
import type { Hop, HopAttempt, HopRefusal } from "@mailtrail/core/trace";
import { clientPeer, NAME_MAX, nextHost, type OwnHosts, shownName, STORE } from "./hop-peers.ts";
import { addWays, domainOf, emptyWay, HOUR_MS, type WaySum } from "./way-sums.ts";

export { domainOf, HOUR_MS, SLOT_MS, type WayDetail, type WaySum } from "./way-sums.ts";

/** arrivals: recipients by minute, `name` is empty; all others by hour. `user` is who signed in, `refusal` why not. */
export type SumKind =
	| "arrivals"
	| "bytes"
	| "client"
	| "sender"
	| "sender-domain"
	| "recipient"
	| "recipient-domain"
	| "user"
	| "refusal"
	| "cause";

export interface Sum {
	kind: SumKind;
	name: string;
	/** minutes or hours since 1970, as the kind says */
	bucket: number;
	host: string;
	/** a recipient's outcome by this hop alone, or `refused` */
	outcome: string;
	recipients: number;
	messages: number;
}

export interface HopSums {
	sums: Sum[];
	ways: WaySum[];
}

/** Takes what hops add. One name may come several times. */
export interface SumSink {
	sum(
		kind: SumKind,
		name: string,
		bucket: number,
		host: string,
		outcome: string,
		recipients: number,
		messages: number,
	): void;
	/** what tries are added to */
	way(domain: string, host: string, hour: number, to: string | undefined): WaySum;
}

export const MINUTE_MS = 60_000;
/** a list with more recipients than this names the domains of the first ones */
const NAMES_MAX = 1_000;
/** so many are compared one by one */
const FEW = 24;

export function hopSums(hop: Hop, own: OwnHosts): HopSums {
	const list = new SumList();
	addHopSums(list, hop, own, 1);
	return list;
}

/** `sign` -1: what the hop has added is taken away. */
export function addHopSums(sink: SumSink, hop: Hop, own: OwnHosts, sign: 1 | -1): void {
	const counting = new Counting(sink, hop, own, sign);
	const ends = lastAttempts(hop);
	if (hop.queueId === undefined) counting.addRefused(hop.refusals);
	else counting.addMessage(ends);
	addWays(sink, hop, ends, own, sign);
}

function lastAttempts(hop: Hop): HopAttempt[] {
	if (hop.attempts.length < 2) return hop.attempts.filter(({ action }) => action !== "expanded");
	const last = new Map<string, HopAttempt>();
	for (const attempt of hop.attempts) {
		if (attempt.action !== "expanded") last.set(attempt.recipient.toLowerCase(), attempt);
	}
	return [...last.values()];
}

/** As far as this hop alone tells; the journey may know more. */
function outcomeOf(hop: Hop, { action, status }: HopAttempt): string {
	switch (action) {
		case "delivered":
		case "relayed":
		case "failed":
			return action;
		case "delayed":
			return hop.state?.kind === "removed" ? "discarded" : "delayed";
		case "discarded":
			return hop.verdicts.some((verdict) => verdict.quarantineId !== undefined) ? "quarantined" : "discarded";
		default:
			return status === "quarantined" ? "quarantined" : "unknown";
	}
}

/** Adds up what has the same name. */
class SumList implements SumSink, HopSums {
	readonly sums: Sum[] = [];
	readonly ways: WaySum[] = [];
	/** where there are many */
	#byName: Map<string, Sum> | undefined;
	#wayByName: Map<string, WaySum> | undefined;

	sum(
		kind: SumKind,
		name: string,
		bucket: number,
		host: string,
		outcome: string,
		recipients: number,
		messages: number,
	): void {
		const same = this.#find(kind, outcome, name);
		if (same) {
			same.recipients += recipients;
			same.messages += messages;
			return;
		}
		const sum = { kind, name, bucket, host, outcome, recipients, messages };
		this.sums.push(sum);
		this.#byName?.set(`${kind} ${outcome} ${name}`, sum);
	}

	/** Most messages have a recipient or two, a list's has thousands. */
	#find(kind: SumKind, outcome: string, name: string): Sum | undefined {
		if (this.sums.length < FEW)
			return this.sums.find((sum) => sum.name === name && sum.kind === kind && sum.outcome === outcome);
		this.#byName ??= new Map(this.sums.map((sum) => [`${sum.kind} ${sum.outcome} ${sum.name}`, sum]));
		return this.#byName.get(`${kind} ${outcome} ${name}`);
	}

	way(domain: string, host: string, hour: number, to: string | undefined): WaySum {
		const nameOf = (way: Pick<WaySum, "hour" | "domain" | "to">) =>
			`${way.hour} ${way.to ?? ""} ${way.domain}`;
		if (this.ways.length === FEW) this.#wayByName ??= new Map(this.ways.map((way) => [nameOf(way), way]));
		const same = this.#wayByName
			? this.#wayByName.get(nameOf({ hour, domain, ...(to !== undefined && { to }) }))
			: this.ways.find((each) => each.domain === domain && each.hour === hour && each.to === to);
		if (same) return same;
		const way = emptyWay(domain, host, hour, to);
		this.ways.push(way);
		this.#wayByName?.set(nameOf(way), way);
		return way;
	}
}

/** What a message, or a session that refused one, adds to the sums. */
class Counting {
	readonly #sink: SumSink;
	readonly #hop: Hop;
	readonly #own: OwnHosts;
	readonly #sign: 1 | -1;
	readonly #hour: number;
	readonly #isInner: boolean;
	#messages = 1;

	constructor(sink: SumSink, hop: Hop, own: OwnHosts, sign: 1 | -1) {
		this.#sink = sink;
		this.#hop = hop;
		this.#own = own;
		this.#sign = sign;
		this.#hour = Math.floor(hop.firstAt / HOUR_MS);
		this.#isInner = own.size > 0 && own.has(clientPeer(hop) ?? "");
	}

	addMessage(ends: HopAttempt[]): void {
		const hop = this.#hop;
		// a filter or a store works on a message that a queue of the same host has told of; only what it kept is news
		const isGuest = hop.filterFor !== undefined || hop.verdicts.some(({ mailId }) => mailId === hop.queueId);
		if (this.#isInner && hop.mta === STORE) return;
		if (isGuest && ends.length === 0) return this.#addKept();
		for (const [i, end] of ends.entries()) {
			const outcome = outcomeOf(hop, end);
			const isHandedOver = outcome === "relayed" && nextHost(hop.host, end, this.#own) !== undefined;
			this.#addArrival(isHandedOver ? undefined : outcome);
			if (isHandedOver) continue;
			if (i < NAMES_MAX) this.#addRecipient(end.recipient, outcome);
			if (outcome === "delayed" || outcome === "failed") this.#add("cause", causeOf(end), outcome, 1, 1);
		}
		if (ends.length === 0) this.#addArrival(hop.refusals.length > 0 ? "failed" : "unknown");
		if (hop.size !== undefined && !this.#isInner) this.#add("bytes", "", "", hop.size, 0);
	}

	addRefused(refusals: HopRefusal[]): void {
		// the host of ours that met them tells what became of its message
		if (this.#isInner) return;
		for (const [i, { sender, recipient, reply, reason }] of refusals.entries()) {
			this.#addArrival("refused", sender);
			this.#add("refusal", causeOf({ ...(reply && { reply }), ...(reason && { reason }) }), "refused", 1, 1);
			if (recipient !== undefined && i < NAMES_MAX) this.#addRecipient(recipient, "refused");
		}
	}

	#addRecipient(address: string, outcome: string): void {
		this.#add("recipient", address.toLowerCase(), outcome, 1, 1);
		this.#add("recipient-domain", domainOf(address), outcome, 1, 1);
	}

	#addKept(): void {
		const verdict = this.#hop.verdicts.findLast(({ mailId }) => mailId === this.#hop.queueId);
		if (!verdict || verdict.nextQueueId !== undefined || verdict.nextQueueIds !== undefined) return;
		this.#messages = 0;
		this.#addArrival(verdict.quarantineId === undefined ? "discarded" : "quarantined");
	}

	/** `outcome` undefined: handed over to a host of ours, where it goes on being counted. */
	#addArrival(outcome: string | undefined, sender = this.#hop.sender): void {
		const { sasl, firstAt, host, client } = this.#hop;
		const recipients = outcome === undefined ? 0 : 1;
		const messages = this.#isInner ? 0 : this.#messages;
		this.#messages = 0;
		if (recipients + messages === 0) return;
		const told = outcome ?? "";
		this.#add("arrivals", "", told, recipients, messages, Math.floor(firstAt / MINUTE_MS));
		if (!this.#isInner) this.#add("client", shownName(host, client ?? {}, ""), told, recipients, messages);
		if (sender !== undefined) {
			this.#add("sender", sender.toLowerCase(), told, recipients, messages);
			this.#add("sender-domain", domainOf(sender), told, recipients, messages);
		}
		if (sasl?.username !== undefined)
			this.#add("user", sasl.username.toLowerCase(), told, recipients, messages);
	}

	#add(
		kind: SumKind,
		name: string,
		outcome: string,
		recipients: number,
		messages: number,
		bucket = this.#hour,
	): void {
		const cut = name.length > NAME_MAX ? name.slice(0, NAME_MAX) : name;
		const { host } = this.#hop;
		this.#sink.sum(kind, cut, bucket, host, outcome, this.#sign * recipients, this.#sign * messages);
	}
}
