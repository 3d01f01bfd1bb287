/**
 * The messages that are in a queue now, by queue id: what later lines need to know of earlier ones. A message that is
 * removed is remembered for a while, because daemons' lines may change places; a queue id that comes again starts anew.
 */

/** messages in queues at once; beyond it the oldest is forgotten */
const MOST_OPEN = 500_000;
/** removed messages that are still remembered */
const MOST_CLOSED = 2_000;
/** ids that are remembered to tell where pflogsumm mixes up two messages */
const MOST_EARLIER = 300_000;
/** long ids (enable_long_queue_ids) do not come again */
const SHORT_ID = 13;

export interface OpenMessage {
	/** domain of the client that handed it over; none once counted as sent, or where it came in unseen */
	client: string | undefined;
	size: number | undefined;
	deferred: boolean;
	closed: boolean;
	/** why pflogsumm did not see it come in */
	unseen: string | undefined;
	/** the first message of this id, where there was one: pflogsumm takes this one for it */
	earlier: Earlier | undefined;
}

export interface Earlier {
	size: number | undefined;
	deferred: boolean;
}

export class OpenMessages {
	readonly #byId = new Map<string, OpenMessage>();
	#closed: string[] = [];
	/** sizes of removed messages by id; −1 where it is not known */
	readonly #sizes = new Map<string, number>();
	readonly #deferred = new Set<string>();

	/** A new message: nothing of an earlier one under this id is left. */
	arrive(id: string): OpenMessage {
		const message: OpenMessage = {
			unseen: undefined,
			earlier: this.#earlier(id),
			client: undefined,
			size: undefined,
			deferred: false,
			closed: false,
		};
		this.#keep(id, message);
		return message;
	}

	/** The message of an id, made where no line told of its arrival. */
	of(id: string): OpenMessage {
		const known = this.#byId.get(id);
		if (known) return known;
		return this.arrive(id);
	}

	/** The message that is queued under this id: a removed one has made room. */
	queued(id: string): OpenMessage {
		const known = this.#byId.get(id);
		return known && !known.closed ? known : this.arrive(id);
	}

	close(id: string): void {
		const message = this.#byId.get(id);
		if (!message || message.closed) return;
		message.closed = true;
		this.#closed.push(id);
		if (this.#closed.length < 2 * MOST_CLOSED) return;
		for (const old of this.#closed.splice(0, MOST_CLOSED)) {
			const message = this.#byId.get(old);
			if (!message?.closed) continue;
			this.#byId.delete(old);
			if (this.#sizes.size >= MOST_EARLIER || old.length >= SHORT_ID) continue;
			const { size, deferred } = message.earlier ?? message;
			this.#sizes.set(old, size ?? -1);
			if (deferred || message.deferred) this.#deferred.add(old);
		}
	}

	#earlier(id: string): Earlier | undefined {
		const known = this.#byId.get(id);
		if (known) {
			const { size, deferred } = known.earlier ?? known;
			return { size: size ?? known.size, deferred: deferred || known.deferred };
		}
		const size = this.#sizes.get(id);
		return size === undefined
			? undefined
			: { size: size < 0 ? undefined : size, deferred: this.#deferred.has(id) };
	}

	#keep(id: string, message: OpenMessage): void {
		// so that the order of the map is that of arrival
		if (this.#byId.has(id)) this.#byId.delete(id);
		if (this.#byId.size >= MOST_OPEN) {
			for (const oldest of this.#byId.keys()) {
				this.#byId.delete(oldest);
				break;
			}
		}
		this.#byId.set(id, message);
	}
}
