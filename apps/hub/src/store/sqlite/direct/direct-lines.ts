/**
 * Lines that become a packed slice without ever standing in rows: taken in memory, with what each queue has of them. What is a
 * repetition is told as a commit tells it: by the position, and by the order of a content's lines. Hops are made meanwhile (`direct-hops.ts`).
 */
import type { MailEvent } from "@mailtrail/core/event";
import { type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { Position } from "@mailtrail/core/wire";
import { formatRef } from "../../line-ref.ts";
import type { LineBatch, LineCount } from "../../store.ts";
import { LINES_PER_BLOCK } from "../packed/line-block.ts";
import type { Sources } from "../packed/slim-hop.ts";
import { isEmpty } from "../slice/create-slice.ts";
import type { Generation } from "../slice/slice.ts";
import { OFFSET_LIMIT } from "../slice/slice-schema.ts";
import type { Slices } from "../slice/slices.ts";
import { DirectHops } from "./direct-hops.ts";
import { DirectTries } from "./direct-tries.ts";
import { LineTexts } from "./line-texts.ts";
import { QueuesAtWork } from "./queues-at-work.ts";

export class DirectLines implements Sources {
	readonly queues: QueuesAtWork;
	readonly hops: DirectHops;
	readonly generations: Generation[] = [];
	readonly counts = new Map<string, LineCount>();
	readonly positions: { host: string; position: Position; touched: number }[] = [];
	readonly tries = new DirectTries();
	#texts = new LineTexts();
	#ids: number[] = [];
	/** of each generation */
	readonly #last: number[] = [];
	readonly #prefixes: string[] = [];

	/** How many were taken. */
	count = 0;

	readonly #slices: Slices;

	constructor(slices: Slices) {
		this.#slices = slices;
		this.hops = new DirectHops(this, slices);
		this.queues = new QueuesAtWork(this.hops);
	}

	/** `committed`: the position of the batch's content before it. Its events are as core has read them. */
	add({ host, position, lines, receivedAt }: LineBatch, committed: number): void {
		const { source, generation } = position;
		const no = this.#numberOf({ host, source, generation });
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
			this.#addLine(id, offset, host, no, event);
		}
		if (position.offset >= committed) this.positions.push({ host, position, touched: receivedAt });
	}

	#addLine(id: number, order: number, host: string, no: number, event: MailEvent): void {
		// what hops stand on in older slices is asked for from the first line on
		if (this.count === 0 && !isEmpty(this.#slices.writer.slice)) this.#slices.roll();
		const line = this.#ids.push(id) - 1;
		this.count++;
		this.#texts.add(event);
		this.tries.add(host, event);
		const keys = queueKeys(host, event);
		if (keys.length > 0) {
			const { generation } = this.generationOf(no);
			const located = { host, ref: `${this.#prefixes[no]}${order}`, generation, order, event };
			for (const key of keys) this.queues.add(key, line, located);
		}
		this.queues.next();
	}

	/** The row id of a line. */
	idOf(line: number): number {
		return this.#ids[line] ?? 0;
	}

	refOf(line: number): string {
		const id = this.idOf(line);
		const no = Math.floor(id / OFFSET_LIMIT);
		return `${this.#prefixes[no]}${id - no * OFFSET_LIMIT}`;
	}

	/** Read again: it is not kept. */
	at(line: number): LocatedEvent {
		const id = this.idOf(line);
		const no = Math.floor(id / OFFSET_LIMIT);
		const { host, generation } = this.generationOf(no);
		const order = id - no * OFFSET_LIMIT;
		return { host, ref: this.refOf(line), generation, order, event: this.#texts.event(line) };
	}

	/** All lines in the order of their ids. */
	*blocks(): Generator<{ ids: number[]; data: Uint8Array }> {
		const lines = Array.from(this.#ids.keys());
		// those of one content come in order, and an import takes one after the other
		if (this.generations.length > 1) lines.sort((a, b) => this.idOf(a) - this.idOf(b));
		for (let from = 0; from < lines.length; from += LINES_PER_BLOCK) {
			const some = lines.slice(from, from + LINES_PER_BLOCK);
			const ids = some.map((line) => this.idOf(line));
			yield { ids, data: this.#texts.pack(some, ids) };
		}
	}

	/** They are written. */
	forgetLines(): void {
		this.#texts = new LineTexts();
		this.#ids = [];
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
		const known = this.generationNo(place);
		if (known !== undefined) return known;
		const no = this.generations.push(place);
		this.#prefixes[no] = formatRef({ ...place, offset: 0 }).slice(0, -1);
		return no;
	}
}
