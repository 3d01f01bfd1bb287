/**
 * Bounces that no line joins with their message: OpenSMTPD writes one from `<>` to the sender within two seconds of the failure
 * (smtpd/bounce.c, `timeout = time(NULL) + 1`), and names neither in the other's lines. It begins them in the order of the failures, and puts
 * the whole message into each. As many notices as failures of one sender in such a stretch of time belong together in their order, where the
 * sizes say so too; a notice that comes later is nobody's, since any failure may lack its line.
 */
import type { Hop, HopAttempt } from "./hop.ts";
import type { ParentLink } from "./parent-links.ts";
import { placeOf } from "./place.ts";
import type { Holes } from "./whole.ts";

const WITHIN_MS = 2_000;
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

interface Failure extends Line {
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
	const failures = Map.groupBy(own.flatMap(failureOf), ({ hop }) => senderKey(hop.host, hop.sender ?? ""));
	const lines = [...notices.values()].map((same) => same.map(lineOf).sort(inOrder));
	const begun = [...Map.groupBy(lines.flat(), ({ hop }) => hop.host).values()].map(beginnings);
	const order = new Map(begun.flatMap((each) => [...each]));
	return [...notices.keys()].flatMap((sender, place) =>
		stretchesOf((failures.get(sender) ?? []).sort(inOrder), lines[place] ?? [])
			.flatMap((stretch) => pairsOf(stretch, order))
			.filter(({ parent, child }) => !holes.near(child.host, child.firstAt, parent.sender)),
	);
}

const lineOf = (hop: Hop): Line => ({ hop, at: hop.firstAt, ref: hop.refs[0] ?? "" });

/** Sessions begin together when a second is over, and end when nothing waits. */
const TOGETHER_MS = 500;

/**
 * In which order a host began its notices. Their lines stand in the order in which they were done with: two sessions work at a time
 * (bounce.c, BOUNCE_MAXRUN), the first two notices are those of the sessions in their order, and who has done with one takes the next.
 */
function beginnings(notices: readonly Line[]): Map<Hop, number> {
	const order = new Map<Hop, number>();
	const sorted = [...notices].sort(inOrder);
	let next = 0;
	let working = new Map<number | undefined, number>();
	for (const [place, { hop, at }] of sorted.entries()) {
		if (at - (sorted[place - 1]?.at ?? at) > TOGETHER_MS) working = new Map();
		if (!working.has(hop.sessionNumber))
			for (const session of sessionsFrom(sorted, place))
				if (!working.has(session)) working.set(session, next++);
		order.set(hop, working.get(hop.sessionNumber) ?? next++);
		working.set(hop.sessionNumber, next++);
	}
	return order;
}

/** The sessions that work from this notice on, in the order in which they began. */
function sessionsFrom(notices: readonly Line[], from: number): number[] {
	const sessions = new Set<number>();
	for (let place = from; place < Math.min(notices.length, from + CROWD_MAX); place++) {
		const { hop, at } = notices[place] as Line;
		if (place > from && at - (notices[place - 1]?.at ?? at) > TOGETHER_MS) break;
		if (hop.sessionNumber !== undefined) sessions.add(hop.sessionNumber);
	}
	return [...sessions].sort((a, b) => a - b);
}

/** For whose mail a hop is such a notice, or such a failure, and when. */
export function unnamedSide(hop: Hop): { sender: string; at: number } | undefined {
	if (hop.mta !== "opensmtpd") return undefined;
	const sender = hop.sender === "" ? soleRecipient(hop) : hop.sender?.toLowerCase();
	const at = hop.sender === "" ? hop.firstAt : failureOf(hop)[0]?.at;
	return sender === undefined || at === undefined ? undefined : { sender, at };
}

function failureOf(hop: Hop): Failure[] {
	const failed = hop.attempts.filter(({ action }) => action === "failed");
	const last = failed.at(-1);
	return hop.sender && last
		? [{ hop, at: last.at, ref: last.ref, recipients: recipientsOf(failed).size }]
		: [];
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

function pairsOf({ failures, notices }: Stretch, order: ReadonlyMap<Hop, number>): ParentLink[] {
	if (failures.length !== notices.length || failures.length > CROWD_MAX) return [];
	const begun = [...notices].sort((a, b) => (order.get(a.hop) ?? 0) - (order.get(b.hop) ?? 0));
	const pairs = failures.map((failure, place) => ({ failure, notice: begun[place] ?? failure }));
	const isSole = pairs.length === 1;
	if (!pairs.every(({ failure, notice }) => isInTime(failure, notice) && isOfSize(failure, notice, isSole)))
		return [];
	return pairs.map(({ failure, notice }) => ({ parent: failure.hop, child: notice.hop }));
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
