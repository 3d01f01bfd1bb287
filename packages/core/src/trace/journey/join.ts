/**
 * Hops → journeys. A pure function of the set of hops: the same hops in any order give the same journeys, oldest first.
 * Hops that hand over to each other are one journey; a bounce is a journey of its own, joined both ways with the message
 * it reports on.
 */
import { type Answer, answersAmong } from "./answers.ts";
import { asGiven } from "./as-given.ts";
import { refusedBeside } from "./beside.ts";
import { withBoundedLines } from "./bounded-lines.ts";
import { isFilterHop } from "../hop/filter-hop.ts";
import { completed } from "../link/completed-hops.ts";
import { meaningOf } from "./fate.ts";
import { filterNotices } from "../link/filter-notices.ts";
import { firstFilterLinks, keptFrom } from "../link/first-filters.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { HopIndex } from "../link/hop-index.ts";
import { isoTime } from "../hop/instant.ts";
import type { Journey, JourneyRecipient } from "./journey.ts";
import { likelyLinks } from "../likely/likely-links.ts";
import type { HopLink } from "../link/hop-link.ts";
import { messageIdKey, messageIdsOf } from "../hop/message-id.ts";
import { LINES_SHORTENED, noticesOf } from "./notices.ts";
import { releaseLinks } from "../link/release-links.ts";
import { type ParentLink, parentLinks } from "../link/parent-links.ts";
import { withFilterNamed } from "../link/proxied.ts";
import { provenLinks } from "../link/proven-links.ts";
import { reentryLinks } from "../likely/reentry-links.ts";
import { isAutoreply, reportedBy } from "./reported.ts";
import { storeNotices } from "../likely/store-notices.ts";
import { withSoleOrigin } from "../link/sole-origin.ts";
import { storeLinks } from "../likely/store-links.ts";
import { unnamedNotices } from "../likely/unnamed-notices.ts";
import { twoIdLinks } from "../link/two-ids.ts";
import { Usual } from "../link/usual.ts";
import { onUsualWays } from "../link/usual-ways.ts";
import { Holes } from "../likely/whole.ts";
import { type Answered, NO_WAYS, stopOf, type Ways, walk } from "./walk.ts";

/** The hops of one journey, its first hop and what joins them. */
interface Component {
	root: Hop;
	hops: Hop[];
	links: HopLink[];
}

/** What the journeys of one set of hops share: who reports on whom, who was refused beside whom, whose journey a hop is in. */
interface Surroundings {
	ways: Ways;
	answersOf: ReadonlyMap<Hop, Answer[]>;
	reportsOn: ReadonlyMap<Hop, ParentLink[]>;
	reportedBy: ReadonlyMap<Hop, ParentLink[]>;
	refusedBeside: ReadonlyMap<Hop, Hop[]>;
	journeyOf: ReadonlyMap<Hop, string>;
}

/** Joins all hops given. What is not among them is not known: give everything that the keys reach. */
export function joinHops(hops: readonly Hop[]): Journey[] {
	return joinInOrder(hops).map(({ journey }) => journey);
}

/** The same with the hop that gives each journey its place in the order: by its beginning, then by its id. */
export function joinInOrder(hops: readonly Hop[]): { journey: Journey; first: Hop }[] {
	const inOrder = [...hops].sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
	const given = completed(inOrder);
	const index = new HopIndex(given);
	const sorted = withFilterNamed(given, index);
	const claimed = provenLinks(sorted, index);
	const usual = new Usual(claimed);
	const named = [...claimed, ...twoIdLinks(sorted, claimed, index, usual)];
	const proven = withSoleOrigin(onUsualWays(named, usual), usual);
	const holes = new Holes(sorted);
	// what came back into a queue of its host has been where its message was: that is nobody's next host
	const back = reentryLinks(sorted, proven, holes);
	const joined = [...proven, ...likelyLinks(sorted, [...proven, ...back], holes)];
	const stored = [...joined, ...storeLinks(sorted, joined, holes, back)];
	const released = [...stored, ...releaseLinks(sorted, stored, index)];
	const whole = [...released, ...firstFilterLinks(sorted, released, index)];
	const links = [...whole, ...reentryLinks(sorted, whole, holes)];
	const refusals = refusedBeside(sorted, index, links);
	const components = componentsOf(
		sorted.filter((hop) => !refusals.has(hop)),
		links,
	);
	const journeyOf = new Map<Hop, string>();
	for (const { root, hops: members } of components) for (const hop of members) journeyOf.set(hop, root.id);
	const reached = new Set(links.map((link) => link.to));
	const parents = [
		...sorted.flatMap((hop) => parentLinks(hop, index)).filter((link) => !isAutoreply(link)),
		...unnamedNotices(sorted, reached, holes),
		...storeNotices(sorted, links, holes),
		...filterNotices(sorted, reached, index),
	];
	const answers = answersAmong(sorted, links);
	const around: Surroundings = {
		ways: {
			answered: new Map(answers.flatMap((answer) => answeredBy(answer, journeyOf))),
			links: Map.groupBy(links, (link) => link.attempt),
			forAll: Map.groupBy(
				links.filter((link) => link.forAll),
				(link) => link.from,
			),
			beside: new Map(
				[...Map.groupBy(refusals, ([, message]) => message)].map(([message, pairs]) => [
					message,
					pairs.flatMap(([session]) => session.refusals),
				]),
			),
		},
		answersOf: Map.groupBy(answers, ({ by }) => by),
		reportsOn: Map.groupBy(parents, (link) => link.child),
		reportedBy: Map.groupBy(parents, (link) => link.parent),
		refusedBeside: new Map(
			[...Map.groupBy(refusals, ([, message]) => message)].map(([message, pairs]) => [
				message,
				pairs.map(([session]) => session),
			]),
		),
		journeyOf,
	};
	return components.map((component) => ({
		journey: journeyFrom(component, around),
		first: component.hops[0] ?? component.root,
	}));
}

/** A refusal beside recipients that were taken is told in the message that was. */
function answeredBy(answer: Answer, journeyOf: ReadonlyMap<Hop, string>): [HopAttempt, Answered][] {
	const { attempt, by, refusal, confidence } = answer;
	const journeyId = journeyOf.get(by);
	if (journeyId === undefined) return [];
	const told = { journeyId, host: by.host, line: refusal.ref, confidence };
	return [[attempt, { refusal: told, outcome: meaningOf(refusal) }]];
}

function componentsOf(hops: Hop[], links: HopLink[]): Component[] {
	const group = new Map<Hop, Hop>(hops.map((hop) => [hop, hop]));
	const find = (hop: Hop): Hop => {
		let top = hop;
		for (let up = group.get(top); up && up !== top; up = group.get(top)) {
			// each step halves the way: thousands of hops may stand in one row
			group.set(top, group.get(up) ?? up);
			top = up;
		}
		return top;
	};
	const incoming = new Set<Hop>();
	for (const link of links) {
		for (const hop of link.filter ? [link.to, link.filter] : [link.to]) {
			group.set(find(hop), find(link.from));
			incoming.add(hop);
		}
	}
	const members = new Map<Hop, Component>();
	for (const hop of hops) {
		const top = find(hop);
		const component = members.get(top) ?? { root: hop, hops: [], links: [] };
		component.hops.push(hop);
		if (incoming.has(component.root) && !incoming.has(hop)) component.root = hop;
		members.set(top, component);
	}
	for (const link of links) members.get(find(link.from))?.links.push(link);
	// A filter's own lines without those of the queue that it worked for say nothing about a message's way.
	return [...members.values()].filter(
		({ root, hops: own }) => !isFilterHop(root) || own.length > 1 || keptFrom(root).length > 0,
	);
}

/** sendmail's submission logs the user (`from=app`), the queue that it hands to the address (`from=<app@host>`). */
function wholeSender({ host, sender }: Hop, hops: readonly Hop[]): string | undefined {
	if (!sender || sender.includes("@")) return sender;
	const named = hops.find((hop) => hop.host === host && hop.sender?.startsWith(`${sender}@`));
	return named?.sender ?? sender;
}

function journeyFrom({ root, hops, links }: Component, around: Surroundings): Journey {
	const recipients = walk(root, around.ways);
	for (const hop of hops)
		for (const session of around.refusedBeside.get(hop) ?? []) addBeside(recipients, session, hop);
	const bounded = withBoundedLines(recipients);
	const messageIds = namedIn(hops);
	const subject = hops.find((hop) => hop.subject !== undefined)?.subject;
	const parent = around.reportsOn.get(root)?.[0];
	const sender = wholeSender(root, hops) ?? (parent ? "" : undefined);
	const parentJourney = parent && around.journeyOf.get(parent.parent);
	const answers = (around.answersOf.get(root) ?? []).flatMap(({ from, attempt, confidence }) => {
		const journeyId = around.journeyOf.get(from);
		return journeyId === undefined ? [] : [{ journeyId, recipient: attempt.recipient, confidence }];
	});
	const why = parent && reportedBy(parent, around.reportedBy.get(parent.parent) ?? []).kind;
	const bounces = hops
		.flatMap((hop) => around.reportedBy.get(hop) ?? [])
		.flatMap((link) => bouncesOf(link, links, around))
		.filter((bounce) => bounce.journeyId !== root.id);
	return {
		id: root.id,
		kind: root.queueId === undefined ? "refused" : "message",
		messageIds,
		...(sender !== undefined && { sender }),
		...(subject !== undefined && { subject }),
		...(root.client && { client: root.client }),
		...(root.sasl && { sasl: root.sasl }),
		...(root.uid !== undefined && { uid: root.uid }),
		submittedAt: isoTime(root.receivedAt ?? root.firstAt),
		...(root.size !== undefined && { size: root.size }),
		recipients: bounded.recipients,
		bounces,
		...(answers.length > 0 && { answers }),
		...(parentJourney !== undefined &&
			parentJourney !== root.id &&
			why !== undefined && { parent: { journeyId: parentJourney, why } }),
		notices: [...noticesOf(hops, links, recipients), ...(bounded.shortened ? [LINES_SHORTENED] : [])],
	};
}

/** The first spelling of each. */
function namedIn(hops: Hop[]): string[] {
	const ids = new Map<string, string>();
	for (const messageId of hops.flatMap(messageIdsOf))
		if (messageId && !ids.has(messageIdKey(messageId))) ids.set(messageIdKey(messageId), messageId);
	return [...ids.values()];
}

/** Refused in the session that also brought this message: failed recipients of it, unless the sending host tells of them. */
function addBeside(recipients: JourneyRecipient[], session: Hop, message: Hop): void {
	const place = recipients.find((entry) => entry.path.some((stop) => stop.lines === message.refs));
	const upTo = place?.path.findIndex((stop) => stop.lines === message.refs) ?? -1;
	const path = place && upTo >= 0 ? place.path.slice(0, upTo + 1) : [stopOf(message, undefined)];
	const known = new Set(
		recipients.flatMap(({ recipient, original }) => [recipient.toLowerCase(), original.toLowerCase()]),
	);
	for (const refused of walk(session, NO_WAYS))
		if (!known.has(refused.recipient.toLowerCase())) recipients.push({ ...refused, path });
}

/** One element per recipient that the notice reports on. */
function bouncesOf(link: ParentLink, links: readonly HopLink[], around: Surroundings): Journey["bounces"] {
	const { parent, child } = link;
	const journeyId = around.journeyOf.get(child);
	const childQueueId = child.queueId;
	if (journeyId === undefined || childQueueId === undefined) return [];
	const { recipients } = reportedBy(link, around.reportedBy.get(parent) ?? []);
	if (recipients.length === 0) return [{ journeyId, childQueueId }];
	return asGiven(parent, recipients, () => givenTo(parent, links)).map((recipient) => ({
		journeyId,
		recipient,
		childQueueId,
	}));
}

/** What the hosts before handed over; a copy of a whole message (sendmail's for a list with an owner) is for whom that was for. */
function givenTo(hop: Hop, links: readonly HopLink[]): string[] {
	return links
		.filter(({ to }) => to === hop)
		.flatMap(({ from, attempt, forAll }) => (forAll ? givenTo(from, links) : [attempt.recipient]));
}
