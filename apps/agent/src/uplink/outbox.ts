/**
 * All batches that were read and not acknowledged, in order: those on their way, then those that wait. In memory while the
 * hub answers; on disk when it has been away for some seconds, up to a bound. Then nothing more is read until there is
 * room: what stays in the logs is not lost, and what vanishes from them is told as a gap.
 */
import type { Position } from "@mailtrail/core/wire";
import type { SentBatch } from "./in-flight.ts";
import type { Spool, StoredSpool } from "./spool.ts";

interface Chunk {
	no: number;
	batches: SentBatch[];
	/** as they are sent, by id; absent: on disk only */
	json: Map<number, string> | undefined;
	/** characters in memory */
	length: number;
	/** on disk, as far as it was written */
	file: string | undefined;
	size: number;
	isDirty: boolean;
}

const CHUNK_LENGTH = 1024 * 1024;
/** Characters that wait in memory, at the most, while they cannot be written. */
const MEMORY_MAX = 4 * CHUNK_LENGTH;

export class Outbox {
	#chunks: Chunk[] = [];
	#onTheirWay = 0;
	#nextNo = 1;
	#nextId = 0;
	#size = 0;
	#problem: string | undefined;
	#hasPositions = false;
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
			this.#chunks.push({ no, batches, json: undefined, length: 0, file, size, isDirty: false });
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
		let chunk = this.#chunks.at(-1);
		if (!chunk?.json || chunk.length >= CHUNK_LENGTH) {
			chunk = {
				no: this.#nextNo++,
				batches: [],
				json: new Map(),
				length: 0,
				file: undefined,
				size: 0,
				isDirty: true,
			};
			this.#chunks.push(chunk);
		}
		chunk.batches.push(batch);
		chunk.json!.set(batch.id, json);
		chunk.length += json.length;
		chunk.isDirty = true;
	}

	/** The next batch to send, as it is sent. Nothing: none waits, or its file is damaged (it was dropped; `problem` says so). */
	next(): string | undefined {
		let index = this.#onTheirWay;
		for (const chunk of this.#chunks) {
			if (index >= chunk.batches.length) {
				index -= chunk.batches.length;
				continue;
			}
			const json = this.#jsonOf(chunk)?.get(chunk.batches[index]!.id);
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
				const batch = chunk.batches.shift()!;
				const length = chunk.json?.get(batch.id)?.length ?? 0;
				chunk.json?.delete(batch.id);
				chunk.length -= length;
				done.push(batch);
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
		this.#chunks = [];
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
				if (!chunk.isDirty || !chunk.json || this.#size >= this.#sizeMax) continue;
				const json = chunk.batches.map(({ id }) => chunk.json!.get(id) ?? "");
				const { file, size } = this.#spool.write(chunk.no, chunk.batches, json);
				this.#size += size - chunk.size;
				Object.assign(chunk, { file, size, isDirty: false });
				if (chunk.length < CHUNK_LENGTH) continue;
				chunk.json = undefined;
				chunk.length = 0;
			}
		} catch (error) {
			this.#problem = `the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`;
		}
	}

	get #memory(): number {
		return this.#chunks.reduce((sum, { length }) => sum + length, 0);
	}

	#jsonOf(chunk: Chunk): Map<number, string> | undefined {
		if (chunk.json || !chunk.file) return chunk.json;
		chunk.json = this.#spool.read(chunk.file);
		for (const each of chunk.json?.values() ?? []) chunk.length += each.length;
		return chunk.json;
	}

	#dropEmpty(): void {
		for (const chunk of this.#chunks) {
			if (chunk.batches.length > 0 || !chunk.file) continue;
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
