/** Raw lines become a batch: core says what each line means. */
import { createLineParser, type LineParser, rejoinBroken } from "@mailtrail/core/parse";
import type { Batch } from "@mailtrail/core/wire";
import type { Reading } from "../sources/source.ts";

const DAY_MS = 86_400_000;

export interface BatchBuilder {
	build(id: number, reading: Reading): Batch;
}

/** A builder for one source. A line cannot be later than the last write to its file: that gives the year to headers without one. */
export function createBatchBuilder(zone: string, now: () => number): BatchBuilder {
	const parser: LineParser = createLineParser({ zone, now: now() });
	return {
		build(id, { from, position, lines, writtenBy, gap }) {
			const latest = Math.min(now(), writtenBy + DAY_MS);
			parser.setNow(latest);
			const whole = rejoinBroken(
				lines.map(({ text }) => text),
				{ zone, now: latest },
			);
			const batch: Batch = {
				type: "batch",
				id,
				from,
				position,
				lines: lines.map(({ offset, text, event }, i) => ({
					offset,
					event: event ?? parser.parse(whole[i] ?? text),
				})),
			};
			if (gap) batch.gap = gap;
			return batch;
		},
	};
}
