/**
 * OpenSMTPD names the client on the line of its connecting and a message on another: the id of the session is all that they share. So
 * what a session took is a hop of its own beside the message's, without a queue and without a refusal, that carries the client
 * until hops are joined.
 */
import type { Hop } from "../hop/hop.ts";
import type { TimedEvent } from "../hop/located-event.ts";
import { emptyHop } from "./build-hop.ts";

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
