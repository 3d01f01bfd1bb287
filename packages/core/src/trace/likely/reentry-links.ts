/**
 * Links to messages that a program on the host put back into a queue: a pipe filter or procmail that calls sendmail(1), a list
 * manager that writes to the members, a sieve redirection, a filter that speaks SMTP and logs nothing. No line names the new id; the
 * Message-ID stands in both, and the new message comes from the host itself, while the program runs or soon after. It is `likely`,
 * and only where one message alone can be the origin. One message may come back as several.
 */
import { isFilterHop } from "../hop/filter-hop.ts";
import { namesRecipient } from "../link/contradiction.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";
import { messageIdKey } from "../hop/message-id.ts";
import type { Holes } from "./whole.ts";
import { between } from "../hop/time-window.ts";

/** Two processes' lines of one moment; how long a list manager or a queue of a filter's own takes. */
const APART_MS = 1_500;
const LATER_MS = 120_000;
/** command_time_limit of Postfix, and as long for others; the line is written when the program ends. */
const RUNNING_MS = 1_000_000;
/** A Message-ID that more messages of one host bear says nothing any more. */
const REPEATED_MAX = 100;

interface End {
	hop: Hop;
	attempt: HopAttempt;
	at: number;
	/** when the program was started */
	from: number;
}

/** Links from tries that nothing continues to messages of the same host that nothing leads to. */
export function reentryLinks(hops: readonly Hop[], known: readonly HopLink[], holes: Holes): HopLink[] {
	const reached = new Set(known.map((link) => link.to));
	const starts = hops.filter(
		(hop) => hop.queueId !== undefined && !reached.has(hop) && !isFilterHop(hop) && isFromHere(hop),
	);
	if (starts.length === 0) return [];
	const ends = openEnds(hops, known, new Set(starts.flatMap(startKeys)));
	return starts.flatMap((to) => {
		const [from, until] = [arrivalOf(to) - LATER_MS, arrivalOf(to) + RUNNING_MS];
		const near = startKeys(to).flatMap((key) => between(ends.get(key) ?? [], from, until));
		return originsOf(to, near)
			.filter(({ hop }) => isSure(hop, to, holes))
			.map(({ hop, attempt }) => ({
				from: hop,
				attempt,
				to,
				via: to.messageId === undefined ? ("client-and-time" as const) : ("message-id" as const),
				confidence: "likely" as const,
				evidence: [attempt.ref, ...to.refs.slice(0, 1)],
				...(mayHaveKept(attempt, to) && { aside: true as const }),
			}));
	});
}

/** procmail's `:0 c` forwards a copy; sendmail says `mailer=local, stat=Sent` with and without one, Postfix `delivered to command: …`. */
function mayHaveKept(attempt: HopAttempt, to: Hop): boolean {
	const mayFile = !isProgram(attempt) || AGENT.test(attempt.reason ?? attempt.transport ?? "");
	return attempt.action === "delivered" && mayFile && !namesRecipient(to, attempt.recipient);
}

/** Programs that file mail into mailboxes, by the name of the command, of Postfix' transport or of exim's (`procmail_pipe`). */
const AGENT = /(?:^|[\s/])(?:procmail|maildrop|dovecot(?:-lda)?|deliver)(?=$|[\s_])/;

/** Without a Message-ID any message of that moment may be the origin. */
function isSure(from: Hop, to: Hop, holes: Holes): boolean {
	if (to.messageId === undefined) return !holes.near(to.host, arrivalOf(to));
	return holes.isWhole(from) && !holes.inMessage(to);
}

/** Whether such a link of this hop is told by the moment alone, among all hops of that moment. */
export function mayReenterUnnamed(hop: Hop): boolean {
	if (hop.messageId !== undefined || hop.mta !== "postfix") return false;
	// a session without an id is no message that could have come back
	return (
		(hop.queueId !== undefined && isFromHere(hop)) ||
		hop.attempts.some((attempt) => leavesTheQueues(hop, attempt))
	);
}

function openEnds(
	hops: readonly Hop[],
	known: readonly HopLink[],
	wanted: ReadonlySet<string>,
): Map<string, End[]> {
	const continued = new Set(known.map((link) => link.attempt));
	const ends = new Map<string, End[]>();
	for (const hop of hops)
		for (const attempt of hop.attempts) {
			const key = placeKey(hop, attempt.recipient);
			if (!wanted.has(key) || continued.has(attempt) || !leavesTheQueues(hop, attempt)) continue;
			const end = { hop, attempt, at: attempt.at, from: startOf(hop, attempt) };
			const same = ends.get(key);
			if (same) same.push(end);
			else ends.set(key, [end]);
		}
	for (const [key, same] of ends)
		if (new Set(same.map(({ hop }) => hop)).size > REPEATED_MAX) ends.delete(key);
	for (const same of ends.values()) same.sort((a, b) => a.at - b.at);
	return ends;
}

/** Whether a program of this host took the message, as far as the line tells: it may well be the end. */
function leavesTheQueues(hop: Hop, attempt: HopAttempt): boolean {
	// A reply that names an id is about that id, whether its lines are known or not.
	if (attempt.nextQueueId !== undefined || attempt.mailbox !== undefined) return false;
	if (hop.mta === "dovecot") return attempt.status === "redirected";
	if (attempt.action === "delivered") return mayBeProgram(hop, attempt);
	const ip = attempt.relay?.ip;
	return attempt.action === "relayed" && ip !== undefined && isLoopback(ip);
}

/** Postfix says what it delivered to; the others name a transport of the administrator's choice, which may be a mailbox. */
function mayBeProgram(hop: Hop, attempt: HopAttempt): boolean {
	if (attempt.reply !== undefined) return false;
	return hop.mta === "postfix" ? isProgram(attempt) : attempt.transport !== undefined;
}

// local.c: `delivered to command: /usr/bin/procmail`, pipe.c: `delivered via filter service`; sendmail's mailer, exim's usual name
function isProgram({ reason, transport }: HopAttempt): boolean {
	return /^delivered (?:to command: |via )/.test(reason ?? "") || /prog|pipe/.test(transport ?? "");
}

/** delays: before queue manager, in queue, connection, transmission. */
function startOf(hop: Hop, attempt: HopAttempt): number {
	const { delays, delay } = attempt;
	const running = delays ? delays[2] + delays[3] : delay;
	return running === undefined ? hop.firstAt : Math.max(hop.firstAt, attempt.at - running * 1000);
}

/** sendmail(1), or SMTP from the host itself. */
function isFromHere(hop: Hop): boolean {
	const { client, uid, protocol } = hop;
	if (uid !== undefined || protocol?.startsWith("local")) return hop.origin?.queueId === undefined;
	// exim names whoever connects; `exim -oMr spam-scanned -bS` gives what a filter hands back a protocol of the administrator's choice
	if (hop.mta === "exim" && client === undefined && protocol !== undefined) return true;
	// sendmail(1): `relay=u7@localhost`, without an address
	if (hop.mta === "sendmail" && client?.name === "localhost" && client.ip === undefined) return true;
	return client?.ip !== undefined && isLoopback(client.ip);
}

function isLoopback(ip: string): boolean {
	return ip === "::1" || ip.startsWith("127.");
}

/** Any other address of the loopback net is a filter's own only where the message was handed to that very one. */
function mayHaveSent(attempt: HopAttempt, { client }: Hop): boolean {
	const ip = client?.ip;
	return ip === undefined || ip === "127.0.0.1" || ip === "::1" || ip === attempt.relay?.ip;
}

/** The tries of the one message that this can have come from; none where two could be it. */
function originsOf(to: Hop, near: readonly End[]): End[] {
	const arrival = arrivalOf(to);
	const possible = near.filter(
		(end) => end.hop !== to && end.from <= arrival + APART_MS && mayHaveSent(end.attempt, to),
	);
	const running = whileRunning(possible, arrival);
	const inTime = running.length > 0 ? running : possible.filter((end) => end.at <= arrival);
	const programs = inTime.filter((end) => isProgram(end.attempt));
	const left = programs.length > 0 ? programs : inTime;
	const names = new Set(to.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]));
	const lower = new Set([...names].map((name) => name.toLowerCase()));
	const same = left.filter((end) => lower.has(end.attempt.recipient.toLowerCase()));
	// Postfix writes one for mail from its own network only; what else logs none has its lines cut off, or never logs any
	if (to.messageId === undefined && to.mta !== "postfix") return [];
	if (to.messageId === undefined) return running.length > 0 ? ofSameSender(to, same) : [];
	const origins = same.length > 0 ? same : left;
	// For other people than it went to: only one program can have made it.
	return isOneHop(origins) && (same.length > 0 || origins.length === 1) ? origins : [];
}

/** Those whose program ran at that moment: exactly, where more than one did nearly. */
function whileRunning(ends: readonly End[], arrival: number): End[] {
	const nearly = ends.filter((end) => arrival <= end.at + APART_MS);
	if (isOneHop(nearly)) return nearly;
	const exactly = nearly.filter((end) => end.from <= arrival && arrival <= end.at);
	return exactly.length > 0 ? exactly : nearly;
}

/** Without a Message-ID on either side nothing but the moment, the sender and the recipients tells. */
function ofSameSender(to: Hop, ends: readonly End[]): End[] {
	const own = ends.filter(({ hop }) => hop.sender !== undefined && hop.sender === to.sender);
	return isOneHop(own) ? own : [];
}

function isOneHop(ends: readonly End[]): boolean {
	return new Set(ends.map(({ hop }) => hop)).size === 1;
}

function arrivalOf(hop: Hop): number {
	return hop.receivedAt ?? hop.firstAt;
}

/** Without a Message-ID the recipient must be the same: key of one. */
function placeKey(hop: Hop, recipient: string): string {
	if (hop.messageId !== undefined) return `${hop.host} ${messageIdKey(hop.messageId)}`;
	return `${hop.host} <${recipient.toLowerCase()}>`;
}

function startKeys(hop: Hop): string[] {
	return [...new Set(hop.attempts.map(({ recipient }) => placeKey(hop, recipient)))];
}
