/**
 * Bounces that no line joins with their message: OpenSMTPD writes one from `<>` to the sender within two seconds of the failure
 * (smtpd/bounce.c, `timeout = time(NULL) + 1`), and names neither in the other's lines. It begins them in the order of the failures, and puts
 * the whole message into each. As many notices as failures of one sender in such a stretch of time belong together in their order, where the
 * sizes say so too, or by their sizes alone where the order is in doubt; a notice that comes later is nobody's, since any failure may lack
 * its line.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { ParentLink } from "../link/parent-links.ts";
import { placeOf } from "../hop/place.ts";
import type { Holes } from "./whole.ts";

const WITHIN_MS = 2_000;
/** Sessions begin together when a second is over, and end when nothing waits. */
const TOGETHER_MS = 500;
/** Failures of one round of its event loop reach the queue in any order (mta.c, mta_delivery_flush_event takes them from a tree's root). */
const ONE_ROUND_MS = 100;
/** What a notice has besides the message: measured 1.4 kB with one recipient (6.8.0p2); a recipient and his answer stand in it twice. */
const FRAME_MIN = 500;
const FRAME_MAX = 2_000;
const RECIPIENT_MAX = 1_500;
/** What stands around each address and answer (6.8.0p2). */
const AROUND_RECIPIENT = 59;
/** `Expire for …` is written after the queue has taken the failure. */
const WRITTEN_MS = 20;
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
	/** what these make the notice longer by: each address twice, and the answer (bounce.c) */
	words: number;
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
		const recipients = recipientsOf(burst).size;
		return [{ hop, since: first.at, at: last.at, ref: last.ref, recipients, words: wordsOf(burst) }];
	});
}

function wordsOf(burst: readonly HopAttempt[]): number {
	const said = ({ reply, reason = "" }: HopAttempt) =>
		reply ? [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined).join(" ") : reason;
	return burst.reduce(
		(sum, attempt) => sum + 2 * attempt.recipient.length + said(attempt).length + AROUND_RECIPIENT,
		0,
	);
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
	return groupsOf(pairs)
		.flatMap((group) => (group.length === 1 ? group : toldBySize(group)))
		.map(({ failure, notice }) => ({ parent: failure.hop, child: notice.hop, since: failure.since }));
}

/** Neighbours that may be each other's stand in one group. */
function groupsOf(pairs: readonly Paired[]): Paired[][] {
	const groups: Paired[][] = [];
	for (const [place, pair] of pairs.entries()) {
		const group = groups.at(-1);
		if (group && maySwap(pairs[place - 1], pair)) group.push(pair);
		else groups.push([pair]);
	}
	return groups;
}

/**
 * Whether two may be each other's: failures of one moment are taken in any order; two sessions work at a time (bounce.c, BOUNCE_MAXRUN), and a
 * line stands where its session was done.
 */
function maySwap(one: Paired | undefined, other: Paired): boolean {
	if (!one) return false;
	const isOneRound = other.failure.at - one.failure.at <= ONE_ROUND_MS;
	if (!isOneRound && !isDoneFirst(one.notice, other.notice)) return false;
	const fits = (failure: Failure, notice: Line) =>
		isInTime(failure, notice) && isOfSize(failure, notice, false);
	return fits(one.failure, other.notice) && fits(other.failure, one.notice);
}

/** The one that began later was done first. */
function isDoneFirst(one: Line, other: Line): boolean {
	const [first = 0, second = first] = [one.hop.sessionNumber, other.hop.sessionNumber];
	return other.at - one.at <= TOGETHER_MS && first > second;
}

/**
 * Those of a group whose sizes leave no choice: to one sender each notice has as much around the message and the words of its failure as any
 * other. Two failures of one size may be each other's.
 */
function toldBySize(group: readonly Paired[]): Paired[] {
	const failures = group.map(({ failure }) => failure).sort((a, b) => expectedSize(a) - expectedSize(b));
	const notices = group.map(({ notice }) => notice).sort((a, b) => sizeOf(a) - sizeOf(b));
	const pairs = failures.map((failure, place) => ({ failure, notice: notices[place] ?? failure }));
	const around = pairs.map(({ failure, notice }) => sizeOf(notice) - expectedSize(failure));
	if (around.some((each) => each !== around[0])) return [];
	const sizes = Map.groupBy(failures, expectedSize);
	return pairs.filter(
		({ failure, notice }) => sizes.get(expectedSize(failure))?.length === 1 && isInTime(failure, notice),
	);
}

const sizeOf = ({ hop }: Line): number => hop.size ?? Number.NaN;
const expectedSize = (failure: Failure): number => sizeOf(failure) + failure.words;

function isInTime(failure: Line, notice: Line): boolean {
	const taken = failure.at % 1000 === 0 ? failure.at : failure.at - WRITTEN_MS;
	const next = Math.floor(taken / 1000) + 1;
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
