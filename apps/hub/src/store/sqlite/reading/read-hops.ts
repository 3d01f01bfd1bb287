/**
 * Hops across slices, newest first. A queue's hops are those of the newest slice that has lines of it; rows of older
 * slices are stale and passed over, so no commit ever has to write two files.
 */
import type { QueryKey } from "@mailtrail/core/query";
import type { Hop } from "@mailtrail/core/trace";
import { hasOneOf, idStem, keyOfQuery, keyTerms, stemTerm } from "../../hop-terms.ts";
import { type FoundHop, type HopRequest, OutOfTime } from "../../store.ts";
import { type HopRow, readHop, type Slice, type SliceBound } from "../slice/slice.ts";
import type { SliceSet } from "../slice/slice-set.ts";

/** A tie is slice number and row number in one: newer slices first, then newer rows. */
const TIE_BASE = 2 ** 32;
const CHUNK = 64;
/** of hops that say something: each may cost looking through many others */
const TEXT_CHUNK = 8;
/** the ends of what a JavaScript date can say */
const NEWEST = 8.64e15;
const OLDEST = -8.64e15;

export function findHops(slices: SliceSet, request: HopRequest): FoundHop[] {
	const found: FoundHop[] = [];
	const waiting = asked(slices, request.anyOf)
		.flatMap((slice) => {
			const range = slice.timeRange();
			// where a search goes on, the newest are behind it
			return range && range.from <= (request.before?.at ?? NEWEST) ? [{ slice, to: range.to }] : [];
		})
		.sort((a, b) => b.to - a.to);
	const walks: { walk: Iterator<Walked>; head: Walked }[] = [];
	const start = (slice: Slice) => {
		const walk = request.says ? walkTexts(slices, slice, request) : walkSlice(slices, slice, request);
		const head = walk.next();
		if (!head.done) walks.push({ walk, head: head.value });
	};
	while (found.length < request.limit) {
		let best = newestOf(walks);
		while (waiting[0] && (best === undefined || waiting[0].to >= best.head.cursor.at)) {
			start(waiting[0].slice);
			waiting.shift();
			best = newestOf(walks);
		}
		if (!best) break;
		const { hop, cursor } = best.head;
		if (hop) found.push({ hop, cursor });
		else if (performance.now() > (request.deadline ?? Number.POSITIVE_INFINITY))
			throw new OutOfTime(found, cursor);
		const next = best.walk.next();
		if (next.done) walks.splice(walks.indexOf(best), 1);
		else best.head = next.value;
	}
	return found;
}

/** Those that may have one of the keys. */
function asked(slices: SliceSet, anyOf: QueryKey[] | undefined): readonly Slice[] {
	if (!anyOf) return slices.newestFirst;
	return slices.holdingOneOf(anyOf.map(keyOfQuery));
}

/** A hop, or how far a slice was looked through without one. */
type Walked = Pick<FoundHop, "cursor"> & Partial<FoundHop>;

function newestOf<T extends { head: Walked }>(walks: T[]): T | undefined {
	return walks.reduce<T | undefined>((best, each) => {
		if (!best) return each;
		const [a, b] = [each.head.cursor, best.head.cursor];
		return a.at > b.at || (a.at === b.at && a.tie > b.tie) ? each : best;
	}, undefined);
}

function* walkSlice(slices: SliceSet, slice: Slice, request: HopRequest): Generator<FoundHop> {
	let bound: SliceBound = firstBound(slice, request);
	for (;;) {
		const rows = rowsBelow(slice, request.anyOf, bound);
		for (const row of rows) {
			if (slices.isStale(slice, row.key)) continue;
			const hop = readHop(row);
			if (request.anyOf && !hasOneOf(hop, request.anyOf)) continue;
			yield { hop, cursor: { at: row.first_at, tie: slice.no * TIE_BASE + row.no } };
		}
		const last = rows.at(-1);
		if (!last || rows.length < CHUNK) return;
		bound = { ...bound, at: last.first_at, no: last.no };
	}
}

function* walkTexts(slices: SliceSet, slice: Slice, request: HopRequest): Generator<Walked> {
	const cursorAt = ({ at, no }: Pick<SliceBound, "at" | "no">) => ({ at, tie: slice.no * TIE_BASE + no });
	for (let bound = firstBound(slice, request); ; ) {
		const { rows, next } = slice.hops.saying(request.says ?? [], bound, TEXT_CHUNK);
		for (const row of rows)
			if (!slices.isStale(slice, row.key))
				yield { hop: readHop(row), cursor: cursorAt({ at: row.first_at, no: row.no }) };
		if (!next) return;
		yield { cursor: cursorAt(next) };
		bound = { ...bound, ...next };
	}
}

function firstBound(slice: Slice, { before, endsAfter = OLDEST }: HopRequest): SliceBound {
	if (!before) return { at: NEWEST, no: 0, endsAfter };
	const tieSlice = Math.floor(before.tie / TIE_BASE);
	const no = slice.no === tieSlice ? before.tie % TIE_BASE : slice.no < tieSlice ? TIE_BASE : 0;
	return { at: before.at, no, endsAfter };
}

function rowsBelow(slice: Slice, anyOf: QueryKey[] | undefined, bound: SliceBound): HopRow[] {
	if (!anyOf) return slice.hops.byTime(bound, CHUNK);
	const lists = anyOf.map((key) => slice.hopRowsByTerm(keyOfQuery(key), bound, CHUNK));
	if (lists.length === 1) return lists[0] ?? [];
	const rows = new Map(lists.flat().map((row) => [row.no, row]));
	return [...rows.values()].sort((a, b) => b.first_at - a.first_at || b.no - a.no).slice(0, CHUNK);
}

/** Of hops alone it is asked whether they are stale, and which slices have them. `but`: a queue whose own hops are not asked for. */
export function hopsWithKeys(
	slices: Pick<SliceSet, "holding" | "isStale">,
	keys: string[],
	around: number,
	perKey: number,
	but?: string,
): Hop[] {
	// A list's hop has a link key for each of ten thousand deliveries: which rows first, then each row once.
	const wanted = new Map<string, { slice: Slice; place: number }>();
	for (const key of keys) {
		const near = keyTerms(key).flatMap((term) =>
			slices
				.holding(term)
				.flatMap((slice) =>
					slice
						.placesNear(term, around, perKey)
						.map(({ place, at }) => ({ slice, place, distance: Math.abs(at - around) })),
				),
		);
		near.sort((a, b) => a.distance - b.distance);
		for (const { slice, place } of near.slice(0, perKey))
			wanted.set(`${slice.no}/${place}`, { slice, place });
	}
	const hops: Hop[] = [];
	for (const { slice, place } of wanted.values()) {
		const row = slice.hops.at(place, but);
		if (row && row.key !== but && !slices.isStale(slice, row.key)) hops.push(readHop(row));
	}
	return hops;
}

export function allWithKey(slices: SliceSet, key: string, atMost: number): Hop[] | undefined {
	const places = keyTerms(key).flatMap((term) => slices.holding(term).map((slice) => ({ slice, term })));
	let count = 0;
	for (const { slice, term } of places) {
		count += slice.countTerm(term, atMost + 1);
		if (count > atMost) return undefined;
	}
	const rows = places.flatMap(({ slice, term }) =>
		slice
			.hopRowsByTerm(term, { at: NEWEST, no: 0, endsAfter: OLDEST }, atMost)
			.filter((row) => !slices.isStale(slice, row.key)),
	);
	return rows.map(readHop);
}

export function hopsOfQueue(slices: SliceSet, stem: string): Hop[] {
	const hops: Hop[] = [];
	const term = stemTerm(stem);
	for (const slice of slices.holding(term)) {
		for (const row of slice.hopRowsByTerm(term, { at: NEWEST, no: 0, endsAfter: OLDEST }, CHUNK)) {
			const hop = readHop(row);
			if (idStem(hop.id) === stem && !slices.isStale(slice, row.key)) hops.push(hop);
		}
	}
	return hops;
}

export function estimate(slices: SliceSet, anyOf: QueryKey[], cap: number): number {
	let total = 0;
	for (const term of anyOf.map(keyOfQuery)) {
		for (const slice of slices.holding(term)) {
			total += slice.countTerm(term, cap - total);
			if (total >= cap) return cap;
		}
	}
	return total;
}
