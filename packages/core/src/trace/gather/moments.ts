/**
 * Which hops are joined by a moment alone, without an id in common: for readers that cannot hold all hops at once and join them group by
 * group. Two sides of one name that stand near enough must come into the same group; more of them may. Holds more
 * than the joins themselves take (`journey/answers.ts`, `likely/likely-links.ts`, `likely/store-links.ts`, `likely/reentry-links.ts`, `likely/unnamed-notices.ts`,
 * `likely/store-notices.ts`), never less.
 */
import { APART_MS, wordsKey } from "../journey/answers.ts";
import { completed } from "../link/completed-hops.ts";
import { HopIndex } from "../link/hop-index.ts";
import { provenLinks } from "../link/proven-links.ts";
import { meaningOf } from "../journey/fate.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { linkKeys } from "../hop/keys.ts";
import { likelyLinks } from "../likely/likely-links.ts";
import { isUnnamedStart, reentryLinks } from "../likely/reentry-links.ts";
import { isRedirected } from "../likely/reentry-unnamed.ts";
import { sessionBegan } from "../likely/dovecot-session.ts";
import { rejectedAt } from "../likely/made-by-dovecot.ts";
import { isRejecting, SESSION_MS } from "../likely/store-notices.ts";
import { unnamedSide } from "../likely/unnamed-notices.ts";
import { Holes } from "../likely/whole.ts";

export interface Moment {
	hop: Hop;
	/** what both sides have in common */
	name: string;
	at: number;
	/** which of the two sides it is; two of one side are nothing to each other */
	side: "one" | "other";
	withinMs: number;
	/** where several are near, whether all of them belong together, or each with those of the other side, or with one of them */
	near: "all" | "other-side" | "one";
}

/** Of one user everything that happens without such a pause (store-pairs.ts waits for seconds). */
const STORE_MS = 30_000;
/** reentry-links.ts: how long a program may run */
const RUNNING_MS = 1_000_000;
/** unnamed-notices.ts: how long after a failure its notice comes, in a log of whole seconds */
const NOTICE_MS = 3_000;
/** whole.ts: a line that is missing makes the others of that moment doubtful */
const TORN_MS = 16_000;

/** `hops` are whole groups: hops with an id in common are all among them. */
export function momentsOf(hops: readonly Hop[]): Moment[] {
	const given = new Map(hops.map((hop) => [hop.id, hop]));
	const known = completed(hops);
	const holes = new Holes(known);
	const bridged = bridgedAmong(known, holes);
	const moments = known.flatMap((hop) => [
		...(bridged.has(hop) ? copyMoments(hop) : []),
		...answerMoments(hop),
		...storeMoments(hop),
		...reentryMoments(hop),
		...noticeMoments(hop),
		...rejectionMoments(hop),
		...(holes.isWhole(hop) ? [] : tornMoments(hop)),
	]);
	return moments.map((moment) => ({ ...moment, hop: given.get(moment.hop.id) ?? moment.hop }));
}

/** Hops of which a join by Message-ID stands among these: a copy of the message whose line of it is lost is not among them. */
function bridgedAmong(hops: readonly Hop[], holes: Holes): Set<Hop> {
	if (!mayBeBridged(hops)) return new Set();
	const sorted = [...hops].sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
	const links = provenLinks(sorted, new HopIndex(sorted));
	const likely = likelyLinks(sorted, [...links, ...reentryLinks(sorted, links, holes)], holes);
	if (likely.length === 0) return new Set();
	return new Set([...links, ...likely].flatMap(({ from, to }) => [from, to]));
}

/** One message has one beginning that no other line names. */
function mayBeBridged(hops: readonly Hop[]): boolean {
	const named = new Set(hops.flatMap(linkKeys));
	const unnamed = hops.filter(
		({ queueId, sasl }) => queueId !== undefined && !sasl && !named.has(`q:${queueId}`),
	);
	return unnamed.length > 1;
}

/** Where whole.ts looks for copies: among those of the moment that lack their Message-ID, by whom they are for. */
function copyMoments(hop: Hop): Moment[] {
	const at = hop.receivedAt ?? hop.firstAt;
	return [undefined, ...peopleOf(hop)].map((name) => copyMoment(hop, name, at, "one"));
}

function copyMoment(hop: Hop, person: string | undefined, at: number, side: Moment["side"]): Moment {
	const name = person === undefined ? `copy ${hop.host}` : `copy ${hop.host} ${person}`;
	return { hop, name, at, side, withinMs: TORN_MS, near: "other-side" };
}

function peopleOf({ attempts }: Hop): Set<string> {
	const names = attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]);
	return new Set(names.map((name) => name.toLowerCase()));
}

function answerMoments(hop: Hop): Moment[] {
	const moments: Moment[] = [];
	const add = (key: string | undefined, at: number, side: Moment["side"]): void => {
		if (key === undefined) return;
		moments.push({ hop, name: `answer ${key}`, at, side, withinMs: APART_MS, near: "other-side" });
	};
	for (const attempt of hop.attempts)
		if (attempt.nextQueueId === undefined) add(wordsKey(hop.sender, attempt), attempt.at, "one");
	for (const refusal of hop.refusals)
		if (meaningOf(refusal)) add(wordsKey(refusal.sender ?? hop.sender, refusal), refusal.at, "other");
	return moments;
}

function storeMoments(hop: Hop): Moment[] {
	const isStore = hop.mta === "dovecot";
	return hop.attempts.flatMap((attempt) => {
		if (!isStore && !isLocal(attempt)) return [];
		const users = new Set([attempt.recipient, attempt.original ?? attempt.recipient].map(userOf));
		const at = isStore ? hop.firstAt : attempt.at;
		const side = isStore ? "one" : "other";
		const doubt = isStore ? [] : [mayBeTorn(hop, "", at)];
		const near = { hop, at, side, withinMs: STORE_MS, near: "all" } as const;
		return [...[...users].map((user) => ({ ...near, name: `store ${hop.host} ${user}` })), ...doubt];
	});
}

/** Delivered into a mailbox, and no reply names the store's session. */
function isLocal({ action, remoteId, nextQueueId }: HopAttempt): boolean {
	return action === "delivered" && remoteId === undefined && nextQueueId === undefined;
}

function reentryMoments(hop: Hop): Moment[] {
	const moments: Moment[] = [];
	const isStart = isUnnamedStart(hop);
	if (hop.messageId !== undefined && hop.mta !== "dovecot" && !isStart) return moments;
	const arrival = hop.receivedAt ?? hop.firstAt;
	for (const attempt of hop.attempts) {
		const { recipient, action, relay, at } = attempt;
		const name = `back ${hop.host} ${recipient.toLowerCase()}`;
		const near = { hop, name, withinMs: RUNNING_MS, near: "other-side" } as const;
		if (isStart) moments.push({ ...near, at: arrival, side: "one" });
		const leaves = action === "delivered" || isLoopback(relay?.ip ?? "");
		const ends = hop.mta === "dovecot" ? isRedirected(hop, attempt) : leaves && hop.messageId === undefined;
		if (ends) moments.push({ ...near, at, side: "other" });
	}
	if (isStart) moments.push(mayBeTorn(hop, "", arrival));
	return moments;
}

function isLoopback(ip: string): boolean {
	return ip === "::1" || ip.startsWith("127.");
}

function noticeMoments(hop: Hop): Moment[] {
	const { sender, times = [] } = unnamedSide(hop) ?? {};
	if (sender === undefined) return [];
	const near = { hop, name: `notice ${hop.host} ${sender}`, withinMs: NOTICE_MS, near: "all" } as const;
	const isNotice = hop.sender === "";
	return times.flatMap((at): Moment[] => {
		const side: Moment = { ...near, at, side: isNotice ? "one" : "other" };
		return isNotice ? [side, mayBeTorn(hop, sender, at), mayBeTorn(hop, UNTOLD, at)] : [side];
	});
}

/** By the clock of the store's host, which the notice's Message-ID tells too. */
function rejectionMoments(hop: Hop): Moment[] {
	const near = { hop, name: "rejection", withinMs: SESSION_MS, near: "all" } as const;
	const madeAt = hop.mta === "dovecot" ? undefined : rejectedAt(hop.messageId);
	if (madeAt !== undefined) return [{ ...near, at: madeAt, side: "one" }, mayBeTorn(hop, "", hop.firstAt)];
	if (!isRejecting(hop)) return [];
	return [
		{ ...near, at: sessionBegan(hop.queueId ?? "") ?? hop.lastAt, side: "other" },
		mayBeTorn(hop, "", hop.firstAt),
	];
}

/** For the sender that no line tells. */
const UNTOLD = "?";

/** Whose join one torn hop of that moment forbids; of this sender, if that is all that matters. */
function mayBeTorn(hop: Hop, sender: string, at: number): Moment {
	return {
		hop,
		name: `torn ${hop.host} ${sender.toLowerCase()}`,
		at,
		side: "one",
		withinMs: TORN_MS,
		near: "one",
	};
}

function tornMoments(hop: Hop): Moment[] {
	const near = { hop, at: hop.lastAt, side: "other", withinMs: TORN_MS, near: "one" } as const;
	const sentBackTo = hop.sender ? [] : hop.attempts.map(({ recipient }) => recipient);
	const people = [hop.sender ?? UNTOLD, ...sentBackTo].map((name) => name.toLowerCase());
	const names = new Set(["", ...people]);
	const torn = [...names].map((sender) => ({ ...near, name: `torn ${hop.host} ${sender}` }));
	if (hop.messageId !== undefined) return torn;
	const copyOf: (string | undefined)[] = hop.attempts.length > 0 ? [...peopleOf(hop)] : [undefined];
	return [...torn, ...copyOf.map((name) => copyMoment(hop, name, hop.lastAt, "other"))];
}

/** As in both names of the user: without domain and without the folder behind a plus. */
function userOf(recipient: string): string {
	const at = recipient.lastIndexOf("@");
	const local = (at < 0 ? recipient : recipient.slice(0, at)).toLowerCase();
	const plus = local.indexOf("+");
	return plus > 0 ? local.slice(0, plus) : local;
}
