/** Small journeys for the tests of this folder. */
import type { Journey, JourneyRecipient, Outcome, Stop } from "@mailtrail/core/trace";

export function madeUpStop(host: string, queueId: string, receivedAt?: string, mta = "postfix"): Stop {
	return { host, mta, queueId, lines: [], ...(receivedAt === undefined ? {} : { receivedAt }) };
}

export function madeUpRecipient(
	recipient: string,
	outcome: Outcome,
	path: Stop[],
	more: Partial<JourneyRecipient> = {},
): JourneyRecipient {
	return { recipient, original: recipient, outcome, path, attempts: [], ...more };
}

export function madeUpJourney(recipients: JourneyRecipient[]): Journey {
	return { id: "a/1/x", kind: "message", messageIds: [], recipients, bounces: [], notices: [] };
}
