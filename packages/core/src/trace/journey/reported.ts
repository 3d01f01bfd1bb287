/**
 * Whom a bounce, delay notice or delivery receipt reports on, and which of the three it is. Postfix and sendmail say which when they
 * make one; exim and OpenSMTPD do not: what follows no new failure is about those who wait (exim's delay_warning), and where nobody
 * waits about those who have it.
 */
import { isBounced, isFilterHop } from "../hop/filter-hop.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { ParentLink } from "../link/parent-links.ts";
import { placeOf } from "../hop/place.ts";

export type NoticeKind = "non-delivery" | "delay" | "success";

export interface Reported {
	kind: NoticeKind;
	recipients: string[];
}

/** Lines of one second may stand in either order. */
const APART_MS = 1_000;

/** Exim's receipts and bounces have three parts (deliver.c): 1.7 kB about one short address with short headers. */
const RECEIPT_MIN = 1_000;

/** One run's notices are written one after the other. */
const ONE_RUN_MS = 5_000;

/** @param siblings all notices about the same message, this one among them */
export function reportedBy(link: ParentLink, siblings: readonly ParentLink[]): Reported {
	if (isFilterHop(link.parent)) return byFilter(link.parent);
	const at = madeAt(link);
	const known = link.notification?.notification;
	const since = Math.max(latestBefore(at, known, siblings), (link.since ?? Number.NEGATIVE_INFINITY) - 1);
	const latest = latestTries(link.parent, at + (link.notification ? 0 : APART_MS));
	switch (known) {
		case "success":
			return { kind: known, recipients: newest(receivers(latest), since) };
		case "delay":
			return { kind: known, recipients: names(latest.filter(waits)) };
		case "non-delivery":
			return { kind: known, recipients: newest(latest.filter(failed), since) };
		case undefined:
			return unnamed(link, latest, since, siblings);
		default:
			return known satisfies never;
	}
}

/** amavis tells of what it kept, or of what the next host cannot tell (RFC 3461 section 5.2.2). */
function byFilter({ verdicts, queueId }: Hop): Reported {
	const own = verdicts.filter(({ mailId }) => mailId === queueId);
	const kept = own.filter(isBounced);
	const recipients = [
		...new Set((kept.length > 0 ? kept : own).flatMap((verdict) => verdict.recipients ?? [])),
	];
	return { kind: kept.length > 0 ? "non-delivery" : "success", recipients };
}

/** Notices about one message, by their number: each asks for the one of its kind before it. */
const timesOf = new WeakMap<readonly ParentLink[], Map<NoticeKind | undefined, number[]>>();

/** When the notice of this kind before that time was made. */
function latestBefore(at: number, kind: NoticeKind | undefined, siblings: readonly ParentLink[]): number {
	let times = timesOf.get(siblings);
	if (!times) {
		const byKind = Map.groupBy(siblings, ({ notification }) => notification?.notification);
		times = new Map([...byKind].map(([each, same]) => [each, same.map(madeAt).sort((a, b) => a - b)]));
		timesOf.set(siblings, times);
	}
	const sorted = times.get(kind) ?? [];
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] ?? at) < at) low = middle + 1;
		else high = middle;
	}
	return sorted[low - 1] ?? Number.NEGATIVE_INFINITY;
}

function unnamed(
	{ parent, child }: ParentLink,
	latest: HopAttempt[],
	since: number,
	siblings: readonly ParentLink[],
): Reported {
	const fresh = latest.filter(({ at }) => at > since);
	const done = receivers(fresh);
	const waiting = latest.filter(waits);
	const receipt: Reported = { kind: "success", recipients: names(done) };
	if (fresh.some(failed)) {
		const bounce = siblings.some((other) => isNextOfRun(parent, child, other.child));
		if (done.length > 0 && bounce) return receipt;
	} else if (done.length > 0 && waiting.every((attempt) => isFirst(parent, attempt))) return receipt;
	else if (waiting.length > 0) return { kind: "delay", recipients: names(waiting) };
	return { kind: "non-delivery", recipients: newest(latest.filter(failed), since) };
}

/** Whether nothing was tried between two notices: exim makes the receipt of a run before its bounces (deliver.c, deliver_message). */
function isNextOfRun(parent: Hop, child: Hop, other: Hop): boolean {
	if (other === child || other.firstAt < child.firstAt || other.firstAt > child.firstAt + ONE_RUN_MS)
		return false;
	if (other.firstAt === child.firstAt && other.id < child.id) return false;
	return !parent.attempts.some(({ at }) => at > child.firstAt && at < other.firstAt);
}

/** A recipient's first try is too young for a delay warning. */
function isFirst({ attempts }: Hop, { at, recipient }: HopAttempt): boolean {
	return !attempts.some((attempt) => attempt.recipient === recipient && attempt.at < at);
}

/**
 * Whether exim names as a message's child what reports on nobody: its autoreply transport (vacation) sends under the empty sender too,
 * while the delivery that it belongs to goes on. Bounces and receipts are made after all were tried (the end of deliver_message() in deliver.c).
 */
export function isAutoreply({ parent, child, notification }: ParentLink): boolean {
	if (notification) return false;
	const before = parent.attempts.filter(({ at }) => at <= child.firstAt + APART_MS);
	if (before.some((attempt) => failed(attempt) || waits(attempt))) return false;
	return (child.size ?? RECEIPT_MIN) < RECEIPT_MIN || parent.attempts.some((each) => isAfter(each, child));
}

/** In whole seconds one file's places tell what came first. */
function isAfter({ at, ref }: HopAttempt, { firstAt, refs }: Hop): boolean {
	const [one, other] = [placeOf(ref), placeOf(refs[0] ?? "")];
	if (at !== firstAt || !one || !other || one.file !== other.file) return at >= firstAt;
	return one.line > other.line;
}

const failed = ({ action }: HopAttempt) => action === "failed";
const waits = ({ action }: HopAttempt) => action === "delayed";

/** Who has it here; only without any, who had it handed on: the next host that knows of receipts writes its own (RFC 3461 section 5.2.2). */
function receivers(tries: HopAttempt[]): HopAttempt[] {
	const here = tries.filter(({ action }) => action === "delivered" || action === "expanded");
	return here.length > 0 ? here : tries.filter(({ action }) => action === "relayed");
}

function madeAt({ notification, child }: ParentLink): number {
	return notification?.at ?? child.firstAt;
}

/** Each recipient's last try up to then. */
function latestTries(parent: Hop, at: number): HopAttempt[] {
	const latest = new Map<string, HopAttempt>();
	for (const attempt of parent.attempts) {
		if (attempt.at > at) continue;
		const key = `${attempt.recipient}\n${attempt.original ?? ""}`.toLowerCase();
		const other = latest.get(key);
		if (!other || other.at <= attempt.at) latest.set(key, attempt);
	}
	return [...latest.values()];
}

/** Those since the notice before; where the clock of the lines tells of none, all. */
function newest(attempts: HopAttempt[], since: number): string[] {
	const fresh = attempts.filter((attempt) => attempt.at > since);
	return names(fresh.length > 0 ? fresh : attempts);
}

function names(attempts: HopAttempt[]): string[] {
	return [...new Set(attempts.map(({ recipient }) => recipient))];
}
