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
	took?: number | undefined;
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
	start?: number | undefined;
	end?: number | undefined;
	texts: string[];
	recipients: RecipientView[];
}

/** Each part is gathered when it is asked for: of a message to thousands, a question about its sender needs none of theirs. */
export function viewJourney(journey: Journey): MessageView {
	const places = () =>
		journey.recipients.flatMap(({ path, attempts }): { host: string; queueId?: string | undefined }[] => [
			...path,
			...attempts,
		]);
	const view: MessageView = {
		kind: journey.kind,
		...(journey.sender === undefined ? {} : { sender: journey.sender }),
		messageIds: journey.messageIds.map((id) => id.replace(/^<(.*)>$/, "$1")),
		get queueIds() {
			return distinct(places().flatMap(({ queueId }) => queueId ?? []));
		},
		get hosts() {
			return distinct(places().map(({ host }) => host));
		},
		get names() {
			const relays = journey.recipients.flatMap(({ attempts }) => attempts.map(({ relay }) => relay));
			return distinct([journey.client, ...relays].flatMap(endpointName));
		},
		ips: endpointIp(journey.client),
		...(journey.size === undefined ? {} : { size: journey.size }),
		get start() {
			return bounds(timesOf(journey)).start;
		},
		get end() {
			return bounds(timesOf(journey)).end;
		},
		get texts() {
			const { subject = "", sender = "", sasl } = journey;
			const { messageIds, queueIds, hosts, names } = view;
			return [subject, sender, sasl?.username ?? "", ...messageIds, ...queueIds, ...hosts, ...names];
		},
		recipients: journey.recipients.map((recipient) => viewRecipient(recipient, journey.submittedAt)),
	};
	return view;
}

function timesOf({ submittedAt, recipients }: Journey): (string | undefined)[] {
	return [
		submittedAt,
		...recipients.flatMap(({ path, attempts, at }) => [
			...path.flatMap(({ receivedAt, leftAt }) => [receivedAt, leftAt]),
			...attempts.map((attempt) => attempt.at),
			at,
		]),
	];
}

function distinct(values: string[]): string[] {
	return [...new Set(values)];
}

function viewRecipient(recipient: JourneyRecipient, submittedAt: string | undefined): RecipientView {
	const { attempts, diagnosis } = recipient;
	const replies = () =>
		[recipient.reply, ...attempts.map(({ reply }) => reply)].filter((reply) => reply !== undefined);
	return {
		addresses: [recipient.recipient, recipient.original],
		outcome: recipient.outcome,
		get statuses() {
			return attempts.flatMap(({ status }) => status?.toLowerCase() ?? []);
		},
		causes: diagnosis ? [diagnosis.cause, diagnosis.reason] : [],
		get dsns() {
			const all = [...attempts.map(({ dsn }) => dsn), ...replies().map(({ enhanced }) => enhanced)];
			return all.filter((dsn) => dsn !== undefined);
		},
		get ips() {
			return [...attempts.map(({ relay }) => relay), ...replies().map(({ host }) => host)].flatMap(
				endpointIp,
			);
		},
		get took() {
			return tookOf(recipient, submittedAt);
		},
		get texts() {
			return [
				recipient.recipient,
				recipient.original,
				recipient.outcome,
				recipient.mailbox ?? "",
				...replies().map(({ code, enhanced, text }) => `${code ?? ""} ${enhanced ?? ""} ${text}`),
				...attempts.map(({ reason }) => reason ?? ""),
				...attempts.map(({ remoteId }) => remoteId ?? ""),
				diagnosis?.cause ?? "",
				diagnosis?.title ?? "",
			];
		},
	};
}

/** The hosts' clocks where both ends were seen; else what the MTA says of its own queue. */
function tookOf({ at, attempts }: JourneyRecipient, submittedAt: string | undefined): number | undefined {
	const apart = Date.parse(at ?? attempts.at(-1)?.at ?? "") - Date.parse(submittedAt ?? "");
	const logged = attempts.flatMap(({ delay }) => (delay === undefined ? [] : [delay * 1_000]));
	const known = Number.isNaN(apart) ? logged : [apart, ...logged];
	return known.length === 0 ? undefined : Math.max(...known);
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
