/** A span cut into equal pieces for the slider: each piece as the question asks for it. Pure: the moment is given. */
import type { SpanName } from "../../lib/route.ts";

/** places of the slider; the one behind the last is the whole span */
export const SLICES = 24;

const HOUR = 3_600_000;
const LENGTH: Record<SpanName, number> = {
	"1h": HOUR,
	"6h": 6 * HOUR,
	"24h": 24 * HOUR,
	"7d": 168 * HOUR,
	"30d": 720 * HOUR,
};

export interface Slice {
	from: number;
	until: number;
	question: { since: string; until?: string };
}

export function sliceOf(span: SpanName, slice: number, now: number): Slice {
	const start = now - LENGTH[span];
	if (slice >= SLICES) return { from: start, until: now, question: { since: span } };
	const length = LENGTH[span] / SLICES;
	const from = start + slice * length;
	const iso = (ms: number) => new Date(ms).toISOString();
	return { from, until: from + length, question: { since: iso(from), until: iso(from + length) } };
}
