/**
 * A bounce that names its message but not the queue that gave it up (the returned headers are cut, or another program wrote
 * the report): the one queue of this host with that Message-ID whose try for that recipient failed and lacks a reason.
 * Two that fit, or none: the report stays alone.
 */
import type { BounceReportEvent, MailEvent } from "@mailtrail/core/event";
import { messageIdKey } from "@mailtrail/core/trace";
import type { LineStore } from "../store/store.ts";

/** one message through one host: in and out of a filter, copies of a list */
const HOPS_MAX = 16;

type Queueless = BounceReportEvent & { messageId: string };

/** A report that could be joined by its Message-ID alone. */
export function isQueueless(event: MailEvent): event is Queueless {
	return event.kind === "bounce-report" && event.queueId === undefined && event.messageId !== undefined;
}

/** `now`: for a report without a time. */
export async function joinReport(
	store: LineStore,
	host: string,
	event: Queueless,
	now: number,
): Promise<BounceReportEvent> {
	const named = [event.recipient?.toLowerCase(), event.originalRecipient?.toLowerCase()];
	const at = Date.parse(event.at ?? "");
	const key = `m:${messageIdKey(event.messageId)}`;
	const hops = await store.hopsWithKeys([key], Number.isNaN(at) ? now : at, HOPS_MAX);
	const fitting = hops.filter(
		(hop) =>
			hop.host === host &&
			hop.attempts.some(
				({ action, reply, recipient }) =>
					action === "failed" && reply === undefined && named.includes(recipient.toLowerCase()),
			),
	);
	const queueId = fitting.length === 1 ? fitting[0]?.queueId : undefined;
	return queueId === undefined ? event : { ...event, queueId };
}
