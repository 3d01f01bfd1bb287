/**
 * What a Postfix queue file goes through once only, or never after another: by it two messages under one id are told apart though the
 * lines between them are lost. Short ids come back as soon as a file's inode does (`enable_long_queue_ids = no`).
 */
import type { TimedEvent } from "../hop/located-event.ts";

/** All is told before the queue manager removes the file; lines of whole seconds are left alone. */
const STRAGGLER_MS = 250;

export class PostfixFile {
	#arrivedAt: number | undefined;
	#removedAt: number | undefined;
	#worked = false;
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
				return this.#worked || (this.#arrivedAt !== undefined && at !== this.#arrivedAt);
			case "message-id":
				// one for each file (cleanup_message.c)
				return this.#worked && !event.resent;
			case "queued":
				return this.#isDone() || (event.size ?? this.#size) !== (this.#size ?? event.size);
			case "removed":
				return this.#removedAt !== undefined && event.daemon !== "postsuper";
			case "delivery":
				return at % 1000 !== 0 && at - (this.#removedAt ?? at) > STRAGGLER_MS;
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
				this.#worked = true;
				this.#size ??= event.size;
				this.#count ??= event.recipientCount;
				return;
			case "delivery":
				this.#worked = true;
				for (const recipient of event.recipients) this.#waits.set(recipient, event.action === "delayed");
				return;
			case "removed":
				this.#worked = true;
				if (event.daemon !== "postsuper") this.#removedAt = at;
		}
	}

	/** Removed, or with nobody left who waits: the queue manager takes up what somebody waits for. */
	#isDone(): boolean {
		if (this.#removedAt !== undefined) return true;
		if (this.#count === undefined || this.#waits.size < this.#count) return false;
		return ![...this.#waits.values()].includes(true);
	}
}
