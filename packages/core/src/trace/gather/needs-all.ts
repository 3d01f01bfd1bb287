/**
 * What else has to be read before the journeys of some hops can be told from these hops alone. Almost all joins need what their
 * keys reach; a few are settled by who else was there at that time, whose lines can be looked for by words, names or
 * addresses; very few by what all other links teach: then all that the logs hold.
 */
import { completed } from "../link/completed-hops.ts";
import type { Hop } from "../hop/hop.ts";
import { HopIndex } from "../link/hop-index.ts";
import type { HopLink } from "../link/hop-link.ts";
import { linksFrom } from "../link/link-hops.ts";
import { type Meetings, meetingsOf } from "./meetings.ts";
import { otherNamed } from "../link/two-ids.ts";
import { unvouched } from "../link/usual-ways.ts";
import { likelyLinks } from "../likely/likely-links.ts";
import { Holes } from "../likely/whole.ts";
import { isOfRejection, isRejecting } from "../likely/store-notices.ts";
import { storeLinks } from "../likely/store-links.ts";
import { mayReenterUnnamed, reentryLinks } from "../likely/reentry-links.ts";
import { isRedirected } from "../likely/reentry-unnamed.ts";

/** Lines of this host that hold this text are needed. */
export interface Person {
	host: string;
	text: string;
}

export interface Need extends Meetings {
	/** a reply's id was used by several hops that fit, or the moment alone tells who came back */
	all: boolean;
	/** users of whom a store's and an MTA's lines are joined by moment, senders whose notices are */
	people: Person[];
	/** the same, if the host has a line of a store for this user: a local delivery whose store is named by nothing in the line */
	ifStored: Person[];
}

/** `asked` are those of the hops whose journeys are wanted; `around` also those of the journeys that these name. */
export function needOf(given: readonly Hop[], asked: readonly Hop[], near: readonly Hop[]): Need {
	const hops = completed(given);
	const around = among(hops, near);
	const index = new HopIndex(hops);
	let all = around.some((hop) => mayReenterUnnamed(hop) || isRejecting(hop) || isOfRejection(hop));
	const links: HopLink[] = hops.flatMap((hop) =>
		linksFrom(hop, index, () => {
			all = true;
			return undefined;
		}),
	);
	// whose addresses they are, is told by all others
	const asksOthers = (from: Hop, to: Hop | undefined) => to && (around.includes(from) || around.includes(to));
	if (hops.some((hop) => hop.attempts.some((each) => asksOthers(hop, otherNamed(hop, each, index)))))
		all = true;
	const reached = new Set(links.map((link) => link.to));
	const holes = new Holes(hops);
	// whose lines are missing in that moment, and which address is whose, is told by all of them
	const stored = storeLinks(hops, links, holes);
	if (stored.some(({ via }) => via === "client-and-time")) all = true;
	const bridged = likelyLinks(hops, [...links, ...reentryLinks(hops, links, holes)], holes);
	if (bridged.some(({ attempt }) => attempt.relay?.ip !== undefined)) all = true;
	const people = around.flatMap((hop) => [...usersOf(hop, reached), ...sendersOf(hop), ...redirectedBy(hop)]);
	const continued = new Set(links.map((link) => link.attempt));
	const ifStored = around
		.filter((hop) => hop.mta !== "dovecot")
		.flatMap(({ host, attempts }) =>
			attempts
				.filter((each) => each.action === "delivered" && !continued.has(each))
				.filter((each) => each.remoteId === undefined && each.nextQueueId === undefined)
				.flatMap((each) => [each.recipient, each.original ?? each.recipient])
				.map((recipient) => ({ host, text: userOf(recipient) })),
		);
	const { looked, unsettled } = meetingsOf(hops, among(hops, asked), links);
	for (const { host, ip } of unvouched(links)) {
		if (ip === undefined) all = true;
		else unsettled.push({ host, ip });
	}
	return { all, people, ifStored, looked, unsettled };
}

/** By their ids: who learned of its client is another object. */
function among(hops: readonly Hop[], some: readonly Hop[]): Hop[] {
	const ids = new Set(some.map(({ id }) => id));
	return hops.filter(({ id }) => ids.has(id));
}

/** Of a store's hop that no reply names. */
function usersOf(hop: Hop, reached: ReadonlySet<Hop>): Person[] {
	if (hop.mta !== "dovecot" || reached.has(hop)) return [];
	return hop.attempts
		.flatMap(({ recipient, original }) => [recipient, original ?? recipient])
		.map((recipient) => ({ host: hop.host, text: userOf(recipient) }));
}

/** Whom a user's script sent mail on to: it may have come back into a queue of the host without a Message-ID. */
function redirectedBy(hop: Hop): Person[] {
	const redirected = hop.attempts.filter((attempt) => isRedirected(hop, attempt));
	return redirected.map(({ recipient }) => ({ host: hop.host, text: recipient }));
}

/** OpenSMTPD's notices and what they report on: the seconds tell, among all that failed of one sender. */
function sendersOf({ host, mta, sender, attempts }: Hop): Person[] {
	if (mta !== "opensmtpd") return [];
	if (sender === "") return attempts.map(({ recipient }) => ({ host, text: recipient }));
	const failed = sender !== undefined && attempts.some(({ action }) => action === "failed");
	return failed ? [{ host, text: sender }] : [];
}

/** As in both names of the user: without domain and without the folder behind a plus. */
function userOf(recipient: string): string {
	const at = recipient.lastIndexOf("@");
	const local = at < 0 ? recipient : recipient.slice(0, at);
	const plus = local.indexOf("+");
	return (plus > 0 ? local.slice(0, plus) : local).toLowerCase();
}
