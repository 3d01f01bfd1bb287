/**
 * What became of batches that were read and not acknowledged, when a hub welcomes the agent: they outlive a lost
 * connection and the agent, because the lines may be gone from the logs by then.
 */
import type { Position } from "@mailtrail/core/wire";

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

export interface Settled {
	/** the hub has them */
	committed: SentBatch[];
	/** to be sent, in this order */
	again: SentBatch[];
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
	const settled: Omit<Settled, "expected"> = { committed: [], again: [], broken: false };
	for (const batch of sent) {
		const { generation, offset } = batch.position;
		const next = offsetOf(generation);
		if (batch.from < next && offset <= next) settled.committed.push(batch);
		else if (batch.from === next) {
			settled.again.push(batch);
			expected.set(generation, batch.position);
		} else settled.broken = true;
	}
	for (const [generation, offset] of reached) if (offsetOf(generation) !== offset) settled.broken = true;
	return { ...settled, expected: [...expected.values()] };
}
