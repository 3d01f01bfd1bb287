/**
 * Lines that become a packed slice without ever standing in rows: taken in memory, with what each queue has of them. What is a
 * repetition is told as a commit tells it: by the position, and by the order of a content's lines.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { Position } from "@mailtrail/core/wire";
import { formatRef } from "../../line-ref.ts";
import type { LineBatch, LineCount } from "../../store.ts";
import type { PackedLine } from "../packed/line-block.ts";
import type { Sources } from "../packed/slim-hop.ts";
import type { Generation } from "../slice/slice.ts";
import { OFFSET_LIMIT } from "../slice/slice-schema.ts";

/** An event with its row id in the slice. */
export interface DirectLine extends PackedLine, LocatedEvent {
	event: MailEvent;
}

export class DirectLines implements Sources {
	readonly lines: DirectLine[] = [];
	/** in the order of their first lines */
	readonly queues = new Map<string, DirectLine[]>();
	readonly generations: Generation[] = [];
	readonly counts = new Map<string, LineCount>();
	readonly positions: { host: string; position: Position; touched: number }[] = [];
	readonly #last: number[] = [];

	/** `committed`: the position of the batch's content before it. */
	add({ host, position, lines, receivedAt }: LineBatch, committed: number): void {
		const { source, generation } = position;
		const no = this.#numberOf({ host, source, generation });
		const prefix = formatRef({ host, source, generation, offset: 0 }).slice(0, -1);
		let count = this.counts.get(host);
		if (!count) {
			count = { lines: 0, unparsed: 0 };
			this.counts.set(host, count);
		}
		for (const { offset, event } of lines) {
			const id = no * OFFSET_LIMIT + offset;
			if (offset < committed || id <= (this.#last[no] ?? -1)) continue;
			this.#last[no] = id;
			count.lines++;
			if (event.kind === "unparsed") count.unparsed++;
			const line = { id, host, ref: prefix + offset, generation, order: offset, event };
			this.lines.push(line);
			for (const key of queueKeys(host, event)) {
				const own = this.queues.get(key);
				if (own) own.push(line);
				else this.queues.set(key, [line]);
			}
		}
		if (position.offset >= committed) this.positions.push({ host, position, touched: receivedAt });
	}

	generationNo({ host, source, generation }: Generation): number | undefined {
		const at = this.generations.findIndex(
			(known) => known.generation === generation && known.source === source && known.host === host,
		);
		return at < 0 ? undefined : at + 1;
	}

	generationOf(no: number): Generation {
		const found = this.generations[no - 1];
		if (!found) throw new Error(`no content has the number ${no}`);
		return found;
	}

	#numberOf(place: Generation): number {
		return this.generationNo(place) ?? this.generations.push(place);
	}
}
