/**
 * Which lines each queue has in the newest slice, in memory: a row of an index per line would cost more than the line. Of
 * queues that are at work the events are kept too, so that a line that comes later finds those before it at hand.
 * Taken from the slice when it is opened; bounded by what one slice holds.
 */
import { type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { Slice } from "../slice/slice.ts";
import { linesOfBatch, locatedEvent } from "../slice/slice-lines.ts";

/** some forty megabytes */
const EVENTS_MAX = 30_000;

export class QueueLines {
	/** many have a line or two: one needs no list */
	readonly #ids = new Map<string, number | number[]>();
	/** the queue that was touched last stands last */
	readonly #atWork = new Map<string, LocatedEvent[]>();
	#events = 0;

	static of(slice: Slice): QueueLines {
		const queues = new QueueLines();
		for (const { first } of slice.all("SELECT first FROM line_batches ORDER BY first"))
			for (const row of linesOfBatch(slice, Number(first))) {
				const { host, event } = locatedEvent(slice, row);
				for (const key of queueKeys(host, event)) queues.add(key, [row.id]);
			}
		// lines that wait for their queue, and all lines of a slice that an earlier version began
		for (const { key, line } of slice.all("SELECT key, line FROM line_keys")) {
			const [name, id] = [String(key), Number(line)];
			if (!queues.idsOf(name).includes(id)) queues.add(name, [id]);
		}
		return queues;
	}

	/** A commit's lines of a queue at once, for each look at a name costs; the list becomes the queue's own. */
	add(key: string, added: number[]): void {
		const ids = this.#ids.get(key);
		if (ids === undefined) this.#ids.set(key, added.length === 1 ? (added[0] ?? 0) : added);
		else if (typeof ids === "number") this.#ids.set(key, [ids, ...added]);
		else for (const id of added) ids.push(id);
	}

	idsOf(key: string): readonly number[] {
		const ids = this.#ids.get(key) ?? [];
		return typeof ids === "number" ? [ids] : ids;
	}

	/** A queue's events in this slice but for the last `added`, where they are at hand. */
	eventsOf(key: string, added: number): readonly LocatedEvent[] | undefined {
		const events = this.#atWork.get(key);
		return events?.length === this.idsOf(key).length - added ? events : undefined;
	}

	/** Keeps all of a queue's events in this slice at hand, in place of those of the queue that was left alone for longest. */
	keep(key: string, events: readonly LocatedEvent[]): void {
		this.forget(key);
		this.#atWork.set(key, [...events]);
		this.#events += events.length;
		for (const oldest of this.#atWork.keys()) {
			if (this.#events <= EVENTS_MAX) return;
			this.forget(oldest);
		}
	}

	/** For a queue that is done with, and for one whose stored lines changed. */
	forget(key: string): void {
		this.#events -= this.#atWork.get(key)?.length ?? 0;
		this.#atWork.delete(key);
	}

	keys(): Iterable<string> {
		return this.#ids.keys();
	}
}
