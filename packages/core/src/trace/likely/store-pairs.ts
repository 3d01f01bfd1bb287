/**
 * Which store belongs to which try, of one user on one host. Between a message's arrival and the MTA's line of the try lie the store's
 * session and its line; of several stores and tries those are paired that no other pairing of all of them would part. Where two messages
 * arrived before the first of two stores, and both stores came before the first answer, nothing tells them apart: none is paired.
 */
import { placeOf } from "../hop/place.ts";

/** What a store logged; times of whole seconds are spread over their second. */
export interface Stored {
	at: number;
	ref: string;
	/** when its session began, where its id tells */
	since?: number | undefined;
	/** another message went through its session before: this one may have come in meanwhile */
	isLater?: boolean;
}

/** A delivery as the MTA logged it, and the line by which its message arrived. */
export interface Tried {
	at: number;
	arrival: { at: number; ref: string };
}

export interface Pair<S, T> {
	store: S;
	try: T;
}

/** How long after the store's line the MTA's own may come, and how long before it: Dovecot's lines go through its log process. */
const OPEN_MS = 10_000;
const OVERTAKEN_MS = 250;
/** More copies of one message for one user within seconds than this are not looked at. */
const CROWD_MAX = 300;

/** Stores and tries that could be each other's, directly or by way of others. */
interface Crowd<S, T> {
	stores: Map<S, Set<T>>;
	tries: Map<T, Set<S>>;
}

/**
 * @param stores in time order
 * @param tries in time order
 * @param fits whether nothing speaks against the two
 */
export function pairUp<S extends Stored, T extends Tried>(
	stores: readonly S[],
	tries: readonly T[],
	fits: (store: S, attempt: T) => boolean,
): Pair<S, T>[] {
	const possible = new Map<T, S[]>();
	const offset = offsetOf(stores);
	let first = 0;
	for (const attempt of tries) {
		while ((stores[first]?.at ?? attempt.at) < attempt.at - OPEN_MS) first++;
		const own: S[] = [];
		for (let i = first; i < stores.length; i++) {
			const store = stores[i];
			if (!store || store.at > latest(attempt.at) || own.length > CROWD_MAX) break;
			if (mayBe(store, attempt, offset) && fits(store, attempt)) own.push(store);
		}
		possible.set(attempt, own);
	}
	return crowdsOf(possible).flatMap(forcedPairs);
}

/**
 * How far the log's clock is ahead of the one that the sessions' ids are made by, at most: a session begins before its line. The log may
 * be stamped by another machine, or as it is read.
 */
function offsetOf(stores: readonly Stored[]): number {
	return stores.reduce(
		(least, { at, since }) => Math.min(least, endOf(at) - (since ?? at)),
		Number.POSITIVE_INFINITY,
	);
}

/** The store's session opens after its first message came in, and before the MTA tells how each of them went. */
function mayBe(store: Stored, { at, arrival }: Tried, offset: number): boolean {
	if (isBefore(store, arrival)) return false;
	if (store.since === undefined) return true;
	if (!store.isLater && store.since + offset < arrival.at) return false;
	return store.since > endOf(store.at) || store.since <= endOf(at);
}

/** In one file the places tell; Dovecot's lines go through its log process, and come late but never early. */
function isBefore(store: Stored, arrival: Tried["arrival"]): boolean {
	const [one, other] = [placeOf(store.ref), placeOf(arrival.ref)];
	if (one && other && one.file === other.file) return one.line < other.line;
	return endOf(store.at) < arrival.at;
}

function crowdsOf<S extends Stored, T extends Tried>(possible: ReadonlyMap<T, readonly S[]>): Crowd<S, T>[] {
	const crowds: Crowd<S, T>[] = [];
	const tries = new Map<S, T[]>();
	for (const [attempt, stores] of possible)
		for (const store of stores) {
			const same = tries.get(store);
			if (same) same.push(attempt);
			else tries.set(store, [attempt]);
		}
	const seen = new Set<T>();
	for (const start of possible.keys()) {
		if (seen.has(start)) continue;
		seen.add(start);
		const crowd: Crowd<S, T> = { stores: new Map(), tries: new Map() };
		const queue = [start];
		for (const attempt of queue) {
			const stores = possible.get(attempt) ?? [];
			crowd.tries.set(attempt, new Set(stores));
			for (const store of stores) {
				if (crowd.stores.has(store)) continue;
				const others = tries.get(store) ?? [];
				crowd.stores.set(store, new Set(others));
				for (const other of others) {
					if (seen.has(other)) continue;
					seen.add(other);
					queue.push(other);
				}
			}
		}
		crowds.push(crowd);
	}
	return crowds;
}

/** Where each has its own, a store with one try left has that one, and so has a try with one store. Unequal numbers: a line is missing. */
function forcedPairs<S, T>({ stores, tries }: Crowd<S, T>): Pair<S, T>[] {
	const pairs: Pair<S, T>[] = [];
	if (stores.size !== tries.size || stores.size > CROWD_MAX) return pairs;
	const queue: Pair<S, T>[] = [];
	const pair = (store: S, attempt: T) => queue.push({ store, try: attempt });
	const ifSoleTry = (store: S) => {
		const [only, another] = stores.get(store) ?? [];
		if (only !== undefined && another === undefined) pair(store, only);
	};
	const ifSoleStore = (attempt: T) => {
		const [only, another] = tries.get(attempt) ?? [];
		if (only !== undefined && another === undefined) pair(only, attempt);
	};
	for (const store of stores.keys()) ifSoleTry(store);
	for (const attempt of tries.keys()) ifSoleStore(attempt);
	for (const { store, try: attempt } of queue) {
		if (!stores.get(store)?.has(attempt)) continue;
		pairs.push({ store, try: attempt });
		const [rivals, others] = [stores.get(store) ?? [], tries.get(attempt) ?? []];
		stores.delete(store);
		tries.delete(attempt);
		for (const rival of rivals) if (tries.get(rival)?.delete(store)) ifSoleStore(rival);
		for (const other of others) if (stores.get(other)?.delete(attempt)) ifSoleTry(other);
	}
	return pairs;
}

/** RFC 3164 headers have whole seconds: the line may be from the second's end. */
function endOf(at: number): number {
	return at % 1000 === 0 ? at + 999 : at;
}

function latest(at: number): number {
	return at % 1000 === 0 ? at + 999 : at + OVERTAKEN_MS;
}
