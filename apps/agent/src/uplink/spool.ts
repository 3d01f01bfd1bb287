/**
 * Batches on disk for the time that the hub is away. One file holds about a megabyte of them: a checksum, the places of
 * its batches, and the batches as they are sent, compressed. A file is written under another name and renamed, so it is
 * whole or not there; one that is damaged is left out. Beside them stand the positions that the hub had before the first of them, or, where nothing waits, those that it had
 * lately: an agent that does not reach its hub when it starts goes on from there.
 */
import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type Position, PositionSchema } from "@mailtrail/core/wire";
import Type from "typebox";
import { Check } from "typebox/value";
import type { SentBatch } from "./in-flight.ts";

const BatchesSchema = Type.Array(
	Type.Object({
		id: Type.Integer(),
		from: Type.Integer(),
		position: PositionSchema,
		lines: Type.Integer(),
	}),
);
const PositionsSchema = Type.Array(PositionSchema);

const POSITIONS = "positions.json";
const CHUNK = /^(\d{10})\.batches$/;
const NEWLINE = 10;

export interface StoredChunk {
	file: string;
	size: number;
	batches: SentBatch[];
}

export interface StoredSpool {
	chunks: StoredChunk[];
	/** absent: they are damaged, and the rest means nothing without them */
	positions?: Position[];
	/** files that could not be read */
	damaged: string[];
}

export class Spool {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** What an earlier life of the agent left, oldest first; nothing where it left none. */
	load(): StoredSpool | undefined {
		const positions = this.#read(POSITIONS, PositionsSchema)?.value as Position[] | undefined;
		const stored: StoredSpool = { chunks: [], ...(positions && { positions }), damaged: [] };
		for (const name of this.#names()
			.filter((each) => CHUNK.test(each))
			.sort()) {
			const batches = this.#read(name, BatchesSchema)?.value as SentBatch[] | undefined;
			if (batches) stored.chunks.push({ file: name, size: statSync(join(this.#folder, name)).size, batches });
			else stored.damaged.push(name);
		}
		for (const name of stored.damaged) this.remove(name);
		return positions || stored.chunks.length + stored.damaged.length > 0 ? stored : undefined;
	}

	/** Writes or replaces a file; returns its size. Throws what the system says. */
	write(no: number, batches: readonly SentBatch[], json: readonly string[]): { file: string; size: number } {
		const file = `${String(no).padStart(10, "0")}.batches`;
		const places = batches.map(({ id, from, position, lines }) => ({ id, from, position, lines }));
		return { file, size: this.#write(file, JSON.stringify(places), zstdCompressSync(json.join("\n"))) };
	}

	/**
	 * The positions from which the spooled batches go on; of batches that lie before them the hub has all. `lasting`: through a
	 * power failure, too.
	 */
	writePositions(positions: readonly Position[], lasting: boolean): void {
		this.#write(POSITIONS, JSON.stringify(positions), Buffer.alloc(0), lasting);
	}

	/** The batches of a file as they are sent, by id; nothing where it is damaged. */
	read(file: string): Map<number, string> | undefined {
		const stored = this.#read(file, BatchesSchema);
		if (!stored) return undefined;
		try {
			const json = zstdDecompressSync(stored.rest).toString("utf8").split("\n");
			return new Map((stored.value as SentBatch[]).map(({ id }, i) => [id, json[i] ?? ""]));
		} catch {
			return undefined;
		}
	}

	remove(file: string): void {
		rmSync(join(this.#folder, file), { force: true });
	}

	#names(): string[] {
		try {
			return readdirSync(this.#folder);
		} catch {
			return [];
		}
	}

	/** `CHECKSUM \n JSON \n REST` */
	#write(name: string, json: string, rest: Buffer, lasting = true): number {
		mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
		const checked = Buffer.concat([Buffer.from(`${json}\n`), rest]);
		const bytes = Buffer.concat([Buffer.from(`${crc32(checked)}\n`), checked]);
		const draft = join(this.#folder, "draft");
		const fd = openSync(draft, "w", 0o600);
		try {
			for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
			if (lasting) fsyncSync(fd);
		} catch (error) {
			rmSync(draft, { force: true });
			throw error;
		} finally {
			closeSync(fd);
		}
		renameSync(draft, join(this.#folder, name));
		return bytes.length;
	}

	#read(name: string, schema: Type.TSchema): { value: unknown; rest: Buffer } | undefined {
		try {
			const bytes = readFileSync(join(this.#folder, name));
			const checked = bytes.subarray(bytes.indexOf(NEWLINE) + 1);
			if (String(crc32(checked)) !== bytes.subarray(0, bytes.length - checked.length - 1).toString())
				return undefined;
			const end = checked.indexOf(NEWLINE);
			const value: unknown = JSON.parse(checked.subarray(0, end).toString("utf8"));
			return Check(schema, value) ? { value, rest: checked.subarray(end + 1) } : undefined;
		} catch {
			return undefined;
		}
	}
}
