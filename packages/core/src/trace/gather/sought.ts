/**
 * What no key reaches and a journey may still need, for readers that look hops up by people and times: a store's notices and the sessions that
 * sent them (`likely/store-notices.ts`), what came back into a queue without a Message-ID (`likely/reentry-unnamed.ts`), and the store of a
 * message whose MTA logs neither an id nor the store's answer (`likely/store-links.ts`). All are settled among what these people sent and got in
 * that moment, and only where no hop that was at work beside them lacks a line.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { linkKeys, ownKeys } from "../hop/keys.ts";
import { localPart } from "../hop/recipients.ts";
import { rejectedAt } from "../likely/made-by-dovecot.ts";
import { isUnnamedStart } from "../likely/reentry-links.ts";
import { isRedirected } from "../likely/reentry-unnamed.ts";
import { isOfRejection, isRejecting, SESSION_MS } from "../likely/store-notices.ts";
import { unnamedSide } from "../likely/unnamed-notices.ts";

/** reentry-links.ts: how long a program may run */
const RUNNING_MS = 1_000_000;
/** Of one user everything that happens without such a pause (store-pairs.ts waits for seconds). */
const STORE_MS = 30_000;

/** Epoch milliseconds. */
export interface Sought {
	/** sender or recipient, in lower case */
	address: string;
	from: number;
	until: number;
}

/** All hops that were at work on a host then: of one moment, and of what may be doubtful beside it (whole.ts). */
export interface SoughtOnHost {
	host: string;
	from: number;
	until: number;
}

/** Whose mail of which time may be the other side of these hops; `hops` are all that their keys reach. */
export function soughtBeside(hops: readonly Hop[]): Sought[] {
	return merged([...rejectionsSought(hops), ...hops.flatMap(reentriesSought), ...storesSought(hops)]);
}

/** One look for the times of one person that run into each other. */
function merged(all: readonly Sought[]): Sought[] {
	const found: Sought[] = [];
	for (const same of Map.groupBy(all, ({ address }) => address).values()) {
		let last: Sought | undefined;
		for (const each of same.sort((a, b) => a.from - b.from)) {
			if (last && each.from <= last.until) last.until = Math.max(last.until, each.until);
			else {
				last = { ...each };
				found.push(last);
			}
		}
	}
	return found;
}

/** Where a line that is missing would make such a join doubtful: nothing where one side is all that is known. */
export function doubtfulMoments(hops: readonly Hop[]): SoughtOnHost[] {
	const rejecting = hops.filter(isRejecting);
	const isReport = (hop: Hop) => hop.sender === "" && groupOf(hop, hops).some(isOfRejection);
	const notices = rejecting.length > 0 ? hops.filter(isReport) : [];
	const [starts, redirected] = [hops.filter(isUnnamedStart), hops.filter(redirects)];
	const stored = hops.some(isStore) ? hops.filter(isStoredUnnamed) : [];
	const unnamed = hops.filter(({ mta, sender }) => mta === "opensmtpd" && sender === "");
	const sides = [
		...(unnamed.length > 0 && hops.some(hasUnnamedFailure) ? unnamed : []),
		...(rejecting.length > 0 && notices.length > 0 ? [...rejecting, ...notices] : []),
		...(redirected.length > 0 ? starts : []),
	].map((hop) => ({ host: hop.host, at: hop.receivedAt ?? hop.firstAt }));
	const tried = stored.flatMap(({ host, attempts }) =>
		attempts.filter(isLocal).map(({ at }) => ({ host, at })),
	);
	return [...sides, ...tried].map(({ host, at }) => ({ host, from: at - STORE_MS, until: at + STORE_MS }));
}

function rejectionsSought(hops: readonly Hop[]): Sought[] {
	return hops.flatMap((hop): Sought[] => {
		const at = isRejecting(hop) ? hop.lastAt : isOfRejection(hop) ? rejectedAt(hop.messageId) : undefined;
		if (at === undefined) return [];
		const people = isRejecting(hop)
			? groupOf(hop, hops).map(({ sender }) => sender)
			: hop.attempts.flatMap(({ recipient, original }) => [recipient, original]);
		return peopleIn(people).map((address) => ({
			address,
			from: at - SESSION_MS,
			until: at + SESSION_MS,
		}));
	});
}

function reentriesSought(hop: Hop): Sought[] {
	const times = isUnnamedStart(hop)
		? hop.attempts.map(({ recipient }) => ({ recipient, at: hop.receivedAt ?? hop.firstAt }))
		: hop.attempts.filter((attempt) => isRedirected(hop, attempt));
	const at = new Map(times.map((time) => [time.recipient.toLowerCase(), time.at]));
	return [...at].map(([address, time]) => ({
		address,
		from: time - RUNNING_MS,
		until: time + RUNNING_MS,
	}));
}

/** By the whole address, and by the name that a user has on the host. */
function storesSought(hops: readonly Hop[]): Sought[] {
	const tried = hops.filter((hop) => isStoredUnnamed(hop) && groupOf(hop, hops).every(bearsNoId));
	return tried.flatMap(({ attempts }) =>
		attempts.filter(isLocal).flatMap(({ recipient, original = recipient, at }) =>
			peopleIn([recipient, original, localPart(recipient), localPart(original)]).map((address) => ({
				address,
				from: at - STORE_MS,
				until: at + STORE_MS,
			})),
		),
	);
}

const bearsNoId = ({ messageId }: Hop): boolean => messageId === undefined;

const isStore = ({ mta, service }: Hop): boolean => mta === "dovecot" && service !== "submission";

const isStoredUnnamed = (hop: Hop): boolean =>
	hop.mta !== "dovecot" && bearsNoId(hop) && hop.attempts.some(isLocal);

/** Delivered into a mailbox, and no reply names the store's session. */
function isLocal({ action, remoteId, nextQueueId }: HopAttempt): boolean {
	return action === "delivered" && remoteId === undefined && nextQueueId === undefined;
}

/** What OpenSMTPD may have sent a notice about. */
const hasUnnamedFailure = (hop: Hop): boolean => !!hop.sender && (unnamedSide(hop)?.times.length ?? 0) > 0;

const redirects = (hop: Hop): boolean => hop.attempts.some((attempt) => isRedirected(hop, attempt));

/** Those that name the hop, or are named by it. */
function groupOf(hop: Hop, hops: readonly Hop[]): Hop[] {
	const [own, named] = [new Set(ownKeys(hop)), new Set(linkKeys(hop))];
	return hops.filter(
		(other) =>
			other === hop ||
			ownKeys(other).some((key) => own.has(key) || named.has(key)) ||
			linkKeys(other).some((key) => own.has(key)),
	);
}

function peopleIn(names: readonly (string | undefined)[]): string[] {
	return [...new Set(names.flatMap((name) => (name ? [name.toLowerCase()] : [])))];
}
