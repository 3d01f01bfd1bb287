/**
 * Bounces that no line joins with their message: OpenSMTPD writes one from `<>` to the sender within two seconds of the failure
 * (smtpd/bounce.c, `timeout = time(NULL) + 1`), and names neither in the other's lines. It begins them in the order of the failures, and puts
 * the whole message into each. As many notices as failures of one sender in such a stretch of time belong together in their order, where the
 * sizes say so too; a notice that comes later is nobody's, since any failure may lack its line.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { ParentLink } from "../link/parent-links.ts";
import { placeOf } from "../hop/place.ts";
import type { Holes } from "./whole.ts";

const WITHIN_MS = 2_000;
/** Sessions begin together when a second is over, and end when nothing waits. */
const TOGETHER_MS = 500;
/** What a notice has besides the message: measured 1.4 kB with one recipient (6.8.0p2); a recipient and his answer stand in it twice. */
const FRAME_MIN = 500;
const FRAME_MAX = 2_000;
const RECIPIENT_MAX = 1_500;
/** A mailing list's failures within seconds. */
const CROWD_MAX = 500;

interface Line {
	hop: Hop;
	at: number;
	ref: string;
}

/** What one notice tells of. */
interface Failure extends Line {
	/** of the first of them */
	since: number;
	recipients: number;
}

/** Failures and notices of one sender with no pause between. */
interface Stretch {
	failures: Failure[];
	notices: Line[];
}

/** @param reached hops that came from another one */
export function unnamedNotices(hops: readonly Hop[], reached: ReadonlySet<Hop>, holes: Holes): ParentLink[] {
	const own = hops.filter((hop) => hop.mta === "opensmtpd");
	const notices = Map.groupBy(
		own.filter((hop) => hop.sender === "" && !reached.has(hop)),
		(hop) => senderKey(hop.host, soleRecipient(hop) ?? ""),
	);
	if (notices.size === 0) return [];
	const failures = Map.groupBy(own.flatMap(failuresOf), ({ hop }) => senderKey(hop.host, hop.sender ?? ""));
	return [...notices].flatMap(([sender, same]) =>
		stretchesOf((failures.get(sender) ?? []).sort(inOrder), same.map(lineOf).sort(inOrder))
			.flatMap(pairsOf)
			.filter(({ parent, child }) => !holes.near(child.host, child.firstAt, parent.sender)),
	);
}

const lineOf = (hop: Hop): Line => ({ hop, at: hop.firstAt, ref: hop.refs[0] ?? "" });

/** For whose mail a hop is such a notice, or has such failures, and when. */
export function unnamedSide(hop: Hop): { sender: string; times: number[] } | undefined {
	if (hop.mta !== "opensmtpd") return undefined;
	const sender = hop.sender === "" ? soleRecipient(hop) : hop.sender?.toLowerCase();
	const times = hop.sender === "" ? [hop.firstAt] : failuresOf(hop).map(({ at }) => at);
	return sender === undefined ? undefined : { sender, times };
}

/**
 * A notice gathers what fails until it is written: who fails later, at a retry or when the message is too old, stands in one more
 * (smtpd/bounce.c takes a message off its list when its session begins).
 */
function failuresOf(hop: Hop): Failure[] {
	if (!hop.sender) return [];
	const bursts: HopAttempt[][] = [];
	for (const attempt of hop.attempts
		.filter(({ action }) => action === "failed")
		.sort((a, b) => a.at - b.at)) {
		const before = bursts.at(-1);
		const last = before?.at(-1);
		if (before && last && attempt.at <= endOf(last.at) + WITHIN_MS) before.push(attempt);
		else bursts.push([attempt]);
	}
	return bursts.flatMap((burst) => {
		const [first, last] = [burst[0], burst.at(-1)];
		if (!first || !last) return [];
		return [{ hop, since: first.at, at: last.at, ref: last.ref, recipients: recipientsOf(burst).size }];
	});
}

/** A notice goes to one; undefined for what else has the empty sender. */
function soleRecipient({ attempts }: Hop): string | undefined {
	const [to, another] = recipientsOf(attempts);
	return another === undefined ? to : undefined;
}

function recipientsOf(attempts: readonly HopAttempt[]): Set<string> {
	return new Set(attempts.map(({ recipient }) => recipient.toLowerCase()));
}

/** In one file the places tell more than whole seconds. */
function inOrder(a: Line, b: Line): number {
	const [one, other] = [placeOf(a.ref), placeOf(b.ref)];
	return a.at - b.at || (one && other && one.file === other.file ? one.line - other.line : 0);
}

/** Both sorted. A failure and a notice that may be its own stand in one stretch. */
function stretchesOf(failures: readonly Failure[], notices: readonly Line[]): Stretch[] {
	const stretches: Stretch[] = [];
	let current: Stretch = { failures: [], notices: [] };
	let until = Number.NEGATIVE_INFINITY;
	let next = 0;
	for (const failure of failures) {
		for (let notice = notices[next]; notice && notice.at < failure.at; notice = notices[++next])
			if (notice.at <= until) current.notices.push(notice);
		if (failure.at > until) {
			stretches.push(current);
			current = { failures: [], notices: [] };
		}
		current.failures.push(failure);
		until = endOf(failure.at) + WITHIN_MS;
	}
	for (const notice of notices.slice(next)) if (notice.at <= until) current.notices.push(notice);
	return [...stretches, current];
}

/** RFC 3164 headers have whole seconds: the line may be from the second's end. */
function endOf(at: number): number {
	return at % 1000 === 0 ? at + 999 : at;
}

interface Paired {
	failure: Failure;
	notice: Line;
}

function pairsOf({ failures, notices }: Stretch): ParentLink[] {
	if (failures.length !== notices.length || failures.length > CROWD_MAX) return [];
	const pairs = failures.map((failure, place) => ({ failure, notice: notices[place] ?? failure }));
	const isSole = pairs.length === 1;
	if (!pairs.every(({ failure, notice }) => isInTime(failure, notice) && isOfSize(failure, notice, isSole)))
		return [];
	return pairs
		.filter((pair, place) => !maySwap(pairs[place - 1], pair) && !maySwap(pair, pairs[place + 1]))
		.map(({ failure, notice }) => ({ parent: failure.hop, child: notice.hop, since: failure.since }));
}

/**
 * Whether two may be each other's: two sessions work at a time (bounce.c, BOUNCE_MAXRUN), and a line stands where its session was done. The
 * one that began later was done first; where the sizes do not tell, nothing does.
 */
function maySwap(one: Paired | undefined, other: Paired | undefined): boolean {
	if (!one || !other || other.notice.at - one.notice.at > TOGETHER_MS) return false;
	const [first = 0, second = first] = [one.notice.hop.sessionNumber, other.notice.hop.sessionNumber];
	if (first <= second) return false;
	const fits = (failure: Failure, notice: Line) =>
		isInTime(failure, notice) && isOfSize(failure, notice, false);
	return fits(one.failure, other.notice) && fits(other.failure, one.notice);
}

function isInTime(failure: Line, notice: Line): boolean {
	const next = Math.floor(failure.at / 1000) + 1;
	return notice.at >= next * 1000 && notice.at <= endOf(failure.at) + WITHIN_MS;
}

/** One alone may hold the headers only (RET=HDRS). */
function isOfSize({ hop, recipients }: Failure, { hop: notice }: Line, isSole: boolean): boolean {
	if (hop.size === undefined || notice.size === undefined) return isSole;
	const frame = notice.size - hop.size;
	if (frame < 0) return isSole;
	return frame >= FRAME_MIN && frame <= FRAME_MAX + recipients * RECIPIENT_MAX;
}

function senderKey(host: string, address: string): string {
	return `${host} ${address.toLowerCase()}`;
}
