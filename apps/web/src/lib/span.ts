/**
 * The span that a page over many messages looks at: how long it is, and up to when. Its end is this moment or a day of the past
 * (`until` of the address, as a search writes it), so that the logs of last year have their pages too. Pure: the moment is given.
 */
import { readTimeSpan } from "@mailtrail/core/query";

export const SPANS = ["1h", "6h", "24h", "7d", "30d"] as const;
export type SpanName = (typeof SPANS)[number];
export const DEFAULT_SPAN: SpanName = "24h";

const HOUR_MS = 3_600_000;
export const SPAN_MS: Record<SpanName, number> = {
	"1h": HOUR_MS,
	"6h": 6 * HOUR_MS,
	"24h": 24 * HOUR_MS,
	"7d": 168 * HOUR_MS,
	"30d": 720 * HOUR_MS,
};

/** What the address holds of it. */
export interface ChosenSpan {
	span: SpanName;
	/** a day or a moment in the viewer's zone; empty, or nothing that can be read: now */
	until: string;
}

/** Where a span ends that does not end now: the first millisecond behind it; a day that is not over ends now. */
export function pastEnd(until: string, now: number, zone: string): number | undefined {
	const end = until === "" ? undefined : readTimeSpan(until, { now, zone })?.end;
	return end === undefined || end >= now ? undefined : end;
}

/** As the hub's figures and a search are asked for it. */
export function spanQuestion(
	{ span, until }: ChosenSpan,
	now: number,
	zone: string,
): { since: string; until?: string } {
	const end = pastEnd(until, now, zone);
	if (end === undefined) return { since: span };
	return { since: isoSecond(end - SPAN_MS[span]), until: isoSecond(end - 1) };
}

/** The same as words of a search. */
export function spanWords(question: { since: string; until?: string }): string[] {
	return Object.entries(question).map(([name, value]) => `${name}:${value}`);
}

/** Whole seconds in UTC: the second that `until:` names belongs to the span. */
export function isoSecond(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
