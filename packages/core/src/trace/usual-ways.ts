/**
 * A reply may name any id of ours: its words are the remote's, and whoever got a copy of a message knows its Message-ID and queue
 * ids. A hand-over to other recipients than those that were given is not believed where the log knows better ways between the
 * two hosts: the one that answered was never seen to be the receiver, and the receiver's client never to be the sender. Where it
 * knows none, the receiver's lines must not tell otherwise.
 */
import { isOtherSender, localPart, namesRecipient } from "./contradiction.ts";
import type { Hop } from "./hop.ts";
import type { HopLink } from "./link-hops.ts";

/** A hand-over within a host, to a socket. */
const SOCKET = "socket";
const SMTP_PORT = 25;
/** Hosts' clocks that are looked after; an id is known to strangers once the message has come to them. */
const MOMENT_MS = 60_000;

/** The links but for those that a stranger's words alone make. */
export function onUsualWays(links: readonly HopLink[]): HopLink[] {
	const doubtful = links.filter((link) => speaksForItself(link) && !keepsRecipient(link));
	if (doubtful.length === 0) return [...links];
	const ways = waysOf(links);
	const refused = new Set(
		doubtful.filter(
			(link) => !isVouchedFor(link, ways) && (isOffTheWays(link, ways) || tellsOtherwise(link)),
		),
	);
	return links.filter((link) => !refused.has(link));
}

function isOffTheWays({ from, to, attempt }: HopLink, { answersAt, comesFrom }: Ways): boolean {
	const notThere = isElsewhere(answersAt.get(to.host), attempt.relay?.ip);
	return notThere && (to.client?.ip === undefined || isElsewhere(comesFrom.get(from.host), to.client.ip));
}

/** By others that went between the two, or by an address at which one of them answers and from which it sends. */
function isVouchedFor({ from, to, attempt }: HopLink, { answersAt, comesFrom }: Ways): boolean {
	const [relay = "", client = ""] = [attempt.relay?.ip, to.client?.ip];
	const isThere = answersAt.get(to.host)?.has(relay) || comesFrom.get(to.host)?.has(relay);
	return isThere || comesFrom.get(from.host)?.has(client) || answersAt.get(from.host)?.has(client) || false;
}

/**
 * Whether the receiver, which tries for others, would have told that it was given this address. Sendmail does not name an alias beside its
 * members; domains are rewritten on the way out (smtp_generic_maps), and a store knows its users by names of their own, but speaks LMTP: its
 * words on SMTP's port are somebody else's.
 */
function tellsOtherwise({ from, to, attempt }: HopLink): boolean {
	if (to.mta === "dovecot") return attempt.relay?.port === SMTP_PORT;
	const otherSender = isOtherSender(from, to);
	if (otherSender || to.mta === "sendmail") return otherSender;
	// OpenSMTPD's lines of a message do not say who brought it: nothing could vouch but the moment
	if (to.client === undefined && Math.abs(to.firstAt - attempt.at) <= MOMENT_MS) return false;
	const given = localPart(attempt.recipient);
	return !to.attempts.some(({ recipient, original }) =>
		[recipient, original ?? ""].some((each) => localPart(each) === given),
	);
}

/** Hand-overs that other ones would have to vouch for, and among these none does: whether this host is known by this address. */
export function unvouched(links: readonly HopLink[]): { host: string; ip: string | undefined }[] {
	const doubtful = links.filter((link) => speaksForItself(link) && !keepsRecipient(link));
	if (doubtful.length === 0) return [];
	const ways = waysOf(links);
	return doubtful
		.filter((link) => !isVouchedFor(link, ways))
		.map(({ from, to }) => ({ host: from.host, ip: to.client?.ip }));
}

/** Between two hosts, by an address: within a host its own log is the proof. */
function speaksForItself({ from, to, attempt }: HopLink): boolean {
	return from.host !== to.host && attempt.relay?.ip !== undefined;
}

/** Tells nothing against it where no try of the receiver's is known. */
function keepsRecipient({ to, attempt }: HopLink): boolean {
	return to.attempts.length === 0 || namesRecipient(to, attempt.recipient);
}

interface Ways {
	/** where a host answered */
	answersAt: ReadonlyMap<string, ReadonlySet<string>>;
	/** which addresses a host's messages came from */
	comesFrom: ReadonlyMap<string, ReadonlySet<string>>;
}

function waysOf(links: readonly HopLink[]): Ways {
	const answersAt = new Map<string, Set<string>>();
	const comesFrom = new Map<string, Set<string>>();
	for (const link of links) {
		const { from, to, attempt, filter } = link;
		if (filter || !keepsRecipient(link) || !hasTries(to)) continue;
		const relay = attempt.relay?.ip ?? (attempt.relay?.path === undefined ? undefined : SOCKET);
		if (relay !== undefined) add(answersAt, to.host, relay);
		if (from.host !== to.host && to.client?.ip !== undefined) add(comesFrom, from.host, to.client.ip);
	}
	return { answersAt, comesFrom };
}

function hasTries({ attempts }: Hop): boolean {
	return attempts.length > 0;
}

/** Known at addresses, and this is none of them. */
function isElsewhere(known: ReadonlySet<string> | undefined, ip: string | undefined): boolean {
	return known !== undefined && ip !== undefined && !known.has(ip);
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
	const same = map.get(key);
	if (same) same.add(value);
	else map.set(key, new Set([value]));
}
