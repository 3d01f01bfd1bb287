/** The lines of one generation → one hop. Every event kind is answered here; the first value of a fact wins, attempts are append-only. */
import type { BounceCreatedEvent, MailEvent, Mta, ReceivedEvent } from "../../event/index.ts";
import { addDelivery, addOriginals, addRelayed, addReport, addStored } from "./attempts.ts";
import { ownVerdictAt } from "../hop/filter-hop.ts";
import type { Hop } from "../hop/hop.ts";
import { keepFirst } from "../hop/keep-first.ts";
import type { TimedEvent } from "../hop/located-event.ts";
import { pick } from "../hop/pick.ts";
import { releaseIn } from "../hop/released.ts";
import { addHeaderCheck, addLoop, addState, expireDelayed } from "./queue-state.ts";

/** Hop id: stable while the first line is known. `queueId` undefined for a session without one. */
export function hopId(host: string, queueId: string | undefined, firstAt: number): string {
	return `${host}/${queueId ?? "-"}/${Math.floor(firstAt / 1000).toString(36)}`;
}

/** What a line can say of a connection, whoever sends over it. */
const OF_CONNECTIONS: ReadonlySet<MailEvent["kind"]> = new Set([
	"connect",
	"disconnect",
	"connection-lost",
	"tls",
	"auth-failed",
	"problem",
	"other",
	"unparsed",
]);

const NOT_READ = /^Error while reading message\b|(?:no recipients|bad addresses) found in headers$/;

/** Exim gives what it begins to read an id, and says why nothing came of it (receive.c): the connection was lost after the text, nobody was named. */
function tookNothing(event: MailEvent): boolean {
	return event.kind === "connection-lost" || (event.kind === "problem" && NOT_READ.test(event.text));
}

/** A hop from its lines in time order; undefined where no line is the owner's own (a filter spoke of an id that nobody logged). */
export function buildHop(
	queueId: string,
	mta: Mta,
	instance: string | undefined,
	events: TimedEvent[],
): Hop | undefined {
	const own = events.filter((located) => located.event.mta === mta);
	const first = own[0];
	const last = events.at(-1);
	if (!first || !last) return undefined;
	// sendmail gives every connection an id (srvrsmtp.c): without a message it is no stop of one
	if (mta === "sendmail" && own.every(({ event }) => OF_CONNECTIONS.has(event.kind))) return undefined;
	if (mta === "exim" && own.every(({ event }) => tookNothing(event))) return undefined;
	const hop = emptyHop(first.host, mta, queueId, first.at);
	if (instance !== undefined) hop.instance = instance;
	hop.lastAt = last.at;
	const saved = new Set<string>();
	for (const located of events) {
		hop.refs.push(located.ref, ...(located.copies ?? []));
		addEvent(hop, located, saved);
	}
	addOriginals(
		hop,
		events.map(({ event }) => event),
	);
	for (const located of events) addReport(hop, located.event, located.ref);
	hop.receivedAt ??= hop.firstAt;
	const closing = hop.state?.kind === "removed" ? hop.state.at : undefined;
	const leftAt = closing ?? lastSuccess(hop) ?? ownVerdictAt(hop);
	if (leftAt !== undefined) hop.leftAt = leftAt;
	return hop;
}

export function emptyHop(host: string, mta: Mta, queueId: string | undefined, firstAt: number): Hop {
	return {
		id: hopId(host, queueId, firstAt),
		host,
		mta,
		...(queueId !== undefined && { queueId }),
		firstAt,
		lastAt: firstAt,
		sessionQueueIds: [],
		attempts: [],
		notifications: [],
		verdicts: [],
		refusals: [],
		refs: [],
	};
}

function lastSuccess(hop: Hop): number | undefined {
	const done = hop.attempts.filter((attempt) => attempt.action !== "delayed");
	return done.length > 0 ? done.at(-1)?.at : undefined;
}

function addEvent(hop: Hop, located: TimedEvent, saved: Set<string>): void {
	const { event, at, ref } = located;
	switch (event.kind) {
		case "received":
			return addReceived(hop, event, at);
		case "message-id":
			if (event.resent) keepReleased(hop, event.messageId);
			else if (event.messageId) addMessageId(hop, event.messageId);
			else hop.bearsNoMessageId = true;
			return;
		case "queued":
			// pickup logs the login name, `from=<apache>`; the queue manager the address that it became.
			if (event.sender !== undefined && !hop.sender?.includes("@")) hop.sender = event.sender;
			keepFirst(hop, event, ["size", "recipientCount"]);
			if (event.nextQueueIds) hop.split ??= { at, ref, queueIds: event.nextQueueIds };
			return;
		case "delivery":
			return addDelivery(hop, event, at, ref);
		case "stored":
			return addStored(hop, event, at, ref, saved);
		case "bounce-created":
			return addNotification(hop, event, at, ref);
		case "removed":
		case "expired":
		case "held":
		case "released":
		case "requeued":
			return addState(hop, event, at, ref);
		case "reject":
			hop.refusals.push({ at, ref, ...pick(event, REFUSAL_FIELDS) });
			keepFirst(hop, event, ["client"]);
			return;
		case "header":
			return addHeaderCheck(hop, event, at, ref);
		case "verdict":
			return addVerdict(hop, located);
		case "proxy-accept":
			return addRelayed(hop, event, at, ref);
		case "bounce-report":
			// told when all tries are known
			return;
		case "connect":
		case "disconnect":
		case "connection-lost":
		case "attempt":
		case "tls":
		case "auth-failed":
		case "dns-list":
		case "postscreen":
		case "status":
		case "other":
		case "unparsed":
		case "foreign":
			return;
		case "problem":
			if (hop.mta === "sendmail") addLoop(hop, event.text, at, ref);
			return;
		default:
			return event satisfies never;
	}
}

function addNotification(hop: Hop, event: BounceCreatedEvent, at: number, ref: string): void {
	// sendmail says only in this line that it gave up on recipients that were `stat=Deferred` so far (savemail.c):
	// edge sendmail[2755]: 6AM2ZOFr000102: 6AM2ckVI002755: DSN: Cannot send message for 4 minutes
	if (hop.mta === "sendmail" && event.text?.startsWith("Cannot send message"))
		expireDelayed(hop, at, ref, event.text);
	if (hop.mta === "sendmail") addLoop(hop, event.text, at, ref);
	if (!event.childQueueId) return;
	hop.notifications.push({
		at,
		ref,
		childQueueId: event.childQueueId,
		...pick(event, ["notification", "notified", "text"]),
	});
}

/** Strangers write as many headers as they like. */
const OTHER_IDS_MAX = 4;

function addMessageId(hop: Hop, messageId: string): void {
	hop.messageId ??= messageId;
	const others = hop.otherMessageIds ?? [];
	if (hop.messageId === messageId || others.includes(messageId) || others.length >= OTHER_IDS_MAX) return;
	hop.otherMessageIds = [...others, messageId];
}

const RECEIVED_FIELDS = [
	"client",
	"sasl",
	"uid",
	"protocol",
	"sender",
	"size",
	"recipientCount",
	"messageId",
	"origin",
	"parentQueueId",
] as const;

function addReceived(hop: Hop, event: ReceivedEvent, at: number): void {
	hop.receivedAt ??= at;
	keepFirst(hop, event, RECEIVED_FIELDS);
	if (event.mta === "opensmtpd" && event.sessionId !== undefined)
		hop.sessionNumber ??= Number.parseInt(event.sessionId.slice(0, 8), 16);
}

export const REFUSAL_FIELDS = [
	"recipient",
	"sender",
	"verb",
	"stage",
	"reply",
	"reason",
	"helo",
	"list",
] as const;

/** Of the Message-IDs that were put on top only what a filter made of its own ids joins anything. */
function keepReleased(hop: Hop, messageId: string | undefined): void {
	if (releaseIn(messageId)) hop.resentMessageId ??= messageId as string;
}

function addVerdict(hop: Hop, located: TimedEvent): void {
	const { event, at, ref } = located;
	if (event.kind !== "verdict") return;
	hop.verdicts.push({
		at,
		ref,
		...pick(event, [
			"filter",
			"result",
			"score",
			"reason",
			"action",
			"quarantineId",
			"mailId",
			"taskId",
			"nextQueueId",
			"nextQueueIds",
			"recipients",
		]),
	});
	if (event.messageId) hop.messageId ??= event.messageId;
	if (event.mailId !== hop.queueId) return;
	if (event.queueId !== undefined) hop.filterFor ??= event.queueId;
	keepFirst(hop, event, ["sender", "size", "client"]);
}
