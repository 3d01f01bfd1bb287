/**
 * Lines into the newest slice: those of one content and one commit as one row, with which queue has which of them kept in
 * memory (`queue-lines.ts`). Inside the caller's transaction, like all of `SliceWriter`.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { Hop, LocatedEvent } from "@mailtrail/core/trace";
import { outwardTries } from "../../outward-tries.ts";
import { type LinePlace, readRef } from "../../line-ref.ts";
import type { NewLine } from "../../store.ts";
import { packBatch } from "../slice/blocks.ts";
import { QueueLines } from "./queue-lines.ts";
import type { Generation, Slice } from "../slice/slice.ts";
import { batchRow, eventsAt } from "../slice/slice-lines.ts";
import { GENERATIONS_PER_SLICE, OFFSET_LIMIT } from "../slice/slice-schema.ts";
import { ADD_TRY, tryValues } from "../slice/tries-table.ts";

/** lines of one row */
const BATCH_ROWS = 512;

interface LineBatchRow {
	first: number;
	last: number;
	rows: number;
	text: string;
}

export class LineWriter {
	readonly #slice: Slice;
	readonly #numbers = new Map<string, number>();
	/** of this commit, by number of generation */
	#batches = new Map<number, LineBatchRow>();
	/** row id of the newest line, by number of generation */
	readonly #last = new Map<number, number>();
	#queues: QueueLines | undefined;
	/** how many there are */
	count: number;

	constructor(slice: Slice) {
		this.#slice = slice;
		const count =
			"SELECT (SELECT count(*) FROM lines) + (SELECT ifnull(sum(rows), 0) FROM line_batches) AS n";
		this.count = Number(slice.one(count)?.n ?? 0);
		for (const [no, generation] of slice.generations) this.#numbers.set(nameOf(generation), no);
	}

	/** Which lines each queue has in this slice. */
	get queues(): QueueLines {
		this.#queues ??= QueueLines.of(this.#slice);
		return this.#queues;
	}

	/** No room for another generation: the slice has to be closed. */
	get isFull(): boolean {
		return this.#slice.generations.size >= GENERATIONS_PER_SLICE;
	}

	/** The number of a content here. */
	numberOf({ host, source, generation }: Generation): number {
		const name = nameOf({ host, source, generation });
		let no = this.#numbers.get(name);
		if (no === undefined) {
			no = this.#slice.generations.size + 1;
			const sql = "INSERT INTO generations (no, host, source, generation) VALUES (?, ?, ?, ?)";
			this.#slice.run(sql, no, host, source, generation);
			this.#slice.generations.set(no, { host, source, generation });
			this.#numbers.set(name, no);
		}
		return no;
	}

	/**
	 * A line of the content `no` of a host: its number, for the queues that it belongs to; undefined for one that is there.
	 * `waits`: the key that it is found by until it is given to a queue.
	 */
	add(no: number, host: string, line: NewLine, waits?: string): number | undefined {
		const id = no * OFFSET_LIMIT + line.offset;
		if (id <= this.#lastOf(no)) return undefined;
		this.#last.set(no, id);
		this.#addToBatch(no, id, batchRow(id, line.event));
		if (waits !== undefined) this.#addKey(waits, id);
		this.#addTries(id, host, line.event);
		this.count++;
		return id;
	}

	#addToBatch(no: number, id: number, row: string): void {
		const batch = this.#batches.get(no);
		if (batch && batch.rows < BATCH_ROWS) {
			batch.text += row;
			batch.last = id;
			batch.rows++;
			return;
		}
		if (batch) this.#writeBatch(batch);
		this.#batches.set(no, { first: id, last: id, rows: 1, text: row });
	}

	/** The line, here or in an older slice, with the queues that it belongs to: a row of its own is newer than its batch's. */
	assign(place: LinePlace, event: MailEvent, keys: readonly string[]): void {
		const id = this.numberOf(place) * OFFSET_LIMIT + place.offset;
		const { raw, ...body } = event;
		const sql = "INSERT OR REPLACE INTO lines (id, kind, raw, event) VALUES (?, ?, ?, ?)";
		this.#slice.run(sql, id, event.kind, raw, JSON.stringify(body));
		this.#addTries(id, place.host, event);
		for (const key of keys) {
			this.queues.forget(key);
			if (!this.queues.idsOf(key).includes(id)) this.queues.add(key, [id]);
			this.#addKey(key, id);
		}
	}

	/** All events of a queue that this slice has, those of this commit included. */
	eventsOf(key: string): readonly LocatedEvent[] {
		this.write();
		return eventsAt(this.#slice, this.queues.idsOf(key));
	}

	/** An older slice has hops of this queue, which are none any more: without one here, a key says so. */
	goesOnHere(key: string): void {
		const [id] = this.queues.idsOf(key);
		if (id !== undefined) this.#addKey(key, id);
	}

	/** Lines that no hop of their queue names (a session's quiet ones) are found by a key. */
	keyUnnamed(key: string, events: readonly LocatedEvent[], hops: readonly Hop[]): void {
		const named = new Set(hops.flatMap(({ refs }) => refs));
		for (const { ref } of events) {
			const place = named.has(ref) ? undefined : readRef(ref);
			if (place) this.#addKey(key, this.numberOf(place) * OFFSET_LIMIT + place.offset);
		}
	}

	/** Before the slice is closed: lines of queues that have no hop get keys, those of the others are `named` by it. */
	keyLoose(named: ReadonlySet<string>): void {
		const loose = [...this.queues.keys()].filter((key) => !named.has(key));
		// in the order of the index, which is many times as quick
		for (const key of loose.sort()) for (const id of this.queues.idsOf(key)) this.#addKey(key, id);
	}

	/** Those of this commit so far. */
	write(): void {
		for (const batch of this.#batches.values()) this.#writeBatch(batch);
		// new, not emptied: `tune-collector.ts`
		this.#batches = new Map();
	}

	#writeBatch({ first, last, rows, text }: LineBatchRow): void {
		const sql = "INSERT INTO line_batches (first, last, rows, data) VALUES (?, ?, ?, ?)";
		this.#slice.run(sql, first, last, rows, packBatch(text));
	}

	#addKey(key: string, id: number): void {
		this.#slice.run("INSERT OR IGNORE INTO line_keys (key, line) VALUES (?, ?)", key, id);
	}

	#addTries(id: number, host: string, event: MailEvent): void {
		for (const tried of outwardTries(event)) this.#slice.run(ADD_TRY, ...tryValues(id, host, tried));
	}

	/** Lines of one content come in order: what does not lie behind the last one is a repetition. */
	#lastOf(no: number): number {
		let last = this.#last.get(no);
		if (last === undefined) {
			const [from, to] = [no * OFFSET_LIMIT, (no + 1) * OFFSET_LIMIT];
			const single = this.#slice.one("SELECT max(id) AS id FROM lines WHERE id >= ? AND id < ?", from, to);
			const batch =
				"SELECT last FROM line_batches WHERE first >= ? AND first < ? ORDER BY first DESC LIMIT 1";
			last = Math.max(Number(single?.id ?? -1), Number(this.#slice.one(batch, from, to)?.last ?? -1));
			this.#last.set(no, last);
		}
		return last;
	}
}

function nameOf({ host, source, generation }: Generation): string {
	return JSON.stringify([host, source, generation]);
}
