/**
 * What a query can ask of a message, gathered from a journey or from a row into one shape, so that both are matched
 * by the same rules. Only `match` uses it.
 */
import type { Endpoint } from "../event/index.ts";
import type { Journey, JourneyRecipient } from "../trace/index.ts";
import type { JourneyRow } from "../wire/index.ts";

export interface RecipientView {
	addresses: string[];
	outcome: string;
	/** of its attempts, lower case */
	statuses: string[];
	causes: string[];
	dsns: string[];
	ips: string[];
	/** milliseconds from the message's first line to the last thing that happened to it for this recipient */
	took?: number;
	texts: string[];
}

export interface MessageView {
	kind: string;
	sender?: string;
	/** without angle brackets */
	messageIds: string[];
	queueIds: string[];
	/** identities of our hosts */
	hosts: string[];
	/** clients and relays as logged */
	names: string[];
	ips: string[];
	size?: number;
	/** epoch milliseconds of the first and the last thing that happened */
	start?: number;
	end?: number;
	texts: string[];
	recipients: RecipientView[];
}

export function viewJourney(journey: Journey): MessageView {
	const stops = journey.recipients.flatMap((recipient) => recipient.path);
	const attempts = journey.recipients.flatMap((recipient) => recipient.attempts);
	const times = [
		journey.submittedAt,
		...stops.flatMap((stop) => [stop.receivedAt, stop.leftAt]),
		...attempts.map((attempt) => attempt.at),
		...journey.recipients.map((recipient) => recipient.at),
	];
	const queueIds = [...stops, ...attempts].flatMap((place) => place.queueId ?? []);
	const hosts = [...stops, ...attempts].map((place) => place.host);
	const names = [journey.client, ...attempts.map((attempt) => attempt.relay)].flatMap(endpointName);
	const messageIds = journey.messageIds.map((id) => id.replace(/^<(.*)>$/, "$1"));
	return {
		kind: journey.kind,
		...(journey.sender === undefined ? {} : { sender: journey.sender }),
		messageIds,
		queueIds,
		hosts,
		names,
		ips: endpointIp(journey.client),
		...(journey.size === undefined ? {} : { size: journey.size }),
		...bounds(times),
		texts: [
			journey.subject ?? "",
			journey.sender ?? "",
			journey.sasl?.username ?? "",
			...messageIds,
			...queueIds,
			...hosts,
			...names,
		],
		recipients: journey.recipients.map((recipient) => viewRecipient(recipient, journey.submittedAt)),
	};
}

function viewRecipient(recipient: JourneyRecipient, submittedAt: string | undefined): RecipientView {
	const { attempts, diagnosis } = recipient;
	const replies = [recipient.reply, ...attempts.map((attempt) => attempt.reply)].filter(
		(reply) => reply !== undefined,
	);
	return {
		addresses: [recipient.recipient, recipient.original],
		outcome: recipient.outcome,
		statuses: attempts.flatMap((attempt) => attempt.status?.toLowerCase() ?? []),
		causes: diagnosis ? [diagnosis.cause, diagnosis.reason] : [],
		dsns: [...attempts.map((attempt) => attempt.dsn), ...replies.map((reply) => reply.enhanced)].filter(
			(dsn) => dsn !== undefined,
		),
		ips: [...attempts.map((attempt) => attempt.relay), ...replies.map((reply) => reply.host)].flatMap(
			endpointIp,
		),
		...tookOf(recipient, submittedAt),
		texts: [
			recipient.recipient,
			recipient.original,
			recipient.outcome,
			recipient.mailbox ?? "",
			...replies.map((reply) => `${reply.code ?? ""} ${reply.enhanced ?? ""} ${reply.text}`),
			...attempts.map((attempt) => attempt.reason ?? ""),
			...attempts.map((attempt) => attempt.remoteId ?? ""),
			diagnosis?.cause ?? "",
			diagnosis?.title ?? "",
		],
	};
}

/** The hosts' clocks where both ends were seen; else what the MTA says of its own queue. */
function tookOf({ at, attempts }: JourneyRecipient, submittedAt: string | undefined): { took?: number } {
	const apart = Date.parse(at ?? attempts.at(-1)?.at ?? "") - Date.parse(submittedAt ?? "");
	const logged = attempts.flatMap(({ delay }) => (delay === undefined ? [] : [delay * 1_000]));
	const known = Number.isNaN(apart) ? logged : [apart, ...logged];
	return known.length === 0 ? {} : { took: Math.max(...known) };
}

export function viewRow(row: JourneyRow): MessageView {
	const messageIds = row.messageId === undefined ? [] : [row.messageId.replace(/^<(.*)>$/, "$1")];
	const queueIds = row.stops.flatMap((stop) => stop.queueId ?? []);
	const hosts = row.stops.map((stop) => stop.host);
	const named = row.recipients.map(({ recipient, outcome, mailbox }) => ({
		...nobody(outcome),
		addresses: [recipient],
		causes: outcome === row.outcome && row.cause !== undefined ? [row.cause] : [],
		texts: [recipient, outcome, mailbox ?? ""],
	}));
	// recipients that the row counts but does not name still have their outcome
	const unnamed = row.recipientCount > named.length ? Object.keys(row.outcomes).map(nobody) : [];
	return {
		kind: row.kind,
		...(row.sender === undefined ? {} : { sender: row.sender }),
		messageIds,
		queueIds,
		hosts,
		names: [],
		ips: [],
		...(row.size === undefined ? {} : { size: row.size }),
		...bounds([row.at, row.updatedAt]),
		texts: [row.sender ?? "", row.title ?? "", row.cause ?? "", ...messageIds, ...queueIds, ...hosts],
		recipients: [...named, ...unnamed],
	};
}

function nobody(outcome: string): RecipientView {
	return { addresses: [], outcome, statuses: [], causes: [], dsns: [], ips: [], texts: [outcome] };
}

function endpointName(endpoint: Endpoint | undefined): string[] {
	return endpoint?.name === undefined ? [] : [endpoint.name];
}

function endpointIp(endpoint: Endpoint | undefined): string[] {
	return endpoint?.ip === undefined ? [] : [endpoint.ip];
}

function bounds(times: (string | undefined)[]): { start?: number; end?: number } {
	let start = Number.POSITIVE_INFINITY;
	let end = Number.NEGATIVE_INFINITY;
	for (const time of times) {
		const at = time === undefined ? Number.NaN : Date.parse(time);
		if (Number.isNaN(at)) continue;
		start = Math.min(start, at);
		end = Math.max(end, at);
	}
	return start <= end ? { start, end } : {};
}
