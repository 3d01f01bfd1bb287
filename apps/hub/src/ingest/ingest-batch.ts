/**
 * A batch from an agent → the store → the live view. The caller acknowledges what came back as committed, nothing else.
 * The host is the one that the agent enrolled as; what a batch may look like is checked before anything is stored. Whoever watches is
 * told ids only: a hop is read when somebody wants to see it.
 */
import type { Hop } from "@mailtrail/core/trace";
import type { Batch, RefusalReason } from "@mailtrail/core/wire";
import { type LineStore, type NewLine, STORE_FULL } from "../store/store.ts";
import { isQueueless, joinReport, joinWaiting, waitsFor } from "./join-report.ts";
import { readBatch } from "./read-batch.ts";
import { readEvent } from "./read-event.ts";

export type Ingested =
	| { ok: true; id: number; added: number; duplicates: number }
	| { ok: false; reason: RefusalReason; text: string };

/** A batch, or the message that it came in. */
export type Ingest = (host: string, batch: Batch | Uint8Array) => Promise<Ingested>;

/** Ids of hops that are new or others now, and of those that nothing has any more. */
export type Publish = (changed: string[], gone: string[]) => void;

/** a position that a store may refuse: offsets are bytes of one file */
const OFFSET_MAX = 2 ** 40;
const NOT_UNDERSTOOD = "The hub did not understand the agent: not a message of this protocol.";
/** a generation is part of a line's name, which colons part */
const GENERATION = /^[\w.+=/@-]+$/;

/** Batches of one host are handed to the store in the order in which they came, whatever is still being asked for one of them. */
export function createIngest(store: LineStore, publish: Publish, now: () => number): Ingest {
	/** of hosts with a batch that is not handed over yet */
	const asked = new Map<string, Promise<unknown>>();
	return async (host, sent) => {
		const batch = sent instanceof Uint8Array ? readBatch(sent) : sent;
		if (!batch) return malformed(NOT_UNDERSTOOD);
		const fault = faultOf(batch);
		if (fault !== undefined) return malformed(fault);
		const lines: NewLine[] = batch.lines.map(({ offset, event }) => ({ offset, event: readEvent(event) }));
		const handOver = () => commit(store, publish, host, batch, lines, now());
		const before = asked.get(host);
		if (!before && !lines.some(({ event }) => isQueueless(event))) return handOver();
		const handedOver = (before ?? Promise.resolve())
			.then(() => joinReports(store, host, lines, now()))
			.then(() => ({ committed: handOver() }));
		asked.set(host, handedOver);
		const { committed } = await handedOver.finally(() => {
			if (asked.get(host) === handedOver) asked.delete(host);
		});
		return committed;
	};
}

async function commit(
	store: LineStore,
	publish: Publish,
	host: string,
	{ id, from, position, gap }: Batch,
	lines: NewLine[],
	receivedAt: number,
): Promise<Ingested> {
	const record = { host, from, position, lines, ...(gap && { gap }), receivedAt };
	const result = await store.commit(record).catch((error: unknown) => {
		if (error instanceof Error && error.name === STORE_FULL) return error;
		throw error;
	});
	// it comes back: the agent keeps its lines, and its log, until then
	if (result instanceof Error) return { ok: false, reason: "hub-stopping", text: result.message };
	if (result.outcome === "position-jumped") {
		const text = `${position.source}: the batch starts at ${from}, committed is ${result.committed}. Connect again and go on from the position in the welcome.`;
		return { ok: false, reason: "position-jumped", text };
	}
	publish(idsOf(result.changed), result.gone);
	const joined = await joinWaiting(store, host, result.changed, receivedAt);
	if (joined.changed.length > 0) publish(idsOf(joined.changed), joined.gone);
	return { ok: true, id, added: result.added, duplicates: result.duplicates };
}

function malformed(text: string): Ingested {
	return { ok: false, reason: "malformed", text };
}

function idsOf(hops: readonly Hop[]): string[] {
	return hops.map(({ id }) => id);
}

/** Gives the reports among them to their queues, or lets them wait. */
async function joinReports(store: LineStore, host: string, lines: NewLine[], now: number): Promise<void> {
	for (const line of lines) {
		const read = line.event;
		if (!isQueueless(read)) continue;
		line.event = await joinReport(store, host, read, now);
		if (line.event.queueId === undefined) line.waitsFor = waitsFor(host, read.messageId);
	}
}

/** What contradicts itself in a batch; undefined for a sound one. */
function faultOf({ from, position, lines }: Batch): string | undefined {
	if (!GENERATION.test(position.generation))
		return "position.generation may hold letters, digits and . _ + = / @ - only";
	if (position.offset >= OFFSET_MAX) return `position.offset must be below ${OFFSET_MAX}`;
	if (position.offset < from) return "position.offset lies before from";
	let last = from - 1;
	for (const { offset } of lines) {
		if (offset <= last) return "lines must stand in order, none before from";
		last = offset;
	}
	if (lines.length > 0 && last >= position.offset) return "the last line lies behind position.offset";
	return undefined;
}
