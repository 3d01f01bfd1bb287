/** The clients of what OpenSMTPD took, and what clients of Postfix did not bring, from the hops that their sessions are (`fold/connection-hops.ts`). */
import type { Hop } from "../hop/hop.ts";

/** A whole second's line and its copy with a fraction may be either's. */
const ONE_LINE_MS = 2_000;

/** Whether the hop tells of a message's client, or that there was no message, and of nothing else. */
export function isConnectionHop({ queueId, refusals, sessionQueueIds }: Hop): boolean {
	return queueId === undefined && refusals.length === 0 && sessionQueueIds.length > 0;
}

/** The hops of messages, each with the client that its session names; without those that were none. */
export function withSessionClients(hops: readonly Hop[]): Hop[] {
	const connections = hops.filter(isConnectionHop);
	if (connections.length === 0) return [...hops];
	const byMessage = Map.groupBy(connections, ({ host, sessionQueueIds: [id] }) => `${host} ${id}`);
	const sessionOf = (hop: Hop) =>
		byMessage
			.get(`${hop.host} ${hop.queueId}`)
			?.find(
				({ mta, firstAt }) =>
					mta === hop.mta && Math.abs(firstAt - (hop.receivedAt ?? hop.firstAt)) <= ONE_LINE_MS,
			);
	return hops.flatMap((hop) => {
		if (isConnectionHop(hop)) return [];
		if (hop.mta === "postfix") return hop.refs.length === 1 && sessionOf(hop) ? [] : [hop];
		if (hop.client || hop.mta !== "opensmtpd") return [hop];
		const own = sessionOf(hop);
		return own?.client ? [{ ...hop, client: own.client }] : [hop];
	});
}
