/**
 * What one hop's tries add to the ways: a host's tries towards a domain within an hour, and how long they took, over which relays,
 * with which results. Part of `hop-sums.ts`.
 */
import { causeOf } from "@mailtrail/core/diagnose";
import type { Hop, HopAttempt } from "@mailtrail/core/trace";
import { CLASS_MAX, delayClass } from "./delay-classes.ts";
import { NAME_MAX, nextHost, type OwnHosts, shownName } from "./hop-peers.ts";

export const HOUR_MS = 3_600_000;
/** five minutes: the finest step of a destination's trend */
export const SLOT_MS = 300_000;
/** so many are compared one by one */
const FEW = 24;

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

interface WaySink {
	/** what tries are added to */
	way(domain: string, host: string, hour: number, to: string | undefined): WaySum;
}

export function domainOf(address: string): string {
	const at = address.lastIndexOf("@");
	return at < 0 ? "" : address.slice(at + 1, at + 1 + NAME_MAX).toLowerCase();
}

export function emptyWay(domain: string, host: string, hour: number, to: string | undefined): WaySum {
	const none = { accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0 };
	return {
		domain,
		host,
		...(to !== undefined && { to }),
		hour,
		...none,
		lastAt: 0,
		lastAcceptedAt: 0,
		detail: {},
	};
}

/** Every try that left the host, or was meant to. `ends`: the last one for each recipient. */
export function addWays(sink: WaySink, hop: Hop, ends: HopAttempt[], own: OwnHosts, sign: 1 | -1): void {
	const last = hop.attempts.length > FEW ? new Set(ends) : undefined;
	for (const attempt of hop.attempts) {
		const { action, at, transport, recipient, relay } = attempt;
		if (transport !== undefined || relay?.path !== undefined) continue;
		// a mailbox of this host: Dovecot's own line of what LMTP brought names no relay
		if (action === "delivered" && relay === undefined) continue;
		if (action !== "relayed" && action !== "delivered" && action !== "delayed" && action !== "failed")
			continue;
		const domain = domainOf(recipient);
		if (domain === "") continue;
		const to = nextHost(hop.host, attempt, own);
		const way = sink.way(domain, hop.host, Math.floor(at / HOUR_MS), to);
		addTry(way, attempt, last ? last.has(attempt) : ends.includes(attempt), sign);
	}
}

/** Names in a detail: `s:SLOT:RESULT` the trend, `w:CAUSE`, `r:RELAY`, `t` and `a` … `d` with a class the delays, `tls`, `plain`. */
function addTry(way: WaySum, attempt: HopAttempt, isLast: boolean, sign: 1 | -1): void {
	const { detail } = way;
	const result =
		attempt.action === "delayed" ? "delayed" : attempt.action === "failed" ? "failed" : "accepted";
	way[result] += sign;
	if (isLast) way.recipients += sign;
	way.lastAt = Math.max(way.lastAt, attempt.at);
	const slot = Math.floor((attempt.at - way.hour * HOUR_MS) / SLOT_MS);
	bump(detail, SLOTS[result][slot] ?? "", sign);
	if (attempt.relay) bump(detail, `r:${shownName(way.host, attempt.relay, attempt.relay.port ?? "")}`, sign);
	if (result !== "accepted") return bump(detail, `w:${causeOf(attempt)}`, sign);
	way.lastAcceptedAt = Math.max(way.lastAcceptedAt, attempt.at);
	way.seconds += sign * (attempt.delay ?? 0);
	if (attempt.delay !== undefined) bump(detail, className("t", attempt.delay), sign);
	if (attempt.delays) {
		const [a, b, c, d] = attempt.delays;
		bump(detail, className("a", a), sign);
		bump(detail, className("b", b), sign);
		bump(detail, className("c", c), sign);
		bump(detail, className("d", d), sign);
	}
	if (attempt.tls !== undefined) bump(detail, attempt.tls.startsWith("none") ? "plain" : "tls", sign);
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

function bump(detail: WayDetail, name: string, sign: 1 | -1): void {
	const count = (detail[name] ?? 0) + sign;
	if (count === 0) delete detail[name];
	else detail[name] = count;
}
