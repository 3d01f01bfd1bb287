/**
 * What one journey shows of its lines. A stop's lines stand with every recipient who passed it: a message to thousands would repeat
 * all of its lines thousands of times. Where they are too many, the first recipient of a stop shows all of them and the others the
 * stop's first ones and their own. Leaves the entries of any usual message as they are.
 */
import type { JourneyRecipient, Stop } from "./journey.ts";

/** So many places of lines one journey names: some 30 MB as JSON. */
const PLACES_MAX = 1_000_000;
/** The arrival, the Message-ID, the sender, what filters said. */
const FIRST_LINES = 20;

/** The entries, and whether something was left out. */
export function withBoundedLines(
	recipients: JourneyRecipient[],
	max = PLACES_MAX,
): { recipients: JourneyRecipient[]; shortened: boolean } {
	const places = recipients.reduce(
		(sum, { path }) => sum + path.reduce((own, stop) => own + stop.lines.length, 0),
		0,
	);
	if (places <= max) return { recipients, shortened: false };
	const told = new Set<readonly string[]>();
	return { recipients: recipients.map((entry) => withOwnLines(entry, told)), shortened: true };
}

/** @param told lines of stops that an earlier entry shows */
function withOwnLines(entry: JourneyRecipient, told: Set<readonly string[]>): JourneyRecipient {
	const path = entry.path.map((stop) => {
		if (!told.has(stop.lines)) {
			told.add(stop.lines);
			return stop;
		}
		return { ...stop, lines: ownLines(stop, entry) };
	});
	return { ...entry, path };
}

function ownLines(stop: Stop, { attempts }: JourneyRecipient): string[] {
	const tries = attempts.flatMap(({ host, queueId, line }) =>
		line !== undefined && host === stop.host && queueId === stop.queueId ? [line] : [],
	);
	return [...new Set([...stop.lines.slice(0, FIRST_LINES), ...tries])];
}
