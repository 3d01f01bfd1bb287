/**
 * What only a session's other lines tell of a message, as a hop of its own beside the message's, without a queue and without a refusal. OpenSMTPD names the client on the line of its connecting and a message on another: the id of the session is all that they share: such a
 * hop carries the client until hops are joined. Postfix gives a queue id to a client's first recipient: where no text came after it (an address was
 * verified, a program looked whether the server lives) such a hop says that this was no message.
 */
import type { Hop } from "../hop/hop.ts";
import type { MailEvent } from "../../event/index.ts";
import type { TimedEvent } from "../hop/located-event.ts";
import { emptyHop } from "./build-hop.ts";

// cf719342cb87de05 smtp connected address=192.0.2.3 host=edge.corp.example
// cf719342cb87de05 smtp message msgid=ebb9118d size=700 nrcpt=1 proto=ESMTP
/** disconnect from mx.example[192.0.2.4] ehlo=1 mail=1 rcpt=1 quit=1 commands=4 */
export function broughtNothing(event: MailEvent): boolean {
	if (event.kind !== "disconnect" || event.mta !== "postfix" || !event.commands) return false;
	const { rcpt, data, bdat } = event.commands;
	return rcpt !== undefined && rcpt[0] > 0 && data === undefined && bdat === undefined;
}

/** One for each message that an OpenSMTPD session took, where the line of its connecting is known, and for each that a Postfix session did not bring. */
export function connectionHops(session: readonly TimedEvent[]): Hop[] {
	const ended = session.find(({ event }) => broughtNothing(event));
	if (ended) return session.flatMap((located) => broughtBy(located, ended));
	const opened = session.find(({ event }) => event.kind === "connect");
	if (opened?.event.mta !== "opensmtpd" || opened.event.kind !== "connect" || !opened.event.client) return [];
	const { client } = opened.event;
	return session.flatMap((located) => broughtBy(located, opened).map((hop) => ({ ...hop, client })));
}

function broughtBy({ host, event, at, order }: TimedEvent, told: TimedEvent): Hop[] {
	if (event.kind !== "received" || event.queueId === undefined || event.mta === undefined) return [];
	const hop = emptyHop(host, event.mta, undefined, at);
	hop.id = `${hop.id}.${order.toString(36)}`;
	hop.receivedAt = at;
	hop.sessionQueueIds = [event.queueId];
	hop.refs = [told.ref, ...(told.copies ?? [])];
	return [hop];
}
