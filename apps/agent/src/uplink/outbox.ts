/**
 * All batches that were read and not acknowledged, in order: those on their way, then those that wait. In memory while the
 * hub answers; on disk when it has been away for some seconds, up to a bound. Then nothing more is read until there is
 * room: what stays in the logs is not lost, and what vanishes from them is told as a gap.
 */
import type { Position } from "@mailtrail/core/wire";
import { BatchMemory, MEMORY_BYTES } from "./batch-memory.ts";
import type { SentBatch } from "./in-flight.ts";
import type { Spool, StoredSpool } from "./spool.ts";

interface Chunk {
	no: number;
	batches: SentBatch[];
	/** as they are sent; absent: on disk only */
	memory: BatchMemory | undefined;
	/** on disk, as far as it was written */
	file: string | undefined;
	size: number;
	isDirty: boolean;
}

/** Bytes that wait in memory, at the most, while they cannot be written. */
const MEMORY_MAX = 4 * MEMORY_BYTES;

export class Outbox {
	#chunks: Chunk[] = [];
	#onTheirWay = 0;
	#nextNo = 1;
	#nextId = 0;
	#size = 0;
	#problem: string | undefined;
	#hasPositions = false;
	/** the newest batch, which is mostly sent at once */
	#fresh: { id: number; json: string } | undefined;
	readonly #spool: Spool;
	readonly #sizeMax: number;

	/** `sizeMax`: bytes on disk, at the most */
	constructor(spool: Spool, sizeMax: number) {
		this.#spool = spool;
		this.#sizeMax = sizeMax;
	}

	/** Takes over what an earlier life left; returns the positions that the hub had before it, and what was damaged. */
	load(): Pick<StoredSpool, "positions" | "damaged"> | undefined {
		const stored = this.#spool.load();
		if (!stored) return undefined;
		for (const { file, size, batches } of stored.chunks) {
			const no = Number.parseInt(file, 10);
			this.#chunks.push({ no, batches, memory: undefined, file, size, isDirty: false });
			this.#size += size;
			this.#nextNo = no + 1;
			this.#nextId = Math.max(this.#nextId, ...batches.map(({ id }) => id + 1));
		}
		this.#hasPositions = true;
		return stored;
	}

	get onTheirWay(): number {
		return this.#onTheirWay;
	}

	/** batches that were not sent yet */
	get isWaiting(): boolean {
		let sent = this.#onTheirWay;
		for (const { batches } of this.#chunks) {
			if (batches.length > sent) return true;
			sent -= batches.length;
		}
		return false;
	}

	/** Nothing more may be put in. */
	get isFull(): boolean {
		return this.#size >= this.#sizeMax || this.#memory >= MEMORY_MAX;
	}

	/** bytes on disk */
	get size(): number {
		return this.#size;
	}

	/** why it cannot be written */
	get problem(): string | undefined {
		return this.#problem;
	}

	newId(): number {
		return this.#nextId++;
	}

	push(batch: SentBatch, json: string): void {
		const bytes = Buffer.byteLength(json);
		let chunk = this.#chunks.at(-1);
		if (!chunk?.memory?.hasRoomFor(bytes)) {
			const memory = new BatchMemory(bytes);
			chunk = { no: this.#nextNo++, batches: [], memory, file: undefined, size: 0, isDirty: true };
			this.#chunks.push(chunk);
		}
		chunk.batches.push(batch);
		chunk.memory?.put(batch.id, json);
		chunk.isDirty = true;
		this.#fresh = { id: batch.id, json };
	}

	/** The next batch to send, as it is sent. Nothing: none waits, or its file is damaged (it was dropped; `problem` says so). */
	next(): string | undefined {
		let index = this.#onTheirWay;
		for (const chunk of this.#chunks) {
			if (index >= chunk.batches.length) {
				index -= chunk.batches.length;
				continue;
			}
			const { id } = chunk.batches[index]!;
			const json = this.#fresh?.id === id ? this.#fresh.json : this.#memoryOf(chunk)?.get(id);
			this.#fresh = undefined;
			if (json === undefined) {
				this.#problem = `the spool's file ${chunk.file} is damaged`;
				chunk.batches.length = index;
				this.#dropEmpty();
				return undefined;
			}
			this.#onTheirWay++;
			return json;
		}
		return undefined;
	}

	/** The hub has all up to this one: returns them. */
	acknowledge(id: number): SentBatch[] {
		const done: SentBatch[] = [];
		for (const chunk of this.#chunks) {
			while (chunk.batches[0] && chunk.batches[0].id <= id) {
				done.push(chunk.batches.shift()!);
			}
			if (chunk.batches.length > 0) break;
		}
		this.#onTheirWay = Math.max(0, this.#onTheirWay - done.length);
		this.#dropEmpty();
		return done;
	}

	/** What waits of one source, in order. */
	of(source: string): SentBatch[] {
		return this.#chunks.flatMap(({ batches }) =>
			batches.filter(({ position }) => position.source === source),
		);
	}

	/** Keeps those batches alone of a source. */
	keep(source: string, kept: readonly SentBatch[]): void {
		const ids = new Set(kept.map(({ id }) => id));
		for (const chunk of this.#chunks) {
			chunk.batches = chunk.batches.filter(({ id, position }) => position.source !== source || ids.has(id));
		}
		this.#dropEmpty();
	}

	/** The connection is a new one: nothing is on its way. */
	rewind(): void {
		this.#onTheirWay = 0;
	}

	clear(): void {
		for (const { memory } of this.#chunks) memory?.release();
		this.#chunks = [];
		this.#fresh = undefined;
		this.#onTheirWay = 0;
		this.#forget();
	}

	/** Writes what is only in memory. `positions`: where the hub was before the first of it. */
	save(positions: () => Position[]): void {
		if (this.#sizeMax === 0) return;
		this.#problem = undefined;
		try {
			if (!this.#hasPositions) this.#spool.writePositions(positions());
			this.#hasPositions = true;
			for (const chunk of this.#chunks) {
				const { memory } = chunk;
				if (!chunk.isDirty || !memory || this.#size >= this.#sizeMax) continue;
				const json = chunk.batches.map(({ id }) => memory.get(id) ?? "");
				const { file, size } = this.#spool.write(chunk.no, chunk.batches, json);
				this.#size += size - chunk.size;
				Object.assign(chunk, { file, size, isDirty: false });
				if (chunk === this.#chunks.at(-1)) continue;
				memory.release();
				chunk.memory = undefined;
			}
		} catch (error) {
			this.#problem = `the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`;
		}
	}

	get #memory(): number {
		return this.#chunks.reduce((sum, { memory }) => sum + (memory?.size ?? 0), 0);
	}

	#memoryOf(chunk: Chunk): BatchMemory | undefined {
		if (chunk.memory || !chunk.file) return chunk.memory;
		const texts = this.#spool.read(chunk.file);
		if (!texts) return undefined;
		const bytes = [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
		chunk.memory = new BatchMemory(bytes);
		for (const [id, text] of texts) chunk.memory.put(id, text);
		return chunk.memory;
	}

	#dropEmpty(): void {
		for (const chunk of this.#chunks) {
			if (chunk.batches.length > 0) continue;
			chunk.memory?.release();
			if (!chunk.file) continue;
			this.#spool.remove(chunk.file);
			this.#size -= chunk.size;
		}
		this.#chunks = this.#chunks.filter(({ batches }) => batches.length > 0);
		if (this.#chunks.length === 0) this.#forget();
	}

	#forget(): void {
		if (this.#hasPositions) this.#spool.clear();
		this.#hasPositions = false;
		this.#size = 0;
	}
}
