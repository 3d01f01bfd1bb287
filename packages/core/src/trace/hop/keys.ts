/**
 * What joins lines to hops and hops to each other. A queue key names one queue id on one host; all lines of one key are
 * folded together. Own keys are what others may call a hop by, link keys what a hop calls others by: two hops that share
 * a key are candidates for one journey, never more than that.
 */
import type { MailEvent } from "../../event/index.ts";
import type { Hop, HopVerdict } from "./hop.ts";
import { reportedIn } from "./filter-notice.ts";
import { epochMs } from "./instant.ts";
import { queueIdIn } from "./made-ids.ts";
import { releaseIn } from "./released.ts";
import { firstSessionOf } from "./store-session.ts";
import { messageIdKey, messageIdsOf } from "./message-id.ts";
import { taskAnswered } from "./task-answered.ts";

/** The first part of a key never contains a blank: hosts are checked at enrolment and in `--log`. */
export function queueKey(host: string, id: string): string {
	return `${host} ${id}`;
}

/** The id behind the host in a queue key. */
export function idOfKey(key: string): string {
	return key.slice(key.indexOf(" ") + 1);
}

const SESSION = "session:";
export function isSessionKey(key: string): boolean {
	return idOfKey(key).startsWith(SESSION);
}

/**
 * Key of the SMTP session that a refusal without queue id belongs to: process, client and day. A day holds the few
 * sessions of one process with one client; connect and disconnect part them.
 */
function sessionKey(host: string, event: MailEvent): string | undefined {
	switch (event.kind) {
		case "connect":
		case "disconnect":
		case "connection-lost":
		case "received":
		case "reject":
			break;
		case "proxy-accept":
			// with a queue id behind it the message is told there
			if (event.nextQueueId !== undefined) return undefined;
			break;
		case "other":
			// the one such line that names a client ends a transaction
			if (event.mta !== "exim" || event.client === undefined) return undefined;
			break;
		default:
			return undefined;
	}
	// smtpd_proxy.c names no client: each of these lines ends a transaction of its own
	if (event.at && isProxied(event))
		return queueKey(host, `${SESSION}${event.program}[${event.pid ?? ""}] proxy ${event.at}`);
	// OpenSMTPD names the client on the line of its connecting only; all lines of a session bear its id
	if (event.mta === "opensmtpd" && event.sessionId !== undefined)
		return queueKey(host, `${SESSION}${event.sessionId}`);
	const peer = event.client?.ip ?? event.client?.name;
	if (!peer || !event.at) return undefined;
	if (event.pid === undefined) return undefined;
	// exim forks for each connection: its process is the session
	// rsyslog's RFC 5424 format cuts the daemon off: `postfix` alone
	const speaks =
		event.mta === "postfix"
			? event.daemon === undefined || event.daemon === "smtpd" || event.daemon === "postscreen"
			: event.mta === "exim";
	if (!speaks) return undefined;
	// postscreen is one process for days: the port, which stands on all of its lines, parts one client's thousands of sessions
	const port = event.mta === "postfix" && event.client?.port !== undefined ? `:${event.client.port}` : "";
	return queueKey(host, `${SESSION}${event.program}[${event.pid}] ${peer}${port} ${event.at.slice(0, 10)}`);
}

const LONE = `${SESSION}exim `;
export function isLoneKey(key: string): boolean {
	return idOfKey(key).startsWith(LONE);
}

/** A log's whole seconds against another's fractions. */
export const WRITTEN_APART_MS = 2_000;
const MINUTE_MS = 60_000;

/**
 * exim's own log names no process unless it is told to (log_selector = +pid), so no line says which refusals came in one
 * session: each recipient's stand for themselves, repeated within a minute or not. Syslog's copies, which name the process, have these
 * keys too: where both are read, it is seen that they are one.
 */
function loneKeys(host: string, event: MailEvent): string[] {
	if (event.mta !== "exim" || event.kind !== "reject" || event.queueId !== undefined) return [];
	const peer = event.client?.ip ?? event.client?.name;
	if (!peer || !event.at) return [];
	const at = epochMs(event.at);
	const times = event.pid === undefined ? [at] : [at - WRITTEN_APART_MS, at + WRITTEN_APART_MS];
	const minutes = new Set(times.map((time) => Math.floor(time / MINUTE_MS)));
	const { sender = "", recipient = "" } = event;
	return [...minutes].map((minute) => queueKey(host, `${LONE}${peer} ${minute} ${sender} ${recipient}`));
}

/** What a before-queue filter (smtpd_proxy_filter) answered at a message's end, where no queue took it. */
export function isProxied(event: MailEvent): boolean {
	if (event.kind === "proxy-accept") return event.mta === "postfix";
	return event.kind === "reject" && event.verb === "proxy-reject" && event.client === undefined;
}

/**
 * Keys of the hops that a line belongs to: its queue id, a filter's own id, a store's session, and for session lines
 * the session. None for lines that belong to no message.
 */
export function queueKeys(host: string, event: MailEvent): string[] {
	const keys: string[] = [];
	// what is let out of a quarantine is told under its own id, days after what was kept
	if (event.queueId && !(event.kind === "verdict" && event.result === "released"))
		keys.push(queueKey(host, event.queueId));
	if (event.kind === "verdict" && event.mailId) keys.push(queueKey(host, event.mailId));
	if (event.kind === "stored" && event.sessionId) keys.push(queueKey(host, event.sessionId));
	const session = sessionKey(host, event);
	if (session) keys.push(session);
	// of every other line there is no need to look
	if (event.mta === "exim" && event.kind === "reject") keys.push(...loneKeys(host, event));
	return keys;
}

/** Every queue that a filter passed the message on into. */
export function nextQueuesOf({ nextQueueId, nextQueueIds }: HopVerdict): string[] {
	return nextQueueIds ?? (nextQueueId === undefined ? [] : [nextQueueId]);
}

/** What other hops may call this one by: `q:QUEUEID`, `m:MESSAGE-ID`. */
export function ownKeys(hop: Hop): string[] {
	const keys: string[] = [];
	if (hop.queueId) keys.push(`q:${hop.queueId}`);
	const first = hop.mta === "dovecot" ? firstSessionOf(hop.queueId) : undefined;
	if (first !== undefined) keys.push(`q:${first}`);
	for (const messageId of messageIdsOf(hop)) keys.push(`m:${messageIdKey(messageId)}`);
	for (const { mailId, taskId } of hop.verdicts)
		if (taskId !== undefined && mailId === hop.queueId) keys.push(`q:${taskId}`);
	return keys;
}

/** What this hop calls others by: next ids in replies, notifications, parents, the queue before a filter. */
export function linkKeys(hop: Hop): string[] {
	const keys = new LinkKeys(hop.queueId);
	for (const attempt of hop.attempts) {
		keys.add(attempt.nextQueueId);
		keys.add(attempt.remoteId);
	}
	for (const notification of hop.notifications) keys.add(notification.childQueueId);
	for (const verdict of hop.verdicts) {
		for (const id of nextQueuesOf(verdict)) keys.add(id);
		keys.add(verdict.mailId);
	}
	for (const refusal of hop.refusals) keys.add(taskAnswered(refusal.verb, refusal.reply));
	keys.add(hop.parentQueueId);
	keys.add(hop.origin?.queueId);
	keys.add(hop.filterFor);
	for (const id of hop.sessionQueueIds) keys.add(id);
	for (const id of hop.split?.queueIds ?? []) keys.add(id);
	if (hop.messageId !== undefined) keys.add(queueIdIn(hop.messageId));
	keys.add(reportedIn(hop.messageId));
	keys.add(releaseIn(hop.resentMessageId)?.id);
	return keys.list;
}

/** so many are compared one by one: most hops name one or none */
const FEW = 16;

/** Each once, none of them the hop's own. */
class LinkKeys {
	readonly list: string[] = [];
	readonly #own: string | undefined;
	#many: Set<string> | undefined;

	constructor(own: string | undefined) {
		this.#own = own;
	}

	add(id: string | undefined): void {
		if (!id || id === this.#own) return;
		const key = `q:${id}`;
		if (this.#many ? this.#many.has(key) : this.list.includes(key)) return;
		this.list.push(key);
		if (this.#many) this.#many.add(key);
		else if (this.list.length > FEW) this.#many = new Set(this.list);
	}
}
