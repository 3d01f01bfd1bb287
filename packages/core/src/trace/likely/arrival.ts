/**
 * The line by which a message came into a queue. sendmail writes none with the id of what it makes itself (savemail.c, queue.c): the first one
 * with that id is a try, and a store's line comes before it. The line of the entry that made it, which names its id, is its arrival.
 */
import type { Hop } from "../hop/hop.ts";

/** When and where it stands. */
export interface Arrival {
	at: number;
	ref: string;
}

/** For each of these hops its arrival, as far as lines of the same host tell: else its first line. */
export function withArrivals(hops: readonly Hop[]): (hop: Hop) => Arrival {
	const made = Map.groupBy(
		hops.filter(({ mta }) => mta === "sendmail").flatMap(entriesMadeBy),
		({ key }) => key,
	);
	return ({ mta, host, queueId, firstAt, refs: [ref = ""], attempts: [first] }) => {
		if (mta === "sendmail" && first?.ref === ref) {
			const before = made.get(`${host} ${queueId}`)?.filter(({ at }) => at <= firstAt) ?? [];
			const [last] = before.sort((a, b) => b.at - a.at);
			if (last) return last;
		}
		return { at: firstAt, ref };
	};
}

/** Notices, and the entries that some of its recipients were moved to. */
function entriesMadeBy({ host, notifications, split }: Hop): (Arrival & { key: string })[] {
	const notices = notifications.map(({ childQueueId, at, ref }) => ({
		key: `${host} ${childQueueId}`,
		at,
		ref,
	}));
	if (!split) return notices;
	const { at, ref, queueIds } = split;
	return [...notices, ...queueIds.map((id) => ({ key: `${host} ${id}`, at, ref }))];
}
