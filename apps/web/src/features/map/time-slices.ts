/**
 * A span cut into equal pieces for the slider. The address holds where the piece begins, so that a link shows the same tomorrow.
 * Pure: the moment is given.
 */
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
	/** of the slider */
	place: number;
	from: number;
	until: number;
	question: { since: string; until?: string };
}

/** `from`: ISO 8601; what is none stands for the whole span. */
export function sliceOf(span: SpanName, from: string, now: number): Slice {
	const begin = Date.parse(from);
	const start = now - LENGTH[span];
	if (Number.isNaN(begin)) return { place: SLICES, from: start, until: now, question: { since: span } };
	const length = LENGTH[span] / SLICES;
	const place = Math.round((begin - start) / length);
	return {
		place: Math.min(SLICES - 1, Math.max(0, place)),
		from: begin,
		until: begin + length,
		question: { since: iso(begin), until: iso(begin + length) },
	};
}

/** Where the piece at this place of the slider begins, for the address. */
export function beginOf(span: SpanName, place: number, now: number): string {
	return place >= SLICES ? "" : iso(now - LENGTH[span] + (place * LENGTH[span]) / SLICES);
}

function iso(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
