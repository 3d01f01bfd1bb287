/**
 * What a join by Message-ID stands on beside the message itself: that no hop which was at work on its hosts in those moments may be another copy
 * of it, with the line that would say so lost. Such hops are handed to the join, which then decides as it does with all lines before it.
 */
import { copyKeys, doubtfulCopies, type Hop, type Journey } from "@mailtrail/core/trace";
import type { LineReads } from "../store/store.ts";

/** Entries of one host and half a minute; the index may name hops that lack nothing any more. */
const ENTRIES_MAX = 500;
/** more than these, and a host's log is lost rather than torn */
const COPIES_MAX = 50;
const KEYS_MAX = 64;

/** Those that the joins of a message with these hops depend on. `asked` holds the keys that were looked at, and gets these. */
export async function hiddenCopies(
	store: LineReads,
	hops: readonly Hop[],
	asked: Set<string>,
): Promise<Hop[]> {
	const doubtful = Map.groupBy(
		hops.flatMap((hop) => doubtfulCopies(hop).map((key) => ({ key, hop }))),
		({ key }) => key,
	);
	const found: Hop[] = [];
	for (const [key, beside] of doubtful) {
		if (asked.has(key)) continue;
		asked.add(key);
		const all = asked.size > KEYS_MAX ? undefined : await store.allWithKey(key, ENTRIES_MAX);
		const copies = all?.filter((hop) => copyKeys(hop).includes(key));
		if (copies && copies.length <= COPIES_MAX) found.push(...copies);
		else found.push(...beside.flatMap(({ hop }) => unreadBeside(hop)));
	}
	return found;
}

/** Whether such a join is told in this journey. */
export function isJoinedByMessageId({ recipients }: Journey): boolean {
	return recipients.some(({ path }) =>
		path.some(({ link }) => link?.confidence === "likely" && link.via === "message-id"),
	);
}

/** In place of too many to be read: hops of which nothing is told, beside which no such join is sure. */
function unreadBeside({ host, firstAt, receivedAt = firstAt }: Hop): Hop[] {
	return [...new Set([firstAt, receivedAt])].map((at) => ({
		id: `${host}/unread ${at}/0`,
		host,
		mta: "postfix",
		queueId: `unread ${at}`,
		firstAt: at,
		lastAt: at,
		sessionQueueIds: [],
		attempts: [],
		notifications: [],
		verdicts: [],
		refusals: [],
		refs: [],
	}));
}
