/**
 * Lines that were broken in two on their way (copied from a web page, wrapped by a terminal), put together again. A line
 * without a header is taken for the rest of the one before only where the whole then says more than its beginning did,
 * so prose between log lines never joins. Pure; `parse` itself stays one event per line.
 */
import { isContinuation } from "../syslog/index.ts";
import { type ParseOptions, parseLine } from "./parse-line.ts";

/**
 * The whole line, if `next` is the rest of `previous`; else undefined. Give it only neighbours of one file, the line as it
 * stands (a line already joined may be given again: lines may be broken more than once).
 */
export function rejoin(previous: string, next: string, options: ParseOptions): string | undefined {
	if (!isContinuation(next) || previous.length + next.length > LONGEST) return undefined;
	const before = weigh(previous, options);
	if (before === 0) return undefined;
	// the break may have eaten a space
	const [close, apart] = [previous + next, `${previous} ${next}`];
	const [closeWeight, apartWeight] = [weigh(close, options), weigh(apart, options)];
	if (Math.max(closeWeight, apartWeight) <= before) return undefined;
	return apartWeight > closeWeight ? apart : close;
}

/** No log line that a page broke is longer. */
const LONGEST = 10_000;

/**
 * Lines of one file with each broken one made whole. As many come out as go in, each at its own place: the first half
 * becomes the whole line, the second half stays as it was and reads as `unparsed`.
 */
export function rejoinBroken(lines: readonly string[], options: ParseOptions): string[] {
	const result = [...lines];
	let head = 0;
	for (let place = 1; place < lines.length; place++) {
		const whole = rejoin(result[head] as string, lines[place] as string, options);
		if (whole === undefined) head = place;
		else result[head] = whole;
	}
	return result;
}

/** How much a line says: its fields, those inside fields too. */
function weigh(raw: string, options: ParseOptions): number {
	const { raw: _, ...event } = parseLine(raw, options);
	if (event.kind === "unparsed" || event.kind === "foreign") return event.program === undefined ? 0 : 1;
	return countFields(event) + 1;
}

function countFields(value: object): number {
	let count = 0;
	for (const field of Object.values(value)) {
		count += typeof field === "object" && field !== null ? countFields(field) : 1;
	}
	return count;
}
