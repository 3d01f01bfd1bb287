/**
 * A batch from an agent → the store → the live view. The caller acknowledges what came back as committed, nothing else.
 * The host is the one that the agent enrolled as; what a batch may look like is checked before anything is stored.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { Batch, RefusalReason } from "@mailtrail/core/wire";
import type { LiveBus } from "../live/live-bus.ts";
import { type LineStore, type NewLine, STORE_FULL } from "../store/store.ts";
import { isQueueless, joinReport, joinWaiting, waitsFor } from "./join-report.ts";
import { readEvent } from "./read-event.ts";

export type Ingested =
	| { ok: true; added: number; duplicates: number }
	| { ok: false; reason: RefusalReason; text: string };

export type Ingest = (host: string, batch: Batch) => Promise<Ingested>;

/** a position that a store may refuse: offsets are bytes of one file */
const OFFSET_MAX = 2 ** 40;
/** a generation is part of a line's name, which colons part */
const GENERATION = /^[\w.+=/@-]+$/;

export function createIngest(store: LineStore, bus: LiveBus, now: () => number): Ingest {
	return async (host, batch) => {
		const fault = faultOf(batch);
		if (fault) return { ok: false, reason: "malformed", text: fault };
		const lines: NewLine[] = [];
		for (const { offset, event } of batch.lines) {
			lines.push(await newLine(store, host, offset, readEvent(event), now()));
		}
		const { from, position, gap } = batch;
		const record = { host, from, position, lines, ...(gap && { gap }), receivedAt: now() };
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
		bus.publish(result.changed, result.gone);
		const joined = await joinWaiting(store, host, result.changed, now());
		if (joined.changed.length > 0) bus.publish(joined.changed, joined.gone);
		return { ok: true, added: result.added, duplicates: result.duplicates };
	};
}

async function newLine(
	store: LineStore,
	host: string,
	offset: number,
	read: MailEvent,
	now: number,
): Promise<NewLine> {
	if (!isQueueless(read)) return { offset, event: read };
	const event = await joinReport(store, host, read, now);
	return event.queueId === undefined
		? { offset, event, waitsFor: waitsFor(host, read.messageId) }
		: { offset, event };
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
