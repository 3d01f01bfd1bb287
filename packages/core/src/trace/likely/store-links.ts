/**
 * Links into a mail store on the MTA's own host where the MTA logs no word of the store's: sendmail's `stat=Sent` for a local
 * mailer, OpenSMTPD's mda, every delivery by dovecot-lda. The store's line for the same user stands within the seconds of the try,
 * with the same Message-ID where both know one. It is `likely`, and only where no other try and no other store could be meant.
 */
import { isLaterInSession, sessionBegan } from "./dovecot-session.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { otherMessageId, sameMessageId } from "../hop/message-id.ts";
import { areWhole, wayTo } from "./way-to.ts";
import { withArrivals } from "./arrival.ts";
import { Parts } from "../link/parts.ts";
import type { Holes } from "./whole.ts";
import { withMadeIds } from "../hop/made-ids.ts";
import { type Pair, pairUp, type Stored as StoredAt, type Tried } from "./store-pairs.ts";
import type { HopLink } from "../link/hop-link.ts";

interface Try extends Tried {
	hop: Hop;
	attempt: HopAttempt;
	messageId: string | undefined;
}

/**
 * Links from local deliveries that no other link continues to what a store logged under an id that nobody named.
 * @param back links to what came back into a queue of its host: parts of the same messages
 */
export function storeLinks(
	hops: readonly Hop[],
	known: readonly HopLink[],
	holes: Holes,
	back: readonly HopLink[] = [],
): HopLink[] {
	const reached = new Set(known.map((link) => link.to));
	const stores = hops.filter((hop) => isStore(hop) && hop.attempts.length > 0 && !reached.has(hop));
	if (stores.length === 0) return [];
	const tries = localTries(hops, known, new Set(stores.map(({ host }) => host)));
	// one Message-ID on both sides settles a pair first: a message without one would fit many tries of its seconds
	const named = pairsOf(stores, tries, sameMessageId);
	const [takenTries, takenStores] = [
		new Set(named.map((pair) => pair.try.attempt)),
		new Set(named.map(({ store }) => store.hop)),
	];
	const unnamed = pairsOf(stores, tries, (from, to) => !otherMessageId(from, to)).filter(
		(pair) => !takenTries.has(pair.try.attempt) && !takenStores.has(pair.store.hop),
	);
	const idOf = messageIds(known, withMadeIds(hops));
	const before = new Map(known.map((link) => [link.to, link.from]));
	const parts = new Parts([...known, ...back]);
	const sure = [...named, ...unnamed].filter((pair) => isSure(pair, holes, idOf, before, parts));
	return sure.map(({ store: { hop: to }, try: from }) => ({
		from: from.hop,
		attempt: from.attempt,
		to,
		via: from.messageId !== undefined && to.messageId !== undefined ? "message-id" : "client-and-time",
		confidence: "likely",
		evidence: [from.attempt.ref, ...to.refs.slice(0, 1)],
	}));
}

/** Two that share a Message-ID may only be mistaken for its other copies; others for any message of that moment. */
function isSure(
	{ try: from, store: { hop: to } }: Pair<Stored, Try>,
	holes: Holes,
	idOf: IdOf,
	before: ReadonlyMap<Hop, Hop>,
	parts: Parts,
): boolean {
	if (holes.inMessage(from.hop, from.messageId, parts) || holes.inMessage(from.hop, to.messageId, parts))
		return false;
	if (from.messageId === undefined || to.messageId === undefined) return !holes.near(from.hop.host, from.at);
	const user = userOf(to);
	const isFor = (address: string) => localPart(address) === user;
	return (
		areWhole(wayTo(from.hop, before), holes, to.messageId, idOf) &&
		!holes.mayHideCopy(to.host, to.firstAt, { messageId: to.messageId, isFor, idOf })
	);
}

interface Stored extends StoredAt {
	hop: Hop;
}

function pairsOf(
	stores: readonly Hop[],
	tries: ReadonlyMap<string, Try[]>,
	fits: (from: Try, to: Hop) => boolean,
): Pair<Stored, Try>[] {
	const pairs = [...Map.groupBy(stores, (hop) => placeKey(hop.host, userOf(hop)))].flatMap(([key, same]) =>
		pairUp(
			same.map(storedBy).sort((a, b) => a.at - b.at),
			tries.get(key) ?? [],
			({ hop }, each) => fits(each, hop) && sameUser(hop, each.attempt),
		),
	);
	const byTry = Map.groupBy(pairs, (pair) => pair.try.attempt);
	return pairs.filter((pair) => byTry.get(pair.try.attempt)?.length === 1);
}

function storedBy(hop: Hop): Stored {
	const { firstAt: at, refs, queueId = "" } = hop;
	return { hop, at, ref: refs[0] ?? "", since: sessionBegan(queueId), isLater: isLaterInSession(queueId) };
}

/** Not Dovecot's submission service, which relays what its users send. */
function isStore(hop: Hop): boolean {
	return hop.mta === "dovecot" && hop.service !== "submission";
}

/** Tries that ended in a mailbox of the host, in time order by host and user. */
function localTries(
	hops: readonly Hop[],
	known: readonly HopLink[],
	hosts: ReadonlySet<string>,
): Map<string, Try[]> {
	const continued = new Set(known.map((link) => link.attempt));
	const messageId = messageIds(known, withMadeIds(hops));
	const arrivalOf = withArrivals(hops);
	const tries = new Map<string, Try[]>();
	for (const hop of hops) {
		if (hop.mta === "dovecot" || !hosts.has(hop.host)) continue;
		for (const attempt of hop.attempts) {
			// A reply that names a session is about that session, whether its lines are known or not.
			const named = attempt.remoteId ?? attempt.nextQueueId;
			if (attempt.action !== "delivered" || named !== undefined || continued.has(attempt)) continue;
			const each = { hop, attempt, at: attempt.at, arrival: arrivalOf(hop), messageId: messageId(hop) };
			for (const user of new Set([attempt.recipient, attempt.original ?? attempt.recipient].map(localPart))) {
				const key = placeKey(hop.host, user);
				const same = tries.get(key);
				if (same) same.push(each);
				else tries.set(key, [each]);
			}
		}
	}
	for (const same of tries.values()) same.sort((a, b) => a.at - b.at);
	return tries;
}

type IdOf = (hop: Hop) => string | undefined;

/** The Message-ID of a hop, or of the hops before it where its own MTA logs none (OpenSMTPD). */
function messageIds(known: readonly HopLink[], madeOf: (hop: Hop) => string | undefined): IdOf {
	const before = new Map(known.map((link) => [link.to, link.from]));
	return (hop) => {
		const seen = new Set<Hop>();
		let each: Hop | undefined = hop;
		while (each && each.messageId === undefined && !seen.has(each)) {
			seen.add(each);
			each = before.get(each);
		}
		return each?.messageId ?? madeOf(hop);
	};
}

/** Stores log the login name, which may lack the domain. */
function sameUser(store: Hop, { recipient, original }: HopAttempt): boolean {
	const user = ownerOf(store);
	if (!user.includes("@")) return true;
	return [recipient, original ?? recipient].some((each) => each.toLowerCase() === user.toLowerCase());
}

/** Whose mailbox it is: of a redirection the address before it. */
function ownerOf({ attempts: [first] }: Hop): string {
	return first?.original ?? first?.recipient ?? "";
}

function userOf(store: Hop): string {
	return localPart(ownerOf(store));
}

/** `u5` of `u5+list@west.test`: the detail names a folder (RFC 5233). */
function localPart(address: string): string {
	const at = address.lastIndexOf("@");
	const local = (at < 0 ? address : address.slice(0, at)).toLowerCase();
	const plus = local.indexOf("+");
	return plus > 0 ? local.slice(0, plus) : local;
}

function placeKey(host: string, user: string): string {
	return `${host} ${user}`;
}
