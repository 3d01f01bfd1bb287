/**
 * What became of batches that were read and not acknowledged, when a hub welcomes the agent: they outlive a lost
 * connection and the agent, because the lines may be gone from the logs by then.
 */
import type { Batch, Position } from "@mailtrail/core/wire";
import { readPartId } from "../sources/part.ts";

export interface SentBatch {
	id: number;
	from: number;
	position: Position;
	lines: number;
}

/** Batches that are on their way at a time. */
export const IN_FLIGHT_MAX = 8;
/** Of them, of what was waiting at the start: a new line never stands behind more. */
export const WAITING_IN_FLIGHT_MAX = 1;

const WRITTEN_FROM = /^\{"type":"batch","id":\d{1,16},"from":(\d{1,16}),/;
const WRITTEN_FROM_MAX = 80;

export interface Settled {
	/** the hub has them */
	committed: SentBatch[];
	/** to be sent, in this order */
	again: SentBatch[];
	/** cannot be sent, because the hub lacks what was before them */
	unfit: SentBatch[];
	/** where the hub will be after these, by generation */
	expected: Position[];
	/** the hub's positions and ours do not fit together: the source has to start over from the expected ones */
	broken: boolean;
}

/**
 * Compares one source's batches with the hub's positions. `reached` says where the source goes on reading, by
 * generation: exactly where these batches end, or the source starts over.
 */
export function settle(
	sent: readonly SentBatch[],
	positions: readonly Position[],
	reached: ReadonlyMap<string, number>,
): Settled {
	const expected = new Map(positions.map((each) => [each.generation, each]));
	const offsetOf = (generation: string) => expected.get(generation)?.offset ?? 0;
	const settled: Omit<Settled, "expected"> = { committed: [], again: [], unfit: [], broken: false };
	for (const each of sent) {
		const batch = inKnownPart(each, expected);
		const { generation, offset } = batch.position;
		const next = offsetOf(generation);
		if (batch.from < next && offset <= next) settled.committed.push(batch);
		else if (batch.from <= next) {
			// a part of it may have been sent in another batch, by an earlier life
			settled.again.push({ ...batch, from: next });
			expected.set(generation, batch.position);
		} else settled.unfit.push(batch);
	}
	settled.broken = settled.unfit.length > 0;
	for (const [generation, offset] of reached) if (offsetOf(generation) !== offset) settled.broken = true;
	return { ...settled, expected: [...expected.values()] };
}

/**
 * Who started from older positions than the hub's may have parted a content where the hub has it as one: what begins where a part ends
 * that the hub has, or within it, belongs there.
 */
function inKnownPart(batch: SentBatch, positions: ReadonlyMap<string, Position>): SentBatch {
	const { generation: id } = batch.position;
	if (positions.has(id)) return batch;
	const { generation, start } = readPartId(id);
	for (const known of positions.values()) {
		const part = readPartId(known.generation);
		const shift = start - part.start;
		const from = batch.from + shift;
		if (part.generation !== generation || shift <= 0 || from > known.offset) continue;
		const offset = batch.position.offset + shift;
		return { ...batch, from, position: { ...batch.position, generation: known.generation, offset } };
	}
	return batch;
}

/** How a batch is sent: as it was written, or without the lines that the hub has, in the part that they belong to. */
export function asPlaced({ from, position }: SentBatch, json: string): string {
	const [, written] = WRITTEN_FROM.exec(json.slice(0, WRITTEN_FROM_MAX)) ?? [];
	if (written === undefined || Number(written) === from) return json;
	const batch = JSON.parse(json) as Batch;
	const shift = position.offset - batch.position.offset;
	const lines = batch.lines
		.map((line) => ({ ...line, offset: line.offset + shift }))
		.filter(({ offset }) => offset >= from);
	return JSON.stringify({ ...batch, from, position, lines });
}
