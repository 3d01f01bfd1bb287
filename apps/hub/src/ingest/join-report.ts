/**
 * A bounce that names its message but not the queue that gave it up (the returned headers are cut, or another program wrote
 * the report): the one queue of this host with that Message-ID whose try for that recipient failed and lacks a reason.
 * Two that fit: the report stays alone. None yet: it waits, for a mail spool is often read before the log that tells of
 * the same message.
 */
import type { BounceReportEvent, MailEvent } from "@mailtrail/core/event";
import { type Hop, messageIdKey } from "@mailtrail/core/trace";
import type { LineStore } from "../store/store.ts";

/** one message through one host: in and out of a filter, copies of a list */
const HOPS_MAX = 16;

type Queueless = BounceReportEvent & { messageId: string };

/** A report that could be joined by its Message-ID alone. */
export function isQueueless(event: MailEvent): event is Queueless {
	return event.kind === "bounce-report" && event.queueId === undefined && event.messageId !== undefined;
}

/** Under what a report waits that no queue fits yet. */
export function waitsFor(host: string, messageId: string): string {
	return `${host}/${messageIdKey(messageId)}`;
}

/** `now`: for a report without a time. */
export async function joinReport(
	store: LineStore,
	host: string,
	event: Queueless,
	now: number,
): Promise<BounceReportEvent> {
	const at = Date.parse(event.at ?? "");
	const key = `m:${messageIdKey(event.messageId)}`;
	const hops = await store.hopsWithKeys([key], Number.isNaN(at) ? now : at, HOPS_MAX);
	const fitting = hops.filter((hop) => hop.host === host && lacksReason(hop, event));
	const queueId = fitting.length === 1 ? fitting[0]?.queueId : undefined;
	return queueId === undefined ? event : { ...event, queueId };
}

/** The reports that waited for one of these hops are told to it; returns what that changed. */
export async function joinWaiting(
	store: LineStore,
	host: string,
	hops: readonly Hop[],
	now: number,
): Promise<{ changed: Hop[]; gone: string[] }> {
	const joined: { changed: Hop[]; gone: string[] } = { changed: [], gone: [] };
	const messageIds = new Set(hops.flatMap((hop) => (lacksReason(hop) && hop.messageId) || []));
	for (const messageId of messageIds) {
		for (const { ref, event } of await store.waiting(waitsFor(host, messageId))) {
			if (!isQueueless(event)) continue;
			const told = await joinReport(store, host, event, now);
			if (told.queueId === undefined) continue;
			const { changed, gone } = await store.assign(ref, told);
			joined.changed.push(...changed);
			joined.gone.push(...gone);
		}
	}
	return joined;
}

/** A try failed, for the recipient of the report or for any, and the log does not say why. */
function lacksReason(hop: Hop, report?: BounceReportEvent): boolean {
	const named = [report?.recipient?.toLowerCase(), report?.originalRecipient?.toLowerCase()];
	return hop.attempts.some(
		({ action, reply, recipient }) =>
			action === "failed" &&
			reply === undefined &&
			(report === undefined || named.includes(recipient.toLowerCase())),
	);
}
