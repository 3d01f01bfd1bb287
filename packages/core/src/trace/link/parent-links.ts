/** Which hop reports on which: bounces and delay notices, joined by the queue id of one in the other's line, on one host. */
import type { Hop, HopNotification } from "../hop/hop.ts";
import type { HopIndex } from "./hop-index.ts";

/** `parent` made `child` to report on it. */
export interface ParentLink {
	parent: Hop;
	child: Hop;
	notification?: HopNotification;
	/** what failed earlier stands in another notice */
	since?: number;
}

/** A notice enters the queue as its parent's line is written; several processes write one log. */
const AT_ONCE_MS = 60_000;
/** A parent works on while it reports, or waits for its next try: days at most. */
const PARENT_SILENCE_MS = 10 * 86_400_000;

/** Bounces and delay notices of this hop, as far as their own hops are known; where it is one itself, what it reports on. */
export function parentLinks(hop: Hop, index: HopIndex): ParentLink[] {
	const links: ParentLink[] = [];
	for (const notification of hop.notifications) {
		const child = madeAt(
			index.namedOn(hop.host, notification.childQueueId, notification.at),
			notification,
			hop,
		);
		if (child) links.push({ parent: hop, child, notification });
	}
	if (hop.parentQueueId) {
		const parent = aliveAt(index.namedOn(hop.host, hop.parentQueueId, hop.firstAt), hop.firstAt, hop);
		if (parent) links.push({ parent, child: hop });
	}
	return links;
}

/** The notice that began at that time: an older or later message under its id is another one. */
function madeAt(hops: Hop[], notification: HopNotification, self: Hop): Hop | undefined {
	const distance = (hop: Hop) => Math.abs(beganAt(hop) - notification.at);
	return hops
		.filter((hop) => hop !== self && isNoticeOf(hop, notification))
		.sort((a, b) => distance(a) - distance(b))[0];
}

/** Whether a hop can be the notice that was made at that time. */
export function isNoticeOf(
	{ sender, ...hop }: Hop,
	{ at, notified }: Pick<HopNotification, "at" | "notified">,
): boolean {
	return (!sender || isOwn(sender, notified)) && Math.abs(beganAt(hop) - at) <= AT_ONCE_MS;
}

/** The postmaster's copies come from Postfix' double_bounce_sender (bounce_notify_service.c): nothing is sent where they fail. */
function isOwn(sender: string, notified: HopNotification["notified"]): boolean {
	return notified === "postmaster" && /^double-bounce(?:@|$)/.test(sender);
}

/** sendmail writes no line for a notice before its first try, which may wait for a connection or for the next queue run; `delay=` counts from its beginning. */
function beganAt({ mta, firstAt, attempts: [first] }: Pick<Hop, "mta" | "firstAt" | "attempts">): number {
	if (mta !== "sendmail" || first?.delay === undefined) return firstAt;
	return Math.min(firstAt, first.at - first.delay * 1000);
}

/** The generation that was alive at that time: the last one that began before it (a child's first line may come just after). */
function aliveAt(hops: Hop[], at: number, self: Hop): Hop | undefined {
	return hops
		.filter((hop) => hop !== self && hop.firstAt <= at + AT_ONCE_MS && hop.lastAt >= at - PARENT_SILENCE_MS)
		.sort((a, b) => b.firstAt - a.firstAt)[0];
}
