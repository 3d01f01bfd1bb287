/**
 * OpenSMTPD names the client on the line of its connecting and a message on another: the id of the session is all that they share. So
 * what a session took is a hop of its own beside the message's, without a queue and without a refusal, that carries the client
 * until hops are joined.
 */
import { emptyHop } from "./build-hop.ts";
import type { Hop } from "./hop.ts";
import type { TimedEvent } from "./located-event.ts";

/** A whole second's line and its copy with a fraction may be either's. */
const ONE_LINE_MS = 2_000;

// cf719342cb87de05 smtp connected address=192.0.2.3 host=edge.corp.example
// cf719342cb87de05 smtp message msgid=ebb9118d size=700 nrcpt=1 proto=ESMTP
/** One for each message that an OpenSMTPD session took, where the line of its connecting is known. */
export function connectionHops(session: readonly TimedEvent[]): Hop[] {
	const opened = session.find(({ event }) => event.kind === "connect");
	if (opened?.event.mta !== "opensmtpd" || opened.event.kind !== "connect" || !opened.event.client) return [];
	const { client } = opened.event;
	return session.flatMap(({ host, event, at, order }) => {
		if (event.kind !== "received" || event.queueId === undefined) return [];
		const hop = emptyHop(host, "opensmtpd", undefined, at);
		hop.id = `${hop.id}.${order.toString(36)}`;
		hop.receivedAt = at;
		hop.client = client;
		hop.sessionQueueIds = [event.queueId];
		hop.refs = [opened.ref, ...(opened.copies ?? [])];
		return [hop];
	});
}

/** Whether the hop tells of a message's client, and of nothing else. */
export function isConnectionHop({ queueId, refusals, sessionQueueIds }: Hop): boolean {
	return queueId === undefined && refusals.length === 0 && sessionQueueIds.length > 0;
}

/** The hops of messages, each with the client that its session names. */
export function withSessionClients(hops: readonly Hop[]): Hop[] {
	const connections = hops.filter(isConnectionHop);
	if (connections.length === 0) return [...hops];
	const byMessage = Map.groupBy(connections, ({ host, sessionQueueIds: [id] }) => `${host} ${id}`);
	return hops.flatMap((hop) => {
		if (isConnectionHop(hop)) return [];
		if (hop.client || hop.mta !== "opensmtpd") return [hop];
		const own = byMessage
			.get(`${hop.host} ${hop.queueId}`)
			?.find(({ firstAt }) => Math.abs(firstAt - (hop.receivedAt ?? hop.firstAt)) <= ONE_LINE_MS);
		return own?.client ? [{ ...hop, client: own.client }] : [hop];
	});
}
