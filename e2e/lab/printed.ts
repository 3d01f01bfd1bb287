/** Journeys as `mailtrail trace --all --json` prints them, as far as they are scored; and what ids they hold. */
import { type TrueStop, withoutRecipient } from "./truth.ts";

interface PrintedStop {
	host: string;
	mta: string;
	queueId?: string;
	lines?: string[];
	link?: { confidence: string };
}

export interface PrintedRecipient {
	recipient: string;
	original: string;
	outcome: string;
	mailbox?: string;
	path: PrintedStop[];
	attempts?: { host: string; queueId?: string }[];
}

export interface PrintedJourney {
	id: string;
	kind: string;
	recipients: PrintedRecipient[];
	bounces: { journeyId: string; recipient?: string; childQueueId: string }[];
	parent?: { journeyId: string };
}

export function readJourneys(text: string): PrintedJourney[] {
	return text
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => JSON.parse(line) as PrintedJourney);
}

/** One id on one host: queue ids repeat from host to host. */
export function place(host: string, id: string): string {
	return `${host} ${withoutRecipient(id)}`;
}

export function stopsOf(entry: PrintedRecipient): TrueStop[] {
	return entry.path.map(({ host, mta, queueId }) => ({
		host,
		mta,
		...(queueId !== undefined && { id: withoutRecipient(queueId) }),
	}));
}

/** Every id that one recipient's entry stands on, tries included. */
export function placesOf(entry: PrintedRecipient): Set<string> {
	const stops = [...entry.path, ...(entry.attempts ?? [])];
	return new Set(stops.flatMap(({ host, queueId }) => (queueId ? [place(host, queueId)] : [])));
}
