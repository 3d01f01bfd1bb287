/**
 * A span cut into pieces for the slider: whole hours, as the hub keeps the flow, so that what a piece shows is of that piece alone.
 * The address holds where the piece begins, so that a link shows the same tomorrow. Pure: `end`, where the span ends, is given.
 */
import { isoSecond, SPAN_MS, type SpanName } from "../../lib/span.ts";

const HOUR = 3_600_000;
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
	/** undefined: the whole span, which is asked for by its name */
	question: { since: string; until: string } | undefined;
}

/** How many pieces the span has: the first begins with the hour in which the span does, the last holds its end. */
export function piecesOf(span: SpanName, end: number): number {
	return Math.ceil((end - startOf(span, end)) / STEP[span]);
}

/** `from`: ISO 8601; what is none stands for the whole span. */
export function sliceOf(span: SpanName, from: string, end: number): Slice {
	const start = startOf(span, end);
	const pieces = piecesOf(span, end);
	const asked = Date.parse(from);
	if (Number.isNaN(asked))
		return { place: pieces, from: start, until: start + pieces * STEP[span], question: undefined };
	const begin = floorHour(asked);
	const place = Math.floor((begin - start) / STEP[span]);
	return {
		place: Math.min(pieces - 1, Math.max(0, place)),
		from: begin,
		until: begin + STEP[span],
		question: { since: isoSecond(begin), until: isoSecond(begin + STEP[span] - 1) },
	};
}

/** Where the piece at this place of the slider begins, for the address. */
export function beginOf(span: SpanName, place: number, end: number): string {
	return place >= piecesOf(span, end) ? "" : isoSecond(startOf(span, end) + place * STEP[span]);
}

function startOf(span: SpanName, end: number): number {
	return floorHour(end - SPAN_MS[span]);
}

function floorHour(ms: number): number {
	return Math.floor(ms / HOUR) * HOUR;
}
