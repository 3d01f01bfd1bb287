/**
 * The lines of one queue id → the messages that bore it, one after the other. A message ends with `removed`, with a new arrival, with
 * another Message-ID or sender under the same id, with a try for somebody who was done with long ago, or with a silence longer
 * than its program keeps a message.
 */
import { otherMessageId } from "../hop/message-id.ts";
import type { TimedEvent } from "../hop/located-event.ts";
import { PostfixFile } from "./postfix-file.ts";

/** Postfix gives up after 5 days and retries at least every 4000 s (maximal_queue_lifetime, maximal_backoff_time); held mail may wait longer. */
const SILENCE_MS = 10 * 86_400_000;
/** A filter's number of its work and a store's session last as long as a connection. */
const NO_QUEUE_SILENCE_MS = 3_600_000;
/** How long after `removed` a straggling line of the same message may be stamped: several processes write one log. */
const STRAGGLER_MS = 2_000;
/** One address may stand in a message twice, by two aliases; who was delivered to is not tried again. */
const DONE_MS = 3_600_000;

const QUEUES: ReadonlySet<string | undefined> = new Set(["postfix", "sendmail", "exim", "opensmtpd"]);

/** @param events in the order in which they happened */
export function splitGenerations(events: readonly TimedEvent[]): TimedEvent[][] {
	const generations: TimedEvent[][] = [];
	let current = new Generation();
	for (const located of events) {
		if (current.events.length > 0 && current.isOverBefore(located)) {
			generations.push(current.events);
			current = new Generation();
		}
		current.add(located);
	}
	if (current.events.length > 0) generations.push(current.events);
	return generations;
}

class Generation {
	readonly events: TimedEvent[] = [];
	/** when a recipient was done with */
	readonly #done = new Map<string, number>();
	#removedAt: number | undefined;
	#messageId: string | undefined;
	#sender: string | undefined;
	#arrived = false;
	#worked = false;
	#tried = false;
	#held = false;
	/** in an MTA's queue */
	#queued = false;
	readonly #file = new PostfixFile();

	isOverBefore(located: TimedEvent): boolean {
		const arrival = located.event.kind === "received";
		if (this.#removedAt !== undefined && (arrival || located.at - this.#removedAt > STRAGGLER_MS))
			return true;
		if (arrival && this.#arrived && this.#worked) return true;
		if (this.#file.isOfAnother(located)) return true;
		return this.#isOfAnother(located) || this.#isAfterSilence(located) || this.#isDoneWith(located);
	}

	/**
	 * A queue file has one Message-ID line (cleanup_message.c): after the end, or beside work done, it is another message's.
	 * So it has one sender, and OpenSMTPD makes all of its envelopes before the first try (smtp_session.c).
	 */
	#isOfAnother({ event }: TimedEvent): boolean {
		if (this.#worked && otherMessageId({ messageId: namedIn(event) }, { messageId: this.#messageId }))
			return true;
		const from = event.kind === "queued" ? event.sender : undefined;
		if (!this.#tried || from === undefined) return false;
		return event.mta === "opensmtpd" || (this.#sender !== undefined && this.#sender !== from);
	}

	#isAfterSilence({ at }: TimedEvent): boolean {
		const lastAt = this.events.at(-1)?.at ?? at;
		return !this.#held && at - lastAt > (this.#queued ? SILENCE_MS : NO_QUEUE_SILENCE_MS);
	}

	#isDoneWith({ event, at }: TimedEvent): boolean {
		if (event.kind !== "delivery") return false;
		return event.recipients.some((recipient) => {
			const doneAt = this.#done.get(recipient.toLowerCase());
			return doneAt !== undefined && at - doneAt > DONE_MS;
		});
	}

	add(located: TimedEvent): void {
		const { event, at } = located;
		this.events.push(located);
		this.#file.add(located);
		if (QUEUES.has(event.mta)) this.#queued = true;
		this.#messageId ??= namedIn(event);
		if (event.kind === "queued") this.#sender ??= event.sender;
		if (event.kind === "delivery") {
			this.#tried = true;
			const done = event.action === "delivered" || event.action === "relayed";
			if (done) for (const recipient of event.recipients) this.#done.set(recipient.toLowerCase(), at);
		}
		if (event.kind === "received") this.#arrived = true;
		else if (event.kind !== "reject" && event.kind !== "header" && event.kind !== "message-id")
			this.#worked = true;
		if (event.kind === "removed") this.#removedAt = at;
		if (event.kind === "held") this.#held = true;
		if (event.kind === "released") this.#held = false;
	}
}

function namedIn(event: TimedEvent["event"]): string | undefined {
	return event.kind === "message-id" && !event.resent ? event.messageId : undefined;
}
