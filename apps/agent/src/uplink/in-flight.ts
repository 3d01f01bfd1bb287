/**
 * Batches that were sent and not acknowledged yet: a bounded number, so that memory is. They outlive a lost connection,
 * because the lines may be gone from disk by then; after the next welcome they are compared with what the hub has.
 */
import type { Position } from "@mailtrail/core/wire";

export interface SentBatch {
	id: number;
	from: number;
	position: Position;
	lines: number;
	/** as sent */
	json: string;
}

/** Batches that are on their way at a time. */
export const IN_FLIGHT_MAX = 8;
/** Of them, of what was waiting at the start: a new line never stands behind more. */
export const WAITING_IN_FLIGHT_MAX = 2;

export interface Settled {
	/** the hub has them */
	committed: SentBatch[];
	/** to be sent again, in this order */
	again: SentBatch[];
	/** the hub's positions and ours do not fit together: the source has to start over from the hub's */
	broken: boolean;
}

/**
 * Compares one source's batches in flight with the hub's positions. `reached` says where the source goes on reading, by
 * generation: exactly there, or the source starts over.
 */
export function settle(
	sent: readonly SentBatch[],
	positions: readonly Position[],
	reached: ReadonlyMap<string, number>,
): Settled {
	const expected = new Map(positions.map((each) => [each.generation, each.offset]));
	const settled: Settled = { committed: [], again: [], broken: false };
	for (const batch of sent) {
		const { generation, offset } = batch.position;
		const next = expected.get(generation) ?? 0;
		if (batch.from < next && offset <= next) settled.committed.push(batch);
		else if (batch.from === next) {
			settled.again.push(batch);
			expected.set(generation, offset);
		} else settled.broken = true;
	}
	for (const [generation, offset] of reached) {
		if ((expected.get(generation) ?? 0) !== offset) settled.broken = true;
	}
	return settled;
}
