/**
 * All batches that were read and not acknowledged, in order: those on their way, then those that wait. In memory while the
 * hub answers; on disk when it has been away for some seconds, up to a bound. Then nothing more is read until there is
 * room: what stays in the logs is not lost, and what vanishes from them is told as a gap.
 */
import type { Position } from "@mailtrail/core/wire";
import { BatchMemory, MEMORY_BYTES } from "./batch-memory.ts";
import { asPlaced, type SentBatch } from "./in-flight.ts";
import type { Spool, StoredSpool } from "./spool.ts";

interface Chunk {
	no: number;
	batches: SentBatch[];
	/** as they are sent; absent: on disk only */
	memory: BatchMemory | undefined;
	/** on disk, as far as it was written */
	file: string | undefined;
	/** id of the last batch in the file */
	savedTo: number;
	size: number;
	isDirty: boolean;
}

/** What the hub has. */
type Positions = () => Position[];

/** Bytes that wait in memory, at the most, while they cannot be written. */
const MEMORY_MAX = 4 * MEMORY_BYTES;

export class Outbox {
	#chunks: Chunk[] = [];
	#onTheirWay = 0;
	#nextNo = 1;
	#nextId = 0;
	#size = 0;
	#problem: string | undefined;
	/** the hub's positions that stand on disk, as they were written */
	#noted: string | undefined;
	/** they stay there through a power failure, too */
	#isLasting = false;
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
			const savedTo = batches.at(-1)?.id ?? -1;
			this.#chunks.push({ no, batches, memory: undefined, file, savedTo, size, isDirty: false });
			this.#size += size;
			this.#nextNo = no + 1;
			this.#nextId = Math.max(this.#nextId, ...batches.map(({ id }) => id + 1));
		}
		this.#noted = JSON.stringify(stored.positions);
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
			const no = this.#nextNo++;
			chunk = { no, batches: [], memory, file: undefined, savedTo: -1, size: 0, isDirty: true };
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
			const batch = chunk.batches[index]!;
			const { id } = batch;
			const json = this.#fresh?.id === id ? this.#fresh.json : this.#memoryOf(chunk)?.get(id);
			this.#fresh = undefined;
			if (json === undefined) {
				this.#problem = `the spool's file ${chunk.file} is damaged`;
				chunk.batches.length = index;
				this.#dropEmpty();
				return undefined;
			}
			this.#onTheirWay++;
			return asPlaced(batch, json);
		}
		return undefined;
	}

	/** The hub has all up to this one: returns them. `tidy` is to be called when its positions are known. */
	acknowledge(id: number): SentBatch[] {
		const done: SentBatch[] = [];
		for (const chunk of this.#chunks) {
			while (chunk.batches[0] && chunk.batches[0].id <= id) {
				done.push(chunk.batches.shift()!);
			}
			if (chunk.batches.length > 0) break;
		}
		this.#onTheirWay = Math.max(0, this.#onTheirWay - done.length);
		return done;
	}

	/** What waits of one source, in order. */
	of(source: string): SentBatch[] {
		return this.#chunks.flatMap(({ batches }) =>
			batches.filter(({ position }) => position.source === source),
		);
	}

	/**
	 * Removes what the hub has from the disk. What stays there goes on from the hub's positions of now: an agent that is killed
	 * and does not reach the hub would take a content that it does not find in them for a new one.
	 */
	tidy(positions: Positions): void {
		const isSpent = ({ batches, savedTo }: Chunk) => (batches[0]?.id ?? Number.POSITIVE_INFINITY) > savedTo;
		const files = this.#chunks.filter(({ file }) => file !== undefined);
		const spent = files.filter(isSpent);
		if (spent.length > 0) this.#try(() => this.#note(positions()));
		for (const chunk of spent) this.#removeFile(chunk);
		this.#dropEmpty();
	}

	/** Keeps those batches alone of a source, where they are placed now. */
	keep(source: string, kept: readonly SentBatch[], positions: Positions): void {
		const placed = new Map(kept.map((batch) => [batch.id, batch]));
		for (const chunk of this.#chunks) {
			chunk.batches = chunk.batches.flatMap((batch) =>
				batch.position.source === source ? (placed.get(batch.id) ?? []) : batch,
			);
		}
		this.tidy(positions);
	}

	/** The connection is a new one: nothing is on its way. */
	rewind(): void {
		this.#onTheirWay = 0;
	}

	clear(): void {
		for (const chunk of this.#chunks) {
			chunk.memory?.release();
			this.#removeFile(chunk);
		}
		this.#chunks = [];
		this.#fresh = undefined;
		this.#onTheirWay = 0;
	}

	/** Puts on disk what the hub has. `lasting`: through a power failure, too, as where something of it is waiting there. */
	note(positions: Positions, lasting: boolean): void {
		this.#problem = undefined;
		this.#try(() => this.#note(positions(), lasting || this.#size > 0));
	}

	/** Writes what is only in memory. */
	save(positions: Positions): void {
		if (this.#sizeMax === 0) return;
		this.#problem = undefined;
		this.#try(() => {
			this.#note(positions());
			for (const chunk of this.#chunks) {
				const { memory } = chunk;
				if (!chunk.isDirty || !memory || this.#size >= this.#sizeMax) continue;
				const json = chunk.batches.map(({ id }) => memory.get(id) ?? "");
				const { file, size } = this.#spool.write(chunk.no, chunk.batches, json);
				this.#size += size - chunk.size;
				Object.assign(chunk, { file, size, savedTo: chunk.batches.at(-1)?.id, isDirty: false });
				if (chunk === this.#chunks.at(-1)) continue;
				memory.release();
				chunk.memory = undefined;
			}
		});
	}

	#try(write: () => void): void {
		try {
			write();
		} catch (error) {
			this.#problem = `the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`;
		}
	}

	#note(positions: readonly Position[], lasting = true): void {
		const text = JSON.stringify(positions);
		if (text === this.#noted && (this.#isLasting || !lasting)) return;
		this.#spool.writePositions(positions, lasting);
		this.#noted = text;
		this.#isLasting = lasting;
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

	#removeFile(chunk: Chunk): void {
		if (chunk.file === undefined) return;
		const { file, size } = chunk;
		// one that stays (a disk that may only be read) is no harm: the next life asks the hub what of it is to be sent
		this.#try(() => {
			this.#spool.remove(file);
			this.#size -= size;
		});
		Object.assign(chunk, { file: undefined, savedTo: -1, size: 0, isDirty: true });
	}

	#dropEmpty(): void {
		for (const chunk of this.#chunks) {
			if (chunk.batches.length > 0) continue;
			chunk.memory?.release();
			this.#removeFile(chunk);
		}
		this.#chunks = this.#chunks.filter(({ batches }) => batches.length > 0);
	}
}
