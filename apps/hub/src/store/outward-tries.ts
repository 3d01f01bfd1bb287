/**
 * What one delivery line says about the way to a destination: one try per domain that it names. Kept with the line and
 * never changed, so that figures over many messages need neither fold nor join, and no try counts twice.
 */
import { causeOf } from "@mailtrail/core/diagnose";
import type { MailEvent } from "@mailtrail/core/event";

export type TryResult = "accepted" | "delayed" | "failed";

export interface OutwardTry {
	/** epoch milliseconds by the host's clock */
	at: number;
	/** the recipients' domain, in lower case */
	destination: string;
	/** whom the host spoke to, by name or else address; empty where no connection came about */
	relay: string;
	result: TryResult;
	/** why, where it was not accepted; else empty */
	cause: string;
	queueId: string;
	/** the id that the remote gave the message, or empty: if a host of ours knows it, this was a hand-over among us */
	next: string;
}

const TEXT_MAX = 255;

export function outwardTries(event: MailEvent): OutwardTry[] {
	if (event.kind !== "delivery" || event.queueId === undefined || event.at === undefined) return [];
	const result = resultOf(event);
	// What a host delivers itself (mailbox, program, alias) goes nowhere.
	if (!result || event.transport !== undefined) return [];
	const { relay, queueId } = event;
	const to = relay?.name ?? relay?.ip ?? "";
	if (result === "accepted" && to === "") return [];
	const cause = result === "accepted" ? "" : causeOf(event);
	return destinationsOf(event.recipients).map((destination) => ({
		at: Date.parse(event.at ?? ""),
		destination,
		relay: to.toLowerCase().slice(0, TEXT_MAX),
		result,
		cause,
		queueId,
		next: (event.nextQueueId ?? event.remoteId ?? "").slice(0, TEXT_MAX),
	}));
}

/** Their domains, each once; nearly every line names one recipient. */
function destinationsOf(recipients: readonly string[]): string[] {
	const domains = recipients.map(domainOf).filter((domain) => domain !== "");
	return domains.length < 2 ? domains : [...new Set(domains)];
}

function resultOf(event: Extract<MailEvent, { kind: "delivery" }>): TryResult | undefined {
	switch (event.action) {
		case "relayed":
		case "delivered":
			return "accepted";
		case "delayed":
			return "delayed";
		case "failed":
			return "failed";
		default:
			return undefined;
	}
}

function domainOf(address: string): string {
	const at = address.lastIndexOf("@");
	return at < 0
		? ""
		: address
				.slice(at + 1)
				.toLowerCase()
				.slice(0, TEXT_MAX);
}
