/**
 * One hop → its whole journey: follows the keys from hop to hop until nothing new is reached, then joins. Bounded: a
 * forged Message-ID on a million messages costs a few look-ups, and the journey says that the trail was cut.
 */
import { type Hop, isConnectionHop, type Journey, joinHops, linkKeys, ownKeys } from "@mailtrail/core/trace";
import { idStem } from "../store/hop-terms.ts";
import type { LineReads } from "../store/store.ts";
import { Budget } from "./budget.ts";
import { hiddenCopies, isJoinedByMessageId } from "./hidden-copies.ts";
import { noticesNear } from "./notices-near.ts";
import { soughtNear } from "./sought-near.ts";

export interface GatheredJourney {
	journey: Journey;
	/** its hops; the first is the one that the journey is named after */
	hops: Hop[];
}

const HOPS_MAX = 400;
const ROUNDS_MAX = 10;
/** at first, so that the bound is met before everything is read; each further look takes so many times more */
const KEYS_AT_ONCE = 1_000;
const KEYS_GROW = 4;
/** hops of one key: the nearest in time, so that a repeated Message-ID brings in its neighbours only */
const PER_KEY = 20;
/** more hops of one key than this, and the key tells little */
const OFTEN = 4;
/** how far hosts' clocks may be apart where ids come again */
const CLOCKS_MS = 900_000;
/** how far apart two hosts may log one refusal (`core/trace/journey/answers`) */
const MOMENT_MS = 30_000;
const MEETINGS_MAX = 12;
/** somebody watches, and would see it late */
const WAIT_MS = 1_000;

/** Undefined for a hop that belongs to no journey: a filter's lines without those of the queue it worked for. */
export async function gatherJourney(store: LineReads, start: Hop): Promise<GatheredJourney | undefined> {
	if (isConnectionHop(start)) return undefined;
	const { hops, cut } = await reach(store, [start]);
	const beside = await besideOf(store, hops);
	const journey = await joinedWith(store, start, new Map([...beside, ...hops].map((hop) => [hop.id, hop])));
	if (!journey) return undefined;
	const members = hops.filter((hop) => isPartOf(journey, hop));
	members.sort((a, b) => Number(b.id === journey.id) - Number(a.id === journey.id));
	if (cut) {
		const text = `More than ${HOPS_MAX} stops share this message's ids; the journey is drawn from those nearest in time.`;
		journey.notices.push({ code: "journey-cut", text, values: { most: String(HOPS_MAX) } });
	}
	return { journey, hops: members };
}

/** The journey of `start` among these, with all beside it that makes its joins doubtful; and those of the journeys that it names. */
async function joinedWith(store: LineReads, start: Hop, all: Map<string, Hop>): Promise<Journey | undefined> {
	const asked = new Set<string>();
	for (;;) {
		const hops = [...all.values()];
		const journeys = joinHops(hops);
		const own = journeys.find((each) => isPartOf(each, start));
		if (!own) return undefined;
		const named = namedBy(own);
		const doubtful = journeys.filter((each) => named.has(each.id) && isJoinedByMessageId(each));
		const members = hops.filter((hop) => doubtful.some((each) => isPartOf(each, hop)));
		const fresh = await withTheirs(store, hops, await hiddenCopies(store, members, asked));
		if (fresh.length === 0) return own;
		for (const hop of fresh) all.set(hop.id, hop);
	}
}

/** The journey and those that it names. */
function namedBy({ id, parent, bounces, answers = [], recipients }: Journey): Set<string> {
	const met = recipients.flatMap(({ attempts }) => attempts.flatMap(({ refusal }) => refusal ?? []));
	const named = [...bounces, ...answers, ...met, ...(parent ? [parent] : [])];
	return new Set([id, ...named.map(({ journeyId }) => journeyId)]);
}

/** What no key leads to from these; with what keys reach from there, since a journey is named by its beginning. */
async function besideOf(store: LineReads, hops: readonly Hop[]): Promise<Hop[]> {
	const met = await withTheirs(store, hops, await meetings(store, hops));
	const noticed = await withTheirs(store, hops, await noticesNear(store, hops));
	const sought = await soughtNear(store, [...noticed, ...hops], (starts) => reach(store, starts));
	return [...met, ...(sought ?? [])];
}

/** With what the keys of those that are new lead to. */
async function withTheirs(store: LineReads, hops: readonly Hop[], near: readonly Hop[]): Promise<Hop[]> {
	const known = new Set(hops.map(({ id }) => id));
	const fresh = near.filter(({ id }) => !known.has(id));
	return fresh.length > 0 ? (await reach(store, fresh)).hops : [];
}

/**
 * As `gatherJourney`; but a refusal that a message of ours met is news of that message, and its own row would say the same
 * a second time. `told` names the refusals that the journey tells.
 */
export async function gatherTold(store: LineReads, start: Hop): Promise<ToldJourney | undefined> {
	const gathered = await gatherJourney(store, start);
	const met = gathered?.journey.answers?.[0];
	const [hop] = met ? await store.hopsOfQueue(idStem(met.journeyId)) : [];
	const message = hop && (await gatherJourney(store, hop));
	const told = message ?? gathered;
	return told && { ...told, told: refusalsOf(told.journey) };
}

/** A journey, with the refusals that it tells. */
export type ToldJourney = GatheredJourney & { told: string[] };

export interface GatheredSome {
	/** by the hop that was asked for, as it is now: nothing where no hop has this id any more. What another journey here tells is left out */
	journeys: { hopId: string; gathered?: ToldJourney }[];
	/** how many of the hops were looked at; at least one */
	done: number;
}

/** The journeys of hops, in order, for about so much of this thread's work. */
export async function gatherSome(
	store: LineReads,
	hopIds: readonly string[],
	workMs: number,
): Promise<GatheredSome> {
	const budget = new Budget(WAIT_MS, workMs);
	const members = new Set<string>();
	const journeys: GatheredSome["journeys"] = [];
	let done = 0;
	for (const hopId of hopIds) {
		if (done > 0 && budget.isSpent) break;
		done++;
		if (members.has(hopId)) continue;
		const gathered = await gatherById(store, hopId);
		for (const { id } of gathered?.hops ?? []) members.add(id);
		journeys.push({ hopId, ...(gathered && { gathered }) });
	}
	return { journeys, done };
}

async function gatherById(store: LineReads, hopId: string): Promise<ToldJourney | undefined> {
	const hop = (await store.hopsOfQueue(idStem(hopId))).find((each) => each.id === hopId);
	return hop && gatherTold(store, hop);
}

function refusalsOf(journey: Journey): string[] {
	return journey.recipients.flatMap(({ attempts }) =>
		attempts.flatMap(({ refusal }) => (refusal ? [refusal.journeyId] : [])),
	);
}

/**
 * Hops that may be the other side of a refusal: no id leads there, so those of the same recipient in the same moment are
 * handed to the join, which decides by the words.
 */
async function meetings(store: LineReads, hops: readonly Hop[]): Promise<Hop[]> {
	const known = new Set(hops.map(({ id }) => id));
	const found = new Map<string, Hop>();
	for (const points of meetingPoints(hops)) {
		const times = points.map(({ at }) => at);
		const near = await store.findHops({
			anyOf: points.map(({ recipient }) => ({ field: "recipient", value: recipient })),
			before: { at: Math.max(...times) + MOMENT_MS, tie: 0 },
			endsAfter: Math.min(...times) - MOMENT_MS,
			limit: PER_KEY * points.length,
		});
		for (const { hop } of near) if (!known.has(hop.id) && wasThere(hop, points)) found.set(hop.id, hop);
	}
	return [...found.values()];
}

/** A recipient that was refused, or met a refusal. */
interface MeetingPoint {
	/** lower case */
	recipient: string;
	at: number;
}

/** Whether this hop refused, or met a refusal, at one of these. */
function wasThere(hop: Hop, points: readonly MeetingPoint[]): boolean {
	return refusalsIn(hop).some((refusal) =>
		points.some(
			({ recipient, at }) =>
				(refusal.recipient?.toLowerCase() ?? recipient) === recipient &&
				Math.abs(refusal.at - at) <= MOMENT_MS,
		),
	);
}

function refusalsIn(hop: Hop): { recipient?: string | undefined; at: number }[] {
	return [
		...hop.attempts.filter(({ action, reply }) => reply && (action === "failed" || action === "delayed")),
		...hop.refusals,
	];
}

/** Where somebody was refused, or met a refusal: the newest of them, a bounded number; those of one moment together. */
function meetingPoints(hops: readonly Hop[]): MeetingPoint[][] {
	const distinct = new Map<string, MeetingPoint>();
	for (const { recipient, at } of hops.flatMap(refusalsIn)) {
		if (recipient === undefined) continue;
		const point = { recipient: recipient.toLowerCase(), at };
		distinct.set(`${point.recipient} ${momentOf(at)}`, point);
	}
	const newest = [...distinct.values()].sort((a, b) => b.at - a.at).slice(0, MEETINGS_MAX);
	return [...Map.groupBy(newest, ({ at }) => momentOf(at)).values()];
}

function momentOf(at: number): number {
	return Math.floor(at / MOMENT_MS);
}

async function reach(store: LineReads, starts: readonly Hop[]): Promise<{ hops: Hop[]; cut: boolean }> {
	const hops = new Map(starts.map((start) => [start.id, start]));
	const around = starts[0]?.firstAt ?? 0;
	const asked = new Set<string>();
	let frontier = [...starts];
	for (let round = 0; frontier.length > 0; round++) {
		if (round === ROUNDS_MAX || hops.size > HOPS_MAX) return { hops: [...hops.values()], cut: true };
		const askers = hopsByKey(frontier);
		const fresh = [...askers.keys()].filter((key) => !asked.has(key));
		frontier = [];
		let atOnce = KEYS_AT_ONCE;
		for (let from = 0; from < fresh.length && hops.size <= HOPS_MAX; from += atOnce, atOnce *= KEYS_GROW) {
			const some = fresh.slice(from, from + atOnce);
			for (const key of some) asked.add(key);
			const found = await store.hopsWithKeys(some, around, PER_KEY);
			for (const hop of meantBy(askers, found)) {
				if (!hops.has(hop.id)) frontier.push(hop);
				hops.set(hop.id, hop);
			}
		}
	}
	return { hops: [...hops.values()], cut: false };
}

function hopsByKey(hops: readonly Hop[]): Map<string, Hop[]> {
	const byKey = new Map<string, Hop[]>();
	for (const hop of hops)
		for (const key of [...ownKeys(hop), ...linkKeys(hop)]) byKey.set(key, [...(byKey.get(key) ?? []), hop]);
	return byKey;
}

/**
 * Some ids come again and again: a content filter's are its process and a count, and in a container processes have the same numbers
 * after each start. Of those whose id many have, the ones that were there when the hop was that names it; all, where none was.
 */
function meantBy(askers: ReadonlyMap<string, readonly Hop[]>, found: readonly Hop[]): Hop[] {
	const meant = new Set<Hop>();
	for (const [key, named] of hopsByKey(found)) {
		const there = named.filter((hop) => askers.get(key)?.some((asker) => wereTogether(asker, hop)));
		for (const hop of named.length > OFTEN && there.length > 0 ? there : named)
			if (askers.has(key)) meant.add(hop);
	}
	return found.filter((hop) => meant.has(hop));
}

function wereTogether(a: Hop, b: Hop): boolean {
	const slack = a.host === b.host ? MOMENT_MS : CLOCKS_MS;
	return a.firstAt <= b.lastAt + slack && b.firstAt <= a.lastAt + slack;
}

function isPartOf(journey: Journey, hop: Hop): boolean {
	if (journey.id === hop.id) return true;
	const line = hop.refs[0];
	return journey.recipients.some((recipient) =>
		recipient.path.some(
			(stop) =>
				stop.host === hop.host &&
				stop.queueId === hop.queueId &&
				line !== undefined &&
				stop.lines.includes(line),
		),
	);
}
