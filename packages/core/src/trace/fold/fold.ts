/**
 * Lines of one queue key → hops. A pure function of the set of lines: they are sorted by time and place first, so order,
 * batching and repetition change nothing. Queue ids are reused: see `generations.ts`.
 */
import type { MailEvent } from "../../event/index.ts";
import { buildHop } from "./build-hop.ts";
import { areOfOneFile, withoutCopies } from "./copies.ts";
import { splitGenerations } from "./generations.ts";
import type { Hop } from "../hop/hop.ts";
import { epochMs } from "../hop/instant.ts";
import { idOfKey, isLoneKey, isSessionKey, WRITTEN_APART_MS } from "../hop/keys.ts";
import { byTimeAndPlace, type LocatedEvent, type TimedEvent } from "../hop/located-event.ts";
import { type Owned, type Owner, withServices } from "./services.ts";
import { foldSessions } from "./session.ts";

/** Raised with every change of what a hop holds or of how lines make one: a store then makes its hops anew. */
export const FOLD_VERSION = 15;

/**
 * Folds all lines of one key, in any order and with repetitions, into hops, oldest first.
 * Lines without a time are left out: they cannot be placed.
 */
export function foldQueue(key: string, events: readonly LocatedEvent[]): Hop[] {
	const sorted = sortByTime(events);
	if (isLoneKey(key)) return foldSessions(withoutCopies(toldHereOnly(sorted), undefined));
	if (isSessionKey(key)) return foldSessions(withoutCopies(sorted, undefined));
	const id = idOfKey(key);
	const timed = withoutCopies(sorted, id);
	const hops: Hop[] = [];
	for (const [owner, own] of byOwner(id, timed))
		for (const generation of generationsOf(own)) {
			const hop = buildHop(id, owner.mta, owner.instance, generation);
			if (hop) hops.push(hop);
		}
	return withOwnIds(
		hops.sort((a, b) => a.firstAt - b.firstAt || ((a.instance ?? "") < (b.instance ?? "") ? -1 : 1)),
	);
}

/** The lines without a process that no line with one says too: those are told with their sessions. */
function toldHereOnly(events: readonly TimedEvent[]): TimedEvent[] {
	const numbered = events.filter(({ event }) => event.pid !== undefined);
	return events.filter(
		({ event, at }) =>
			event.pid === undefined && !numbered.some((each) => Math.abs(each.at - at) <= WRITTEN_APART_MS),
	);
}

/** Two hops of one queue id may begin within one second: a short id used again at once, two instances on one host. */
function withOwnIds(hops: Hop[]): Hop[] {
	if (hops.length < 2) return hops;
	for (const same of Map.groupBy(hops, (hop) => hop.id).values())
		for (const [i, hop] of same.entries()) if (i > 0) hop.id = `${hop.id}.${i}`;
	return hops;
}

function sortByTime(events: readonly LocatedEvent[]): TimedEvent[] {
	const timed: TimedEvent[] = [];
	const seen = new Repetitions(events.length);
	for (const located of events) {
		const at = located.event.at === undefined ? Number.NaN : epochMs(located.event.at);
		if (Number.isNaN(at) || seen.hasOrAdds(located)) continue;
		timed.push({ ...located, at });
	}
	return timed.sort(byTimeAndPlace);
}

/** So many lines are compared by their places' numbers first: a set would read each place's name as a whole. */
const FEW = 16;

class Repetitions {
	readonly #few: LocatedEvent[] = [];
	readonly #many: Set<string> | undefined;

	constructor(count: number) {
		if (count > FEW) this.#many = new Set();
	}

	hasOrAdds(located: LocatedEvent): boolean {
		if (this.#many) {
			const before = this.#many.size;
			return this.#many.add(located.ref).size === before;
		}
		for (const each of this.#few) if (each.order === located.order && each.ref === located.ref) return true;
		this.#few.push(located);
		return false;
	}
}

/**
 * Parts the lines by the program whose id it is: an MTA instance, a filter by its own mail id, a store by its session.
 * What a filter says about an MTA's queue id goes to that MTA's lines; to the first instance where there are several.
 */
function byOwner(id: string, events: TimedEvent[]): Map<Owner, TimedEvent[]> {
	const named: Owned[] = [];
	const guests: TimedEvent[] = [];
	for (const located of events) {
		const owner = ownerOf(id, located.event);
		if (!owner) {
			guests.push(located);
			continue;
		}
		const entry = named.find(
			({ owner: { mta, instance } }) => mta === owner.mta && instance === owner.instance,
		);
		if (entry) entry.events.push(located);
		else named.push({ owner, events: [located] });
	}
	const entries = named.length > 1 ? withServices(named) : named;
	const host = entries[0];
	if (host && guests.length > 0) host.events = [...host.events, ...guests].sort(byTimeAndPlace);
	return new Map(entries.map((entry) => [entry.owner, entry.events]));
}

/** Who owns the id in this line; undefined for a filter that speaks about an MTA's queue id. */
function ownerOf(id: string, event: MailEvent): Owner | undefined {
	switch (event.mta) {
		case "postfix":
			// `postfix/submission` is a service of the instance `postfix`: both share one queue.
			return { mta: "postfix", instance: beforeSlash(event.instance ?? "postfix") };
		case "sendmail":
		case "exim":
		case "opensmtpd":
		case "dma":
			return { mta: event.mta, instance: undefined };
		case "dovecot":
			return isOwnOfDovecot(id, event) ? { mta: "dovecot", instance: undefined } : undefined;
		case undefined:
			return undefined;
		default:
			return event.kind === "verdict" && event.mailId === id
				? { mta: event.mta, instance: undefined }
				: undefined;
	}
}

function beforeSlash(name: string): string {
	const slash = name.indexOf("/");
	return slash < 0 ? name : name.slice(0, slash);
}

/** What LMTP and LDA stored, what the LMTP proxy handed to a backend, what the submission service relayed: all under Dovecot's own ids. */
function isOwnOfDovecot(id: string, event: MailEvent): boolean {
	if (event.kind === "stored") return event.sessionId === id;
	if (event.queueId !== id) return false;
	// what a backend refused was refused to the MTA before: its own line tells of it, and names no session
	return event.kind === "proxy-accept" || (event.kind === "delivery" && event.action === "relayed");
}

/**
 * A clock that is set back while a message is in the queue puts its end before its beginning. Where all lines stand in one
 * file and their places tell a whole story while their times tell several, the places count.
 */
function generationsOf(byTime: TimedEvent[]): TimedEvent[][] {
	const inTime = splitGenerations(byTime);
	if (inTime.length === 1 || !areOfOneFile(byTime)) return inTime;
	const inPlace = splitGenerations([...byTime].sort((a, b) => a.order - b.order));
	return inPlace.length < inTime.length ? inPlace : inTime;
}
