/**
 * Everything that is counted for one mail program of one host. Counters say what happened in the words of the summary;
 * this file alone knows how each word changes the figures. Lists grow with the number of different keys only, up to
 * a bound; sums are whole numbers, so that the order of adding changes nothing.
 */
import { BoundedTable } from "./bounded-table.ts";
import { domainOf, plainAddress } from "./domain.ts";
import { type OpenMessage, OpenMessages } from "./open-messages.ts";
import { type Figure, NO_TRAFFIC, type Problem, type Totals, type Traffic } from "./summary.ts";

export const MOST_ADDRESSES = 200_000;
const MOST_DOMAINS = 100_000;
const MOST_REASONS = 10_000;
const MOST_DAYS = 4_000;

export interface Sent {
	messages: number;
	bytes: number;
}

export interface Arrivals extends Sent {
	deferrals: number;
	/** microseconds */
	delays: number;
	maxDelay: number;
}

export interface Count {
	count: number;
}

export type RefusalFigure = "rejected" | "rejectWarnings" | "held" | "discarded";

/** What parts the words of a key: no log line holds it. */
export const PART = "\u0000";

const noSent = (): Sent => ({ messages: 0, bytes: 0 });
const noArrivals = (): Arrivals => ({ messages: 0, bytes: 0, deferrals: 0, delays: 0, maxDelay: 0 });
const noCount = (): Count => ({ count: 0 });
const noTraffic = (): Traffic => ({ ...NO_TRAFFIC });

export class Tally {
	readonly figures: Record<Figure, number> = {
		received: 0,
		delivered: 0,
		forwarded: 0,
		deferred: 0,
		deferrals: 0,
		bounced: 0,
		expired: 0,
		rejected: 0,
		rejectWarnings: 0,
		held: 0,
		discarded: 0,
		bytesReceived: 0,
		bytesDelivered: 0,
	};
	withoutSize = 0;
	readonly hours: Traffic[] = Array.from({ length: 24 }, noTraffic);
	readonly days = new BoundedTable(MOST_DAYS, noTraffic);
	readonly senders = new BoundedTable(MOST_ADDRESSES, noSent);
	readonly recipients = new BoundedTable(MOST_ADDRESSES, noSent);
	readonly senderDomains = new BoundedTable(MOST_DOMAINS, noSent);
	readonly recipientDomains = new BoundedTable(MOST_DOMAINS, noArrivals);
	readonly deferrals = new BoundedTable(MOST_REASONS, noCount);
	readonly bounces = new BoundedTable(MOST_REASONS, noCount);
	readonly refusals: Record<RefusalFigure, BoundedTable<Count>> = {
		rejected: new BoundedTable(MOST_REASONS, noCount),
		rejectWarnings: new BoundedTable(MOST_REASONS, noCount),
		held: new BoundedTable(MOST_REASONS, noCount),
		discarded: new BoundedTable(MOST_REASONS, noCount),
	};
	readonly problems = new BoundedTable(MOST_REASONS, noCount);
	/** `figure\0code` → by how much we are above pflogsumm */
	readonly differences = new Map<string, number>();
	readonly open = new OpenMessages();
	/** by process: what exim refused last */
	readonly lastRefusals = new Map<number, string>();

	/** rows of addresses as logged, so that most lines need one look-up */
	readonly #sendersSeen = new Map<string, { address: Sent | undefined; domain: Sent | undefined }>();
	readonly #recipientsSeen = new Map<string, { address: Sent | undefined; domain: Arrivals | undefined }>();
	#hour: Traffic = this.hours[0] as Traffic;
	#day: Traffic = noTraffic();
	#dayName = "";
	#times = 1;
	#passedOver: string | undefined;

	readonly #isPostfix: boolean;

	/** Only Postfix's figures have pflogsumm's beside them. */
	constructor(isPostfix = false) {
		this.#isPostfix = isPostfix;
	}

	/** A line begins: when it was written, how often it was repeated, and why pflogsumm passes it over, if it does. */
	begin(at: string, times: number, passedOver: string | undefined): void {
		this.#times = times;
		this.#passedOver = passedOver;
		this.#hour = this.hours[twoDigits(at, 11)] ?? (this.hours[0] as Traffic);
		if (at.startsWith(this.#dayName) && this.#dayName !== "") return;
		this.#dayName = at.slice(0, 10);
		this.#day = this.days.row(this.#dayName) ?? noTraffic();
	}

	/** A message was taken in. `client` is what its sender is counted under where he has no domain. */
	received(id: string | undefined, client: string): OpenMessage | undefined {
		this.#count("received", "received", 1);
		if (id === undefined) return undefined;
		const message = this.open.arrive(id);
		message.client = client;
		message.unseen = this.#passedOver;
		return message;
	}

	/** Its sender and size are known: a message that was taken in is counted as sent, once. */
	sent(message: OpenMessage, sender: string, size: number): void {
		message.size = size;
		const { client } = message;
		if (client === undefined) return;
		if (this.#passedOver === undefined) this.#differUnlessSeen(message, size);
		message.client = undefined;
		const known = this.#sendersSeen.get(sender) ?? this.#seeSender(sender, client);
		addSent(known.domain, size);
		addSent(known.address, size);
		this.#add("bytesReceived", size);
	}

	/** pflogsumm counts senders and bytes only of messages that it saw come in, once for an id. */
	#differUnlessSeen({ unseen, earlier }: OpenMessage, size: number): void {
		if (unseen !== undefined) this.#differ("bytesReceived", unseen, size);
		else if (earlier?.size !== undefined) this.#differ("bytesReceived", AGAIN, size);
	}

	#seeSender(sender: string, client: string): { address: Sent | undefined; domain: Sent | undefined } {
		const address = plainAddress(sender);
		const domain = domainOf(address);
		const seen = {
			domain: this.senderDomains.row(domain ?? (client === LOCAL ? address : client)),
			address: this.senders.row(address),
		};
		if (domain !== undefined && seen.domain && seen.address) remember(this.#sendersSeen, sender, seen);
		return seen;
	}

	#seeRecipient(recipient: string): { address: Sent | undefined; domain: Arrivals | undefined } {
		const address = plainAddress(recipient);
		const seen = {
			domain: this.recipientDomains.row(domainOf(address) ?? address),
			address: this.recipients.row(address),
		};
		if (seen.domain && seen.address) remember(this.#recipientsSeen, recipient, seen);
		return seen;
	}

	delivered(message: OpenMessage | undefined, recipient: string, delay: number | undefined): void {
		const size = message?.size ?? 0;
		const { domain, address } = this.#recipientsSeen.get(recipient) ?? this.#seeRecipient(recipient);
		addSent(domain, size);
		addSent(address, size);
		if (domain) {
			const micros = Math.round((delay ?? 0) * 1e6);
			domain.delays += micros;
			if (micros > domain.maxDelay) domain.maxDelay = micros;
		}
		this.#count("delivered", "delivered", 1);
		if (size === 0) this.withoutSize += 1;
		else this.#add("bytesDelivered", size);
		const before = message?.earlier?.size;
		if (before !== undefined && before !== size) this.#differ("bytesDelivered", AGAIN, size - before);
	}

	forwarded(): void {
		this.#add("forwarded", 1);
	}

	expired(): void {
		this.#add("expired", 1);
	}

	deferred(message: OpenMessage | undefined, recipient: string, delay: number | undefined): void {
		const address = plainAddress(recipient);
		const domain = this.recipientDomains.row(domainOf(address) ?? address);
		if (domain) {
			domain.deferrals += 1;
			domain.maxDelay = Math.max(domain.maxDelay, Math.round((delay ?? 0) * 1e6));
		}
		this.#count("deferrals", "deferred", 1);
		if (message?.deferred) return;
		if (message) message.deferred = true;
		this.#add("deferred", 1);
		if (message?.earlier?.deferred) this.#differ("deferred", AGAIN, 1);
	}

	deferralReason(by: string, reason: string): void {
		this.#addCount(this.deferrals, `${by}${PART}${reason}`);
	}

	bounced(by: string, reason: string): void {
		this.#count("bounced", "bounced", 1);
		this.#addCount(this.bounces, `${by}${PART}${reason}`);
	}

	refused(figure: RefusalFigure, by: string, reason: string, who: string): void {
		this.#count(figure, "rejected", this.#times);
		this.#addCount(this.refusals[figure], `${by}${PART}${reason}${PART}${who}`);
	}

	problem(severity: Problem["severity"], by: string, text: string): void {
		this.#addCount(this.problems, `${severity}${PART}${by}${PART}${text}`);
	}

	/** pflogsumm counts what we do not: the figure is below its by one. */
	notCounted(figure: Figure, code: string): void {
		this.#differ(figure, code, -1);
	}

	#count(figure: Figure, column: keyof Traffic, times: number): void {
		this.#hour[column] += times;
		this.#day[column] += times;
		this.#add(figure, times);
	}

	#add(figure: Figure, amount: number): void {
		this.figures[figure] += amount;
		if (this.#passedOver !== undefined) this.#differ(figure, this.#passedOver, amount);
	}

	#differ(figure: Figure, code: string, amount: number): void {
		if (!this.#isPostfix) return;
		const key = `${figure}${PART}${code}`;
		this.differences.set(key, (this.differences.get(key) ?? 0) + amount);
	}

	#addCount(table: BoundedTable<Count>, key: string): void {
		const row = table.row(key);
		if (row) row.count += this.#times;
	}

	totals(): Totals {
		return {
			...this.figures,
			senders: this.senders.rows.size,
			sendingHosts: this.senderDomains.rows.size,
			recipients: this.recipients.rows.size,
			recipientHosts: [...this.recipientDomains.rows.values()].filter(({ messages }) => messages > 0).length,
		};
	}
}

function addSent(row: Sent | undefined, bytes: number): void {
	if (!row) return;
	row.messages += 1;
	row.bytes += bytes;
}

const MOST_REMEMBERED = 20_000;

function remember<Rows>(seen: Map<string, Rows>, address: string, rows: Rows): void {
	if (seen.size >= MOST_REMEMBERED) seen.clear();
	seen.set(address, rows);
}

/** a queue id that comes again, which pflogsumm takes for one message */
const AGAIN = "queue-id-again";

/** Stands for the client of mail that was submitted on the host itself. */
export const LOCAL = "pickup";

/** The hour of `2026-01-31T18:38:12`, which was read as a time before. */
function twoDigits(text: string, at: number): number {
	return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}
