/**
 * What one hop adds to the sums that are kept for figures over many messages. A pure function of the hop: when a hop is
 * folded anew, what it added is taken away and what it adds now is put in its place, so repetition and order change nothing.
 * Which relays and clients are which hosts of ours is the caller's to say (`own-peers.ts`), and is kept with the hop: a
 * hand-over among us is neither an end nor an arrival.
 */
import { causeOf } from "@mailtrail/core/diagnose";
import type { Hop, HopAttempt, HopRefusal } from "@mailtrail/core/trace";
import { CLASS_MAX, delayClass } from "./delay-classes.ts";
import { clientPeer, NAME_MAX, nextHost, type OwnHosts, shownName, STORE } from "./hop-peers.ts";

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

/** One host's tries towards a domain within an hour; those with `to` went to that host of ours. */
export interface WaySum {
	domain: string;
	host: string;
	to?: string;
	hour: number;
	accepted: number;
	delayed: number;
	failed: number;
	/** whose last try so far it was */
	recipients: number;
	/** of accepted ones */
	seconds: number;
	lastAt: number;
	lastAcceptedAt: number;
	detail: WayDetail;
}

/** Flat and additive: every value is a count. */
export type WayDetail = Record<string, number>;

export interface HopSums {
	sums: Sum[];
	ways: WaySum[];
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** five minutes: the finest step of a destination's trend */
export const SLOT_MS = 300_000;
/** a list with more recipients than this names the domains of the first ones */
const NAMES_MAX = 1_000;
/** so many are compared one by one */
const FEW = 24;
const STAGES = ["a", "b", "c", "d"] as const;

export function hopSums(hop: Hop, own: OwnHosts): HopSums {
	const sums = new SumList(hop, own);
	const ends = lastAttempts(hop);
	if (hop.queueId === undefined) sums.addRefused(hop.refusals);
	else sums.addMessage(ends);
	return { sums: sums.list(), ways: waySums(hop, ends, own) };
}

export function domainOf(address: string): string {
	const at = address.lastIndexOf("@");
	return at < 0 ? "" : address.slice(at + 1, at + 1 + NAME_MAX).toLowerCase();
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
class SumList {
	readonly #hop: Hop;
	readonly #own: OwnHosts;
	readonly #sums: Sum[] = [];
	/** where there are many: by kind, outcome and name */
	#byName: Map<string, Sum> | undefined;
	readonly #hour: number;
	readonly #isInner: boolean;
	#messages = 1;

	constructor(hop: Hop, own: OwnHosts) {
		this.#hop = hop;
		this.#own = own;
		this.#hour = Math.floor(hop.firstAt / HOUR_MS);
		this.#isInner = own.size > 0 && own.has(clientPeer(hop) ?? "");
	}

	list(): Sum[] {
		return this.#sums;
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
		const same = this.#find(kind, outcome, cut);
		if (same) {
			same.recipients += recipients;
			same.messages += messages;
			return;
		}
		const sum = { kind, name: cut, bucket, host: this.#hop.host, outcome, recipients, messages };
		this.#sums.push(sum);
		this.#byName?.set(`${kind} ${outcome} ${cut}`, sum);
	}

	/** Most messages have a recipient or two, a list's has thousands. */
	#find(kind: SumKind, outcome: string, name: string): Sum | undefined {
		if (this.#sums.length < FEW)
			return this.#sums.find((sum) => sum.name === name && sum.kind === kind && sum.outcome === outcome);
		this.#byName ??= new Map(this.#sums.map((sum) => [`${sum.kind} ${sum.outcome} ${sum.name}`, sum]));
		return this.#byName.get(`${kind} ${outcome} ${name}`);
	}
}

/** Every try that left the host, or was meant to. */
function waySums(hop: Hop, ends: HopAttempt[], own: OwnHosts): WaySum[] {
	const ways: WaySum[] = [];
	const isLong = hop.attempts.length > FEW;
	const byName = isLong ? new Map<string, WaySum>() : undefined;
	const last = isLong ? new Set(ends) : undefined;
	for (const attempt of hop.attempts) {
		const { action, at, transport, recipient, relay } = attempt;
		const domain = domainOf(recipient);
		if (transport !== undefined || domain === "" || relay?.path !== undefined) continue;
		// a mailbox of this host: Dovecot's own line of what LMTP brought names no relay
		if (action === "delivered" && relay === undefined) continue;
		if (action !== "relayed" && action !== "delivered" && action !== "delayed" && action !== "failed")
			continue;
		const to = nextHost(hop.host, attempt, own);
		const hour = Math.floor(at / HOUR_MS);
		let way = byName
			? byName.get(`${hour} ${to ?? ""} ${domain}`)
			: ways.find((each) => each.domain === domain && each.hour === hour && each.to === to);
		if (!way) {
			const none = { accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0 };
			const place = { domain, host: hop.host, ...(to !== undefined && { to }), hour };
			way = { ...place, ...none, lastAt: 0, lastAcceptedAt: 0, detail: {} };
			ways.push(way);
			byName?.set(`${hour} ${to ?? ""} ${domain}`, way);
		}
		addTry(way, attempt, last ? last.has(attempt) : ends.includes(attempt));
	}
	return ways;
}

/** Names in a detail: `s:SLOT:RESULT` the trend, `w:CAUSE`, `r:RELAY`, `t` and `a` … `d` with a class the delays, `tls`, `plain`. */
function addTry(way: WaySum, attempt: HopAttempt, isLast: boolean): void {
	const { detail } = way;
	const result =
		attempt.action === "delayed" ? "delayed" : attempt.action === "failed" ? "failed" : "accepted";
	way[result]++;
	if (isLast) way.recipients++;
	way.lastAt = Math.max(way.lastAt, attempt.at);
	const slot = Math.floor((attempt.at - way.hour * HOUR_MS) / SLOT_MS);
	bump(detail, SLOTS[result][slot] ?? "");
	if (attempt.relay) bump(detail, `r:${shownName(way.host, attempt.relay, attempt.relay.port ?? "")}`);
	if (result !== "accepted") return bump(detail, `w:${causeOf(attempt)}`);
	way.lastAcceptedAt = Math.max(way.lastAcceptedAt, attempt.at);
	way.seconds += attempt.delay ?? 0;
	if (attempt.delay !== undefined) bump(detail, className("t", attempt.delay));
	for (const [i, stage] of STAGES.entries()) {
		const seconds = attempt.delays?.[i];
		if (seconds !== undefined) bump(detail, className(stage, seconds));
	}
	if (attempt.tls !== undefined) bump(detail, attempt.tls.startsWith("none") ? "plain" : "tls");
}

/** A name that is made anew is looked up among all strings before it can be an object's: these are made once. */
const SLOTS = { accepted: slots("accepted"), delayed: slots("delayed"), failed: slots("failed") };
const CLASSES = { t: classes("t"), a: classes("a"), b: classes("b"), c: classes("c"), d: classes("d") };

function slots(result: string): readonly string[] {
	return Array.from({ length: HOUR_MS / SLOT_MS }, (_, slot) => `s:${slot}:${result}`);
}

function classes(stage: string): readonly string[] {
	return Array.from({ length: CLASS_MAX + 1 }, (_, no) => `${stage}:${no}`);
}

function className(stage: keyof typeof CLASSES, seconds: number): string {
	return CLASSES[stage][delayClass(seconds)] ?? "";
}

function bump(detail: WayDetail, name: string): void {
	detail[name] = (detail[name] ?? 0) + 1;
}
