/**
 * What no key reaches and a journey may still need, for readers that look hops up by people and times: a store's notices and the sessions that
 * sent them (`likely/store-notices.ts`), and what came back into a queue without a Message-ID (`likely/reentry-unnamed.ts`). Both are settled
 * among all that these people sent and got in that moment, and only where no hop that was at work beside them lacks a line.
 */
import type { Hop } from "../hop/hop.ts";
import { linkKeys, ownKeys } from "../hop/keys.ts";
import { rejectedAt } from "../likely/made-by-dovecot.ts";
import { isUnnamedStart } from "../likely/reentry-links.ts";
import { isRedirected } from "../likely/reentry-unnamed.ts";
import { isOfRejection, isRejecting, SESSION_MS } from "../likely/store-notices.ts";

/** reentry-links.ts: how long a program may run */
const RUNNING_MS = 1_000_000;
/** whole.ts: a line that is missing makes the others of that moment doubtful */
const TORN_MS = 16_000;

/** Epoch milliseconds. */
export interface Sought {
	/** sender or recipient, in lower case */
	address: string;
	from: number;
	until: number;
}

/** All hops that were at work on a host then. */
export interface SoughtOnHost {
	host: string;
	from: number;
	until: number;
}

/** Whose mail of which time may be the other side of these hops; `hops` are all that their keys reach. */
export function soughtBeside(hops: readonly Hop[]): Sought[] {
	return [...rejectionsSought(hops), ...hops.flatMap(reentriesSought)];
}

/** Where a line that is missing would make such a join doubtful: nothing where one side is all that is known. */
export function doubtfulMoments(hops: readonly Hop[]): SoughtOnHost[] {
	const rejecting = hops.filter(isRejecting);
	const notices = hops.filter((hop) => hop.sender === "" && groupOf(hop, hops).some(isOfRejection));
	const [starts, redirected] = [hops.filter(isUnnamedStart), hops.filter(redirects)];
	const sides = [
		...(rejecting.length > 0 && notices.length > 0 ? [...rejecting, ...notices] : []),
		...(redirected.length > 0 ? starts : []),
	];
	return sides.map((hop) => around(hop.host, hop.receivedAt ?? hop.firstAt));
}

function around(host: string, at: number): SoughtOnHost {
	return { host, from: at - TORN_MS, until: at + TORN_MS };
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
