/**
 * SMTP sessions with refusals and no queue id (`NOQUEUE: reject`): one hop per session, so that everybody who was
 * turned away at the door can be found. Sessions of one process are parted by connect and disconnect.
 */
import type { MailEvent, ProxyAcceptEvent, RejectEvent } from "../../event/index.ts";
import { emptyHop, REFUSAL_FIELDS } from "./build-hop.ts";
import type { Hop } from "../hop/hop.ts";
import { keepFirst } from "../hop/keep-first.ts";
import { isProxied } from "../hop/keys.ts";
import type { TimedEvent } from "../hop/located-event.ts";
import { pick } from "../hop/pick.ts";
import { broughtNothing, connectionHops } from "./connection-hops.ts";
import { isTransactionTold } from "../hop/transaction-told.ts";
import { type Transaction, transactionsOf } from "./transactions.ts";

/** smtpd_timeout is 300 s: after a longer silence the same process speaks with the same client in another session. */
const SESSION_SILENCE_MS = 600_000;

/** Folds the lines of one session key (one process, one client, one day), in time order. */
export function foldSessions(events: TimedEvent[]): Hop[] {
	const hops: Hop[] = [];
	let session: TimedEvent[] = [];
	const close = () => {
		const parts = isTransactionTold(session[0]?.event.mta)
			? transactionsOf(session)
			: withoutOneTransaction(session).map((events) => ({ events }));
		for (const part of parts) {
			const hop = sessionHop(part);
			if (hop) hops.push(hop);
		}
		hops.push(...connectionHops(session));
		session = [];
	};
	for (const located of events) {
		const last = session.at(-1);
		// its session's id is never used again
		if (located.event.mta === "opensmtpd") {
			session.push(located);
			continue;
		}
		if (isProxied(located.event)) close();
		if (located.event.kind === "connect" || (last && located.at - last.at > SESSION_SILENCE_MS)) close();
		session.push(located);
		if (located.event.kind === "disconnect") close();
	}
	close();
	return hops;
}

/**
 * A recipient that smtpd takes and throws away (or holds) is taken: where none was before, the queue id of his own transaction
 * stands on the next line (smtpd.c rcpt_cmd opens the queue file at once). Such a pair is parted from the rest of the session.
 */
function withoutOneTransaction(session: TimedEvent[]): TimedEvent[][] {
	const parts: TimedEvent[][] = [];
	const rest: TimedEvent[] = [];
	for (let i = 0; i < session.length; i++) {
		const [decided, opened] = session.slice(i, i + 2);
		if (!decided) break;
		if (opened && isTaken(decided) && opened.event.kind === "received" && opened.event.queueId) {
			parts.push([decided, opened]);
			i++;
		} else rest.push(decided);
	}
	return [...parts, rest];
}

/** Whether such a line makes a hop of its session; most sessions make none. */
export function makesSessionHop(event: MailEvent): boolean {
	return (
		isRefusal(event) || (event.mta === "opensmtpd" && event.kind === "received") || broughtNothing(event)
	);
}

/** Refused, or taken by a before-queue filter that passed it on to nobody. */
function isRefusal(event: MailEvent): event is RejectEvent | ProxyAcceptEvent {
	return (event.kind === "reject" || event.kind === "proxy-accept") && event.queueId === undefined;
}

function fieldsOf(event: RejectEvent | ProxyAcceptEvent) {
	if (event.kind === "reject") return pick(event, REFUSAL_FIELDS);
	return { verb: event.kind, ...pick(event, ["recipient", "sender", "stage", "reply", "helo"]) };
}

function isTaken({ event }: TimedEvent): boolean {
	return (
		event.mta === "postfix" &&
		event.kind === "reject" &&
		event.queueId === undefined &&
		event.stage === "RCPT" &&
		/^(?:milter-)?(?:discard|hold)$/.test(event.verb)
	);
}

function sessionHop({ events: session, message, tellsEnds }: Transaction): Hop | undefined {
	const first = session.find(({ event }) => isRefusal(event));
	if (!first) return undefined;
	const hop = emptyHop(first.host, first.event.mta ?? "postfix", undefined, first.at);
	// Several sessions may be refused within one second: the line tells them apart, and the lines of two files whether they name a process.
	hop.id = `${hop.id}.${first.order.toString(36)}${first.event.pid === undefined ? "x" : ""}`;
	hop.receivedAt = first.at;
	const single = isSingleTransaction(session) || isTaken(first);
	const opened = session.find(({ event }) => event.kind === "connect")?.event;
	for (const { event, at, ref, copies } of session) {
		if (event.kind === "received" && event.queueId && single) hop.sessionQueueIds.push(event.queueId);
		if (!isRefusal(event)) continue;
		hop.refs.push(ref, ...(copies ?? []));
		hop.lastAt = at;
		if (event.client) hop.client ??= event.client;
		keepFirst(hop, event, ["sender", "helo", "protocol"]);
		hop.refusals.push({ at, ref, ...fieldsOf(event) });
	}
	if (opened?.kind === "connect" && opened.client) hop.client ??= opened.client;
	if (message !== undefined) hop.sessionQueueIds.push(message);
	if (tellsEnds) hop.sessionTellsEnds = true;
	return hop;
}

/**
 * Whether the session was one transaction only, by the counts of its end (`mail=1 rcpt=1/3`): a host that reuses its
 * connection brings other messages in the same session, and no line says where one ends.
 */
function isSingleTransaction(session: TimedEvent[]): boolean {
	return session.some(({ event }) => event.kind === "disconnect" && event.commands?.["mail"]?.[1] === 1);
}
