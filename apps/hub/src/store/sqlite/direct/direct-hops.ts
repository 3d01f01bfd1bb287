/**
 * The hops of lines in memory, with what the store has of their queues in older slices, as a commit of each would make them
 * (`writing/commit-batch.ts`): a queue's hops stand in the newest slice that has lines of it, and their share of the sums is
 * taken away where they stood before.
 */
import { foldQueue, type Hop } from "@mailtrail/core/trace";
import { nextIdOf } from "../../hop-peers.ts";
import type { PackedHop } from "../packed/hop-block.ts";
import { hopsWithKeys } from "../reading/read-hops.ts";
import type { HopRow, Slice } from "../slice/slice.ts";
import { eventsOf } from "../slice/slice-lines.ts";
import type { SliceSet } from "../slice/slice-set.ts";
import { OwnPeers } from "../writing/own-peers.ts";
import { ownText, type SliceWriter } from "../writing/slice-writer.ts";
import type { DirectLine, DirectLines, DirectQueue } from "./direct-lines.ts";

/** of one id, those nearest in time */
const NEAR = 4;

export interface DirectHops {
	/** in the order in which the slice has them */
	hops: PackedHop[];
	/** as they stand in older slices, from where their queues go on here */
	before: { row: HopRow; slice: Slice }[];
	/** lines of queues that no hop of theirs names */
	loose: [key: string, line: number][];
	/** how many peers are known with them */
	peers: number;
}

/** `writer` is the newest slice's, which is empty: what the hops teach of our own hosts is written there. */
export function foldDirect(direct: DirectLines, set: SliceSet, writer: SliceWriter): DirectHops {
	const found: DirectHops = { hops: [], before: [], loose: [], peers: 0 };
	for (const [key, queue] of direct.queues) foldOne(found, key, queue, direct, set, writer.slice);
	found.hops.sort((a, b) => a.firstAt - b.firstAt);
	const own = learnPeers(found.hops, set, writer);
	for (const [place, each] of found.hops.entries()) {
		each.no = place + 1;
		const text = ownText(own.among(each.hop));
		if (text !== null) each.own = text;
	}
	found.peers = own.size;
	return found;
}

function foldOne(
	found: DirectHops,
	key: string,
	{ isQuiet, lines: own }: DirectQueue,
	direct: DirectLines,
	set: SliceSet,
	newest: Slice,
): void {
	const isAlone = set.newestFirst.length === 1;
	const isOlder = !isAlone && (!isQuiet || set.othersShow(key, newest));
	const earlier = isOlder ? set.othersWith(key, newest) : [];
	if (isQuiet && earlier.length === 0) {
		for (const line of own) found.loose.push([key, direct.idOf(line)]);
		return;
	}
	const lines = own.map((line) => direct.at(line));
	const events =
		earlier.length === 0 ? lines : [...earlier.flatMap((slice) => eventsOf(slice, key)), ...lines];
	const hops = foldQueue(key, events);
	const [last] = earlier;
	if (last) for (const row of last.hopRowsOf(key)) found.before.push({ row, slice: last });
	for (const hop of hops)
		found.hops.push({
			no: 0,
			key,
			firstAt: Math.trunc(hop.firstAt),
			lastAt: Math.trunc(hop.lastAt),
			hop,
		});
	addLoose(found, key, lines, hops);
}

function addLoose({ loose }: DirectHops, key: string, lines: DirectLine[], hops: readonly Hop[]): void {
	const [first] = hops;
	if (!first) for (const { id } of lines) loose.push([key, id]);
	else if (hops.length > 1 || first.refs.length !== lines.length) {
		const named = new Set(hops.flatMap(({ refs }) => refs));
		for (const { id, ref } of lines) if (!named.has(ref)) loose.push([key, id]);
	}
}

/** What these hops and those in older slices tell of which relays and clients are ours. */
function learnPeers(hops: readonly PackedHop[], set: SliceSet, writer: SliceWriter): OwnPeers {
	const byId = new Map<string, Hop[]>();
	const add = (id: string | undefined, hop: Hop) => {
		if (id === undefined) return;
		const same = byId.get(id);
		if (same) same.push(hop);
		else byId.set(id, [hop]);
	};
	for (const { hop } of hops) {
		add(hop.queueId, hop);
		for (const attempt of hop.attempts) add(nextIdOf(attempt), hop);
	}
	// the newest is empty, and to look into it costs as much as to look into one that is not
	const closed = {
		holding: (term: string) => set.holding(term).filter((slice) => slice !== writer.slice),
		isStale: (slice: Slice, key: string) => set.isStale(slice, key),
	};
	const own = new OwnPeers(writer.slice, (key, around) => {
		const here = byId.get(key.slice("q:".length)) ?? [];
		const older = hopsWithKeys(closed, [key], around, NEAR);
		if (here.length + older.length < 2) return [...here, ...older];
		const far = ({ firstAt }: Hop) => Math.abs(firstAt - around);
		return [...here, ...older].sort((a, b) => far(a) - far(b)).slice(0, NEAR);
	});
	for (const { hop } of hops) own.learn(writer, hop);
	return own;
}
