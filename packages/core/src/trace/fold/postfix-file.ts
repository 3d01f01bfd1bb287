/**
 * What a Postfix queue file goes through once only, or never after another: by it two messages under one id are told apart though the
 * lines between them are lost. Short ids come back as soon as a file's inode does (`enable_long_queue_ids = no`).
 */
import type { TimedEvent } from "../hop/located-event.ts";

/**
 * Lines of one moment come in any order: programs log beside each other, UDP overtakes, a collector may stamp what it gets. Later by
 * less than this, or by a second where stamps are whole seconds, is the same moment.
 */
const MOMENT_MS = 250;

export class PostfixFile {
	#arrivedAt: number | undefined;
	#removedAt: number | undefined;
	/** the queue manager or a delivery agent had it */
	#workedAt: number | undefined;
	#triedAt: number | undefined;
	#size: number | undefined;
	#count: number | undefined;
	/** who was tried, and whether he waits */
	readonly #waits = new Map<string, boolean>();

	/** Whether this line is of another file than those before. */
	isOfAnother({ event, at }: TimedEvent): boolean {
		if (event.mta !== "postfix") return false;
		switch (event.kind) {
			case "received":
				// smtpd's one line comes first
				if (!event.client) return false;
				return isAfter(at, this.#workedAt) || isAfter(at, this.#arrivedAt);
			case "message-id":
				// one for each file (cleanup_message.c)
				return isAfter(at, this.#workedAt) && !event.resent;
			case "queued":
				return this.#isDone(at) || (event.size ?? this.#size) !== (this.#size ?? event.size);
			case "removed":
				return isAfter(at, this.#removedAt) && event.daemon !== "postsuper";
			case "delivery":
				return at % 1000 !== 0 && isAfter(at, this.#removedAt);
			default:
				return false;
		}
	}

	add({ event, at }: TimedEvent): void {
		if (event.mta !== "postfix") return;
		switch (event.kind) {
			case "received":
				if (event.client) this.#arrivedAt ??= at;
				return;
			case "queued":
				this.#workedAt ??= at;
				this.#size ??= event.size;
				this.#count ??= event.recipientCount;
				return;
			case "delivery":
				this.#workedAt ??= at;
				this.#triedAt = at;
				for (const recipient of event.recipients) this.#waits.set(recipient, event.action === "delayed");
				return;
			case "removed":
				this.#workedAt ??= at;
				if (event.daemon !== "postsuper") this.#removedAt = at;
		}
	}

	/** Removed, or with nobody left who waits: the queue manager takes up what somebody waits for. */
	#isDone(at: number): boolean {
		if (isAfter(at, this.#removedAt)) return true;
		if (this.#count === undefined || this.#waits.size < this.#count) return false;
		return isAfter(at, this.#triedAt) && ![...this.#waits.values()].includes(true);
	}
}

function isAfter(at: number, before: number | undefined): boolean {
	if (before === undefined) return false;
	return at - before > (at % 1000 === 0 ? 1000 : MOMENT_MS);
}
