/**
 * The queues of lines in memory, with the events of those at work: a queue is folded soon after its end, while its events are at
 * hand, and need not be read again. What still goes on when all lines are there is folded then, of its lines' texts.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { isSessionKey, type LocatedEvent, makesSessionHop } from "@mailtrail/core/trace";

/** so many are read between two times that queues are folded: each piece of the work on many is faster than all of it on one after the other */
const LINES_AT_ONCE = 2_000;
/** several programs write one log: lines that straggle behind a queue's end */
const STRAGGLERS = 200;
/** held at once: what is held for longer is copied by the garbage collector, and that costs more than to read it again */
const EVENTS_MAX = 4_000;

export class DirectQueue {
	readonly key: string;
	/** numbers of lines, as they came */
	readonly lines: number[] = [];
	/** a session that refused nothing: nobody asks for a hop of it */
	isQuiet: boolean;
	/** of all its lines; undefined: they were let go */
	events: LocatedEvent[] | undefined = [];
	/** false: it was folded or is to be soon, or its events were let go */
	isHeld = true;
	/** numbers of its hops, where it was folded with all its lines */
	hops: number[] | undefined;
	/** of its lines those that none of these hops names */
	loose: readonly number[] = [];

	constructor(key: string) {
		this.key = key;
		this.isQuiet = isSessionKey(key);
	}
}

export interface Folder {
	/** queues with all their events: those that are here so far */
	fold(queues: readonly DirectQueue[]): void;
	/** what was made of it is not so: other lines have come */
	undo(queue: DirectQueue): void;
}

export class QueuesAtWork {
	readonly #folder: Folder;
	/** in the order of their first lines */
	readonly #queues = new Map<string, DirectQueue>();
	/** with how many lines there were then */
	readonly #ended = new Row<{ queue: DirectQueue; since: number }>();
	/** in the order in which they began */
	readonly #begun = new Row<DirectQueue>();
	#held = 0;
	#lines = 0;

	constructor(folder: Folder) {
		this.#folder = folder;
	}

	[Symbol.iterator](): Iterator<DirectQueue> {
		return this.#queues.values();
	}

	/** `line`: the number of the event's line. */
	add(key: string, line: number, located: LocatedEvent): void {
		let queue = this.#queues.get(key);
		if (!queue) {
			queue = new DirectQueue(key);
			this.#queues.set(key, queue);
			this.#begun.push(queue);
		}
		queue.lines.push(line);
		if (queue.hops) {
			this.#folder.undo(queue);
			queue.hops = undefined;
		}
		if (queue.events) {
			queue.events.push(located);
			this.#held++;
		}
		if (queue.isQuiet && makesSessionHop(located.event)) queue.isQuiet = false;
		if (queue.events && isEnd(located.event)) this.#ended.push({ queue, since: this.#lines });
	}

	/** A line more was read. */
	next(): void {
		if (++this.#lines % LINES_AT_ONCE === 0) this.#leaveSome();
	}

	#leaveSome(): void {
		const left: DirectQueue[] = [];
		for (let first = this.#ended.first; first && first.since + STRAGGLERS < this.#lines; ) {
			this.#ended.shift();
			this.#leave(first.queue, left);
			first = this.#ended.first;
		}
		// of the others those that began first
		for (let first = this.#begun.first; first && this.#held > EVENTS_MAX; ) {
			this.#begun.shift();
			this.#leave(first, left);
			first = this.#begun.first;
		}
		this.#folder.fold(left);
		for (const queue of left) queue.events = undefined;
	}

	/** `to`: those that are to be folded. */
	#leave(queue: DirectQueue, to: DirectQueue[]): void {
		if (!queue.isHeld) return;
		queue.isHeld = false;
		this.#held -= queue.events?.length ?? 0;
		if (queue.isQuiet) queue.events = undefined;
		else to.push(queue);
	}
}

/** Of a message in a queue, or of a session. */
function isEnd({ kind }: MailEvent): boolean {
	return kind === "removed" || kind === "disconnect" || kind === "connection-lost";
}

/** First come, first gone. */
class Row<Waiting> {
	#waiting: Waiting[] = [];
	#at = 0;

	get first(): Waiting | undefined {
		return this.#waiting[this.#at];
	}

	push(waiting: Waiting): void {
		this.#waiting.push(waiting);
	}

	shift(): void {
		this.#at++;
		if (this.#at < 1_024 || this.#at * 2 < this.#waiting.length) return;
		this.#waiting = this.#waiting.slice(this.#at);
		this.#at = 0;
	}
}
