/**
 * Batches in one transaction of one file: the lines that are new, the hops of every queue that they touch, the counts,
 * a gap if there is one, and the positions. Folding is order-free, so a queue's hops are simply folded again from all its
 * lines, those of older slices included, and stand in the newest slice from then on.
 */
import {
	foldQueue,
	type Hop,
	isSessionKey,
	type LocatedEvent,
	makesSessionHop,
	queueKeys,
} from "@mailtrail/core/trace";
import { nameOfLines } from "../../line-ref.ts";
import type { CommitResult, LineBatch } from "../../store.ts";
import { inTransaction } from "../open-database.ts";
import { readHop } from "../slice/slice.ts";
import { eventsOf } from "../slice/slice-lines.ts";
import { waitingKey } from "./waiting-key.ts";
import { isDone, type SliceWriter } from "./slice-writer.ts";
import type { Slices } from "../slice/slices.ts";

export type Changes = Pick<Extract<CommitResult, { outcome: "committed" }>, "changed" | "gone">;
type Committed = Extract<CommitResult, { outcome: "committed" }> & { unparsed: number };

/** A batch with the position that its source has reached before it. */
export interface GroupItem {
	batch: LineBatch;
	committed: number;
}

/** Lines of a queue that are new, and the batch that brought the last of them. */
interface Touched {
	events: LocatedEvent[];
	/** as the slice numbers them */
	ids: number[];
	by: Committed;
}

/**
 * Batches of several agents, or of one that is fast, in one transaction: each queue is folded once. Throws with nothing
 * stored; the caller then reopens the slice.
 */
export function commitGroup(slices: Slices, group: readonly GroupItem[]): Committed[] {
	slices.rollIfFull();
	const { writer } = slices;
	return inTransaction(writer.slice.db, () => {
		const touched = new Map<string, Touched>();
		const results = group.map(({ batch, committed }) => addLines(writer, batch, committed, touched));
		for (const [key, { events, ids, by }] of touched) {
			writer.lines.queues.add(key, ids);
			refold(slices, key, events, by);
		}
		writer.finish();
		for (const [i, { batch, committed }] of group.entries()) {
			const { host, gap, position, receivedAt } = batch;
			const { added = 0, unparsed = 0 } = results[i] ?? {};
			if (added > 0) writer.addCounts(host, added, unparsed);
			if (gap) writer.addGap(host, receivedAt, position.source, gap);
			if (position.offset >= committed) writer.setPosition(host, position, receivedAt);
		}
		return results;
	});
}

/** Stores the lines behind `committed`, and notes which queues they touch. */
function addLines(
	writer: SliceWriter,
	batch: LineBatch,
	committed: number,
	touched: Map<string, Touched>,
): Committed {
	const { host, position } = batch;
	const result: Committed = {
		outcome: "committed",
		added: 0,
		duplicates: 0,
		changed: [],
		gone: [],
		unparsed: 0,
	};
	const { source, generation } = position;
	// what lies before the position is a repetition: lines of a content come in order, and a batch ends behind its last one
	if (batch.lines.length === 0) return result;
	const no = writer.lines.numberOf({ host, source, generation });
	const name = nameOfLines({ host, source, generation });
	for (const line of batch.lines) {
		const { offset, event, waitsFor } = line;
		const waits = waitsFor === undefined ? undefined : waitingKey(waitsFor);
		const id = offset < committed ? undefined : writer.lines.add(no, host, line, waits);
		if (id === undefined) {
			result.duplicates++;
			continue;
		}
		result.added++;
		if (event.kind === "unparsed") result.unparsed++;
		const keys = queueKeys(host, event);
		if (keys.length === 0) continue;
		const located = { host, ref: name + offset, generation, order: offset, event };
		for (const key of keys) {
			const queue = touched.get(key);
			if (queue) {
				queue.events.push(located);
				queue.ids.push(id);
				queue.by = result;
			} else touched.set(key, { events: [located], ids: [id], by: result });
		}
	}
	return result;
}

/** Folds a queue anew from all its lines; `added` are those that are new. */
export function refold(slices: Slices, key: string, added: LocatedEvent[], result: Changes): void {
	const { writer } = slices;
	const { queues } = writer.lines;
	const isNew = queues.idsOf(key).length === added.length;
	const isShown = writer.hasHops(key);
	if (isQuietSession(key, added) && !isShown && !slices.set.othersShow(key, writer.slice)) return;
	const earlier = slices.set.othersWith(key, writer.slice);
	const shownBefore = isShown ? [] : (earlier[0]?.hopRowsOf(key) ?? []);
	// most queues come and go within one commit: their lines need not be read back
	const here = isNew ? added : eventsHere(writer, key, added);
	const events = [...earlier.flatMap((slice) => eventsOf(slice, key)), ...here];
	const hops = foldQueue(key, events);
	if (earlier.length > 0 && hops.length === 0) writer.lines.goesOnHere(key);
	writer.takeOver(shownBefore);
	if (earlier[0]) slices.tookOver(key, earlier[0]);
	const { changed, gone } = writer.replaceHops(key, hops);
	if (!namesAll(hops, events)) writer.lines.keyUnnamed(key, here, hops);
	if (hops.every(isDone)) queues.forget(key);
	else queues.keep(key, here);
	result.changed.push(...changed);
	result.gone.push(...gone);
	for (const row of shownBefore) {
		const { id } = readHop(row);
		if (!hops.some((hop) => hop.id === id)) result.gone.push(id);
	}
}

/** Most sessions make no hop, and one process serves a client for hours: older slices are not searched for its lines. */
export function isQuietSession(key: string, events: readonly LocatedEvent[]): boolean {
	return isSessionKey(key) && !events.some(({ event }) => makesSessionHop(event));
}

/** True only where every line is named by its hop; of none, all are found by keys when the slice is closed. */
function namesAll(hops: readonly Hop[], events: readonly LocatedEvent[]): boolean {
	return hops.length === 0 || (hops.length === 1 && hops[0]?.refs.length === events.length);
}

function eventsHere(writer: SliceWriter, key: string, added: LocatedEvent[]): readonly LocatedEvent[] {
	const earlier = writer.lines.queues.eventsOf(key, added.length);
	return earlier ? [...earlier, ...added] : writer.lines.eventsOf(key);
}
