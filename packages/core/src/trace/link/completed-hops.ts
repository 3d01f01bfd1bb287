/**
 * What only lines of other ids tell of a hop, filled in before hops are joined: the client of what OpenSMTPD took, the empty sender of
 * what sendmail itself reports. Other hops stay the objects that they were.
 */
import type { Hop } from "../hop/hop.ts";
import { isNoticeOf } from "./parent-links.ts";
import { withSessionClients } from "./session-clients.ts";

export function completed(hops: readonly Hop[]): Hop[] {
	return withNullSenders(withSessionClients(hops));
}

/** sendmail writes no `from=` for its notices; the line that names one is its parent's (RFC 5321 section 4.5.5: nobody may answer). */
function withNullSenders(hops: Hop[]): Hop[] {
	const parents = hops.filter(({ mta, notifications }) => mta === "sendmail" && notifications.length > 0);
	const made = Map.groupBy(
		parents.flatMap(({ host, notifications }) => notifications.map((each) => ({ host, ...each }))),
		({ host, childQueueId }) => `${host} ${childQueueId}`,
	);
	if (made.size === 0) return hops;
	return hops.map((hop) => {
		if (hop.mta !== "sendmail" || hop.sender !== undefined) return hop;
		const named = made.get(`${hop.host} ${hop.queueId}`)?.some((notice) => isNoticeOf(hop, notice));
		return named ? { ...hop, sender: "" } : hop;
	});
}
