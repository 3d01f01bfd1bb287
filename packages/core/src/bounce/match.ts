/**
 * A bounce → the journey that it is about. The queue id at the host that reports is proof; Message-ID and recipient
 * together, or the time of arrival with sender and recipient, are likely. Two journeys that fit equally well: none.
 */
import type { Journey, JourneyRecipient } from "../trace/index.ts";
import type { BounceReport } from "./report.ts";

export interface BounceMatch {
	journey: Journey;
	/** whom of the journey it is about; absent where the report names nobody of it */
	recipient?: JourneyRecipient;
	via: "queue-id" | "message-id" | "arrival";
	confidence: "proven" | "likely";
}

/** Clocks and the second's rounding; a report says when its own host took the message. */
const ARRIVAL_SLACK = 2000;

type Facts = Pick<
	BounceReport,
	"queueId" | "originalMessageId" | "recipient" | "originalRecipient" | "originalSender" | "arrivalDate"
>;

export function matchBounce(report: Facts, journeys: readonly Journey[]): BounceMatch | undefined {
	const fitting = journeys.filter((journey) => !contradicts(report, journey));
	const byQueue = fitting.filter(
		(journey) => report.queueId !== undefined && hasQueue(journey, report.queueId),
	);
	const one = sole(byQueue, report, "queue-id", "proven");
	if (one || byQueue.length > 0) return one;
	const byId = fitting.filter(
		(journey) =>
			report.originalMessageId !== undefined && journey.messageIds.includes(report.originalMessageId),
	);
	const known = sole(byId, report, "message-id", "likely");
	if (known || byId.length > 0) return known;
	return sole(
		fitting.filter((journey) => arrivedThen(journey, report)),
		report,
		"arrival",
		"likely",
	);
}

/** A queue id is used again, a Message-ID is forged: what else the report says must agree. */
function contradicts(report: Facts, journey: Journey): boolean {
	const { originalMessageId } = report;
	if (originalMessageId !== undefined && journey.messageIds.length > 0) {
		if (!journey.messageIds.includes(originalMessageId)) return true;
	}
	return names(report).length > 0 && recipientOf(journey, report) === undefined;
}

function names({ recipient, originalRecipient }: Facts): string[] {
	return [recipient, originalRecipient].flatMap((name) => name?.toLowerCase() ?? []);
}

function recipientOf(journey: Journey, report: Facts): JourneyRecipient | undefined {
	const wanted = names(report);
	const isNamed = (address: string | undefined) =>
		address !== undefined && wanted.includes(address.toLowerCase());
	return (
		journey.recipients.find(({ recipient }) => isNamed(recipient)) ??
		journey.recipients.find(({ original }) => isNamed(original))
	);
}

function hasQueue(journey: Journey, queueId: string): boolean {
	return journey.recipients.some(({ path }) => path.some((stop) => stop.queueId === queueId));
}

function arrivedThen(journey: Journey, { arrivalDate, originalSender, recipient }: Facts): boolean {
	if (arrivalDate === undefined || recipient === undefined) return false;
	if (originalSender === undefined || journey.sender?.toLowerCase() !== originalSender.toLowerCase())
		return false;
	const arrived = Date.parse(arrivalDate.replace(/\s*\([^()]*\)\s*$/, ""));
	if (Number.isNaN(arrived)) return false;
	return journey.recipients.some(({ path }) =>
		path.some(
			({ receivedAt }) =>
				receivedAt !== undefined && Math.abs(Date.parse(receivedAt) - arrived) <= ARRIVAL_SLACK,
		),
	);
}

function sole(
	journeys: readonly Journey[],
	report: Facts,
	via: BounceMatch["via"],
	confidence: BounceMatch["confidence"],
): BounceMatch | undefined {
	const [journey, second] = journeys;
	if (!journey || second) return undefined;
	const recipient = recipientOf(journey, report);
	return { journey, via, confidence, ...(recipient && { recipient }) };
}
