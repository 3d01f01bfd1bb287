/**
 * Links to messages that a program on the host put back into a queue: a pipe filter or procmail that calls sendmail(1), a list
 * manager that writes to the members, a sieve redirection, a filter that speaks SMTP and logs nothing. No line names the new id; the
 * Message-ID stands in both, and the new message comes from the host itself, while the program runs or soon after. It is `likely`,
 * and only where one message alone can be the origin. One message may come back as several. Where the new one bears no Message-ID
 * that the old one bore, the moment, the sender and the recipients tell (`reentry-unnamed.ts`).
 */
import { mayBeMadeIn } from "./dovecot-session.ts";
import { arrivalOf, blurOf, handedInAt } from "./handed-in.ts";
import { isFilterHop } from "../hop/filter-hop.ts";
import { namesRecipient } from "../link/contradiction.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";
import { messageIdKey, sameMessageId } from "../hop/message-id.ts";
import { Parts } from "../link/parts.ts";
import type { Holes } from "./whole.ts";
import { placeOf } from "../hop/place.ts";
import { localPart } from "../hop/recipients.ts";
import { between } from "../hop/time-window.ts";
import { isRedirected, isUnnamed, logsNames, pairRedirected } from "./reentry-unnamed.ts";

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
	const redirected = redirectedAmong(starts, ends);
	const parts = new Parts(known);
	return starts.flatMap((to) => {
		const [from, until] = [arrivalOf(to) - LATER_MS, arrivalOf(to) + RUNNING_MS];
		const near = startKeys(to).flatMap((key) => between(ends.get(key) ?? [], from, until));
		return originsOf(to, near, redirected.get(to))
			.filter(({ hop }) => isSure(hop, to, holes, parts))
			.map(({ hop, attempt }) => ({
				from: hop,
				attempt,
				to,
				via: sameMessageId(hop, to) ? ("message-id" as const) : ("client-and-time" as const),
				confidence: "likely" as const,
				evidence: [attempt.ref, ...to.refs.slice(0, 1)],
				...(mayHaveKept(attempt, to) && { aside: true as const }),
			}));
	});
}

/** procmail's `:0 c` forwards a copy; sendmail says `mailer=local, stat=Sent` with and without one, Postfix `delivered to command: …`. */
function mayHaveKept(attempt: HopAttempt, to: Hop): boolean {
	const mayFile = !isProgram(attempt) || AGENT.test(attempt.reason ?? attempt.transport ?? "");
	if (attempt.action !== "delivered" || !mayFile || namesRecipient(to, attempt.recipient)) return false;
	return !isOfList(to.sender, attempt.recipient);
}

/** A list's own address for bounces: `team-bounces@x` or `team-bounces+alice=y@x` (Mailman), `team-owner@x` (Sympa), `team+bounces-7@x`. */
function isOfList(sender: string | undefined, list: string): boolean {
	const at = list.lastIndexOf("@");
	if (sender === undefined || at < 0 || !sender.toLowerCase().endsWith(list.slice(at).toLowerCase()))
		return false;
	const behind = sender.slice(at);
	const own = sender.slice(0, at).toLowerCase() === list.slice(0, at).toLowerCase();
	return own && LIST_BOUNCES.test(behind);
}

const LIST_BOUNCES = /^(?:[-+]bounces?|-owner|-return)(?=[-+@])/;

/** Programs that file mail into mailboxes, by the name of the command, of Postfix' transport or of exim's (`procmail_pipe`). */
const AGENT = /(?:^|[\s/])(?:procmail|maildrop|dovecot(?:-lda)?|deliver)(?=$|[\s_])/;

/** Without a Message-ID any message of that moment may be the origin. */
function isSure(from: Hop, to: Hop, holes: Holes, parts: Parts): boolean {
	if (!sameMessageId(from, to)) return !holes.near(to.host, arrivalOf(to));
	return holes.isWhole(from) && holes.isWhole(to) && !holes.inMessage(from, to.messageId, parts);
}

/** Whether such a link of this hop is told by the moment alone, among all hops of that moment. */
export function mayReenterUnnamed(hop: Hop): boolean {
	if (isUnnamedStart(hop)) return true;
	return (
		hop.mta === "postfix" &&
		hop.messageId === undefined &&
		hop.attempts.some((attempt) => leavesTheQueues(hop, attempt))
	);
}

/** A message that came from its own host and bears no Message-ID of another one. A session without an id is none. */
export function isUnnamedStart(hop: Hop): boolean {
	return hop.queueId !== undefined && isUnnamed(hop) && logsNames(hop) && isFromHere(hop);
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
			const keys = endKeys(hop, attempt).filter((key) => wanted.has(key));
			if (keys.length === 0 || continued.has(attempt) || !leavesTheQueues(hop, attempt)) continue;
			const end = { hop, attempt, at: attempt.at, from: startOf(hop, attempt) };
			for (const key of keys) {
				const same = ends.get(key);
				if (same) same.push(end);
				else ends.set(key, [end]);
			}
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
	if (hop.mta === "dovecot") return isRedirected(hop, attempt);
	if (attempt.action === "delivered") return mayBeProgram(hop, attempt) || isUnknownServer(attempt);
	const ip = attempt.relay?.ip;
	return attempt.action === "relayed" && ip !== undefined && isLoopback(ip);
}

/**
 * By LMTP to a server on this host that gives it no id of its own: `relay=127.0.0.1[127.0.0.1]:8024, … status=sent (250 Ok)` is Mailman's. A store
 * may say as little, so a Message-ID has to tell what came of it.
 */
function isUnknownServer({ action, relay, reply, remoteId }: HopAttempt): boolean {
	const ip = relay?.ip;
	return (
		action === "delivered" &&
		reply !== undefined &&
		remoteId === undefined &&
		ip !== undefined &&
		isLoopback(ip)
	);
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
	// `connected address=local`
	if (hop.mta === "opensmtpd" && client !== undefined && client.ip === undefined) return true;
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
function originsOf(to: Hop, all: readonly End[], redirected: End | undefined): End[] {
	const bearing = all.filter(({ hop }) => sameMessageId(hop, to));
	if (redirected && bearing.length === 0) return [redirected];
	const near = bearing.length > 0 ? bearing : all;
	const arrival = arrivalOf(to);
	const possible = near.filter(
		(end) => end.hop !== to && mayHaveBegun(end, to) && mayHaveSent(end.attempt, to),
	);
	const running = whileRunning(possible, to);
	const inTime = running.length > 0 ? running : possible.filter((end) => end.at <= arrival);
	const names = new Set(to.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]));
	const lower = new Set([...names].map((name) => name.toLowerCase()));
	const isFor = (end: End) => lower.has(end.attempt.recipient.toLowerCase());
	// the script's own line names whom it went to; the program's is about all that the script did
	const told = inTime.filter((end) => isRedirected(end.hop, end.attempt) && isFor(end));
	const programs = inTime.filter((end) => isProgram(end.attempt));
	const left = told.length > 0 ? told : programs.length > 0 ? programs : inTime;
	const same = left.filter(isFor);
	if (bearing.length === 0) return running.length > 0 && logsNames(to) ? ofSameSender(to, same) : [];
	if (same.length > 0) return isOneHop(same) ? same : [];
	// For other people than it went to: only one program can have made it.
	if (left.length === 1) return left;
	const own = left.filter(({ attempt }) => isCalledBy(attempt, to));
	return own.length === 1 ? own : [];
}

/** Of several users of one message: whose program called sendmail(1), which has his name. */
function isCalledBy({ recipient }: HopAttempt, { sender, client, protocol, uid }: Hop): boolean {
	const isCall = uid !== undefined || protocol?.startsWith("local") || (client && client.ip === undefined);
	return isCall === true && sender !== undefined && localPart(sender) === localPart(recipient);
}

/** A queue tells of a message before what was made of it does: in one file the places tell. Dovecot's one line comes when all is done. */
function mayHaveBegun({ hop, from }: End, to: Hop): boolean {
	if (from > arrivalOf(to) + APART_MS) return false;
	if (hop.mta === "dovecot") return mayBeMadeIn(hop.queueId ?? "", hop.firstAt, arrivalOf(to));
	const [one, other] = [placeOf(hop.refs[0] ?? ""), placeOf(to.refs[0] ?? "")];
	return !one || !other || one.file !== other.file || one.line < other.line;
}

/** Those whose program ran at that moment: exactly, where more than one did nearly and it is known when it was called. */
function whileRunning(ends: readonly End[], to: Hop): End[] {
	const nearly = ends.filter((end) => arrivalOf(to) <= end.at + APART_MS);
	if (isOneHop(nearly)) return nearly;
	const handedIn = handedInAt(to);
	if (!handedIn) return nearly;
	const exactly = nearly.filter((end) => {
		const blur = handedIn.blur + blurOf(end.at, end.at - end.from);
		return end.from - blur <= handedIn.at && handedIn.at <= end.at + blur;
	});
	return exactly.length > 0 ? exactly : nearly;
}

/** Without a common Message-ID nothing but the moment, the sender and the recipients tells. */
function ofSameSender(to: Hop, ends: readonly End[]): End[] {
	const own = ends.filter(
		({ hop, attempt }) =>
			hop.sender !== undefined &&
			hop.sender === to.sender &&
			!isUnknownServer(attempt) &&
			!isDeliveredAlike(hop, attempt, to),
	);
	return isOneHop(own) ? own : [];
}

/** By the transport that took this one too: a mailbox. What OpenSMTPD delivers is no program's as far as its lines tell. */
function isDeliveredAlike({ mta }: Hop, { transport, action }: HopAttempt, to: Hop): boolean {
	if (mta === "postfix" || action !== "delivered") return false;
	return mta !== "exim" || to.attempts.some((each) => each.transport === transport);
}

/** Where a user's script sent a message on, by the message that then came without a Message-ID of its own. */
function redirectedAmong(starts: readonly Hop[], ends: ReadonlyMap<string, readonly End[]>): Map<Hop, End> {
	const byKey = new Map<string, Hop[]>();
	for (const start of starts)
		if (isUnnamedStart(start))
			for (const key of startKeys(start)) byKey.set(key, [...(byKey.get(key) ?? []), start]);
	return new Map([...byKey].flatMap(([key, same]) => [...pairRedirected(same, ends.get(key) ?? [])]));
}

function isOneHop(ends: readonly End[]): boolean {
	return new Set(ends.map(({ hop }) => hop)).size === 1;
}

/** A Message-ID on one host or, without one, a recipient: the same in both messages. */
function endKeys(hop: Hop, attempt: HopAttempt): string[] {
	const recipient = `${hop.host} <${attempt.recipient.toLowerCase()}>`;
	if (hop.messageId === undefined) return [recipient];
	const named = `${hop.host} ${messageIdKey(hop.messageId)}`;
	return isRedirected(hop, attempt) ? [named, recipient] : [named];
}

function startKeys(hop: Hop): string[] {
	const named = hop.messageId === undefined ? [] : [`${hop.host} ${messageIdKey(hop.messageId)}`];
	if (!isUnnamed(hop)) return named;
	const recipients = hop.attempts.map(({ recipient }) => `${hop.host} <${recipient.toLowerCase()}>`);
	return [...named, ...new Set(recipients)];
}
