/**
 * A span cut into pieces for the slider: whole hours, as the hub keeps the flow, so that what a piece shows is of that piece alone.
 * The address holds where the piece begins, so that a link shows the same tomorrow. Pure: the moment is given.
 */
import type { SpanName } from "../../lib/route.ts";

const HOUR = 3_600_000;
const LENGTH: Record<SpanName, number> = {
	"1h": HOUR,
	"6h": 6 * HOUR,
	"24h": 24 * HOUR,
	"7d": 168 * HOUR,
	"30d": 720 * HOUR,
};
/** of one piece */
const STEP: Record<SpanName, number> = {
	"1h": HOUR,
	"6h": HOUR,
	"24h": HOUR,
	"7d": 6 * HOUR,
	"30d": 24 * HOUR,
};

export interface Slice {
	/** of the slider; the one behind the last is the whole span */
	place: number;
	from: number;
	until: number;
	question: { since: string; until?: string };
}

/** How many pieces the span has: the first begins with the hour in which the span does, the last holds this moment. */
export function piecesOf(span: SpanName, now: number): number {
	return Math.ceil((now - startOf(span, now)) / STEP[span]);
}

/** `from`: ISO 8601; what is none stands for the whole span. */
export function sliceOf(span: SpanName, from: string, now: number): Slice {
	const start = startOf(span, now);
	const pieces = piecesOf(span, now);
	const asked = Date.parse(from);
	if (Number.isNaN(asked))
		return { place: pieces, from: start, until: start + pieces * STEP[span], question: { since: span } };
	const begin = floorHour(asked);
	const place = Math.floor((begin - start) / STEP[span]);
	return {
		place: Math.min(pieces - 1, Math.max(0, place)),
		from: begin,
		until: begin + STEP[span],
		// the second that `until` names belongs to the span
		question: { since: iso(begin), until: iso(begin + STEP[span] - 1_000) },
	};
}

/** Where the piece at this place of the slider begins, for the address. */
export function beginOf(span: SpanName, place: number, now: number): string {
	return place >= piecesOf(span, now) ? "" : iso(startOf(span, now) + place * STEP[span]);
}

function startOf(span: SpanName, now: number): number {
	return floorHour(now - LENGTH[span]);
}

function floorHour(ms: number): number {
	return Math.floor(ms / HOUR) * HOUR;
}

function iso(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
