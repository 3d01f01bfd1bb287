/** Hops by what others call them: the look-ups that joining needs, each built once for the whole set. */
import { isFilterHop } from "../hop/filter-hop.ts";
import type { Hop } from "../hop/hop.ts";
import { nextQueuesOf } from "../hop/keys.ts";

/** The copies are made before the first try (deliver.c sendall), however long the message's recipients took. */
const CLONED_MS = 3_600_000;
/** An entry that was split off has no line of its own before its first try: a host that only queues tries at its next run. */
const SPLIT_MS = 6 * 3_600_000;

export class HopIndex {
	readonly #byQueueId = new Map<string, Hop[]>();
	readonly #byQueueIdOn = new Map<string, Hop[]>();
	readonly #pickedUpFrom = new Map<string, Hop[]>();
	readonly #clones = new Map<string, Hop[]>();
	readonly #filters = new Map<string, Hop[]>();

	/** @param hops in time order */
	constructor(hops: readonly Hop[]) {
		for (const hop of hops) {
			if (!hop.queueId) continue;
			add(this.#byQueueId, hop.queueId, hop);
			add(this.#byQueueIdOn, `${hop.host} ${hop.queueId}`, hop);
			if (hop.uid !== undefined && hop.origin?.queueId)
				add(this.#pickedUpFrom, `${hop.host} ${hop.origin.queueId}`, hop);
			if (hop.mta === "sendmail" && hop.origin?.queueId)
				add(this.#clones, `${hop.host} ${hop.origin.queueId}`, hop);
			if (isFilterHop(hop)) for (const key of filterKeys(hop)) add(this.#filters, key, hop);
		}
	}

	/** Hops of this id, nearest to that time where it was used very often. */
	named(queueId: string, at: number): Hop[] {
		return nearest(this.#byQueueId.get(queueId) ?? [], at);
	}

	/** Those of one host. */
	namedOn(host: string, queueId: string, at: number): Hop[] {
		return nearest(this.#byQueueIdOn.get(`${host} ${queueId}`) ?? [], at);
	}

	/** Hops that pickup took in anew from this queue file (`uid=0 from=<> orig_id=…`). */
	pickedUpFrom(hop: Hop): Hop[] {
		return nearest(this.#pickedUpFrom.get(`${hop.host} ${hop.queueId}`) ?? [], hop.lastAt);
	}

	/** Copies of this message that its own queue made while it was there. */
	clonedFrom(hop: Hop): Hop[] {
		const clones = this.#clones.get(`${hop.host} ${hop.queueId}`) ?? [];
		return clones.filter(
			(clone) => clone !== hop && clone.firstAt >= hop.firstAt && clone.firstAt <= hop.firstAt + CLONED_MS,
		);
	}

	/** Entries of its own queue that it was split into. */
	splitFrom(hop: Hop): Hop[] {
		const { at = 0, queueIds = [] } = hop.split ?? {};
		const entries = queueIds.flatMap((id) => this.namedOn(hop.host, id, at));
		return entries.filter(
			(each) => each !== hop && each.mta === hop.mta && Math.abs(each.firstAt - at) <= SPLIT_MS,
		);
	}

	/** A filter's own hops that passed a message on into this queue. */
	filtersInto(queueId: string, at: number): Hop[] {
		return nearest(this.#filters.get(`into ${queueId}`) ?? [], at);
	}

	/** A filter's own hops that worked for this queue, or that answered with this number of their work. */
	filtersCalled(queueOrTaskId: string, at: number): Hop[] {
		return nearest(this.#filters.get(`called ${queueOrTaskId}`) ?? [], at);
	}
}

/** An id that was used more often than this within one set of logs is looked for around its time only. */
const NEAREST_MAX = 64;

function nearest(hops: Hop[], at: number): Hop[] {
	if (hops.length <= NEAREST_MAX) return hops;
	let low = 0;
	let high = hops.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((hops[middle]?.firstAt ?? at) < at) low = middle + 1;
		else high = middle;
	}
	const from = Math.min(Math.max(low - NEAREST_MAX / 2, 0), hops.length - NEAREST_MAX);
	return hops.slice(from, from + NEAREST_MAX);
}

function filterKeys(hop: Hop): Set<string> {
	const keys = new Set<string>();
	if (hop.filterFor !== undefined) keys.add(`called ${hop.filterFor}`);
	for (const verdict of hop.verdicts) {
		if (verdict.mailId !== hop.queueId) continue;
		if (verdict.taskId !== undefined) keys.add(`called ${verdict.taskId}`);
		for (const id of nextQueuesOf(verdict)) keys.add(`into ${id}`);
	}
	return keys;
}

function add(hops: Map<string, Hop[]>, key: string, hop: Hop): void {
	const same = hops.get(key);
	if (same) same.push(hop);
	else hops.set(key, [hop]);
}
