/**
 * The bytes of a log, decompressed by what they are. `-` is standard input; pipes and devices are read as they come. The memory
 * of a chunk belongs to the reader until it asks for the next one.
 */
import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { compressionOf, DamagedData, decompress, MAGIC_LENGTH } from "@mailtrail/decompress";
import { BadUse, unreadable } from "../failure.ts";

/** as much as the processor's own memory holds */
const CHUNK = 1 << 18;

export interface OpenLog {
	chunks: AsyncIterable<Buffer>;
	/** Of a plain file, instead of `chunks`: puts at most `most` bytes at `from` of the reader's own memory; 0 at the end. */
	fill?(memory: Buffer, from: number, most: number): number;
	/** to be called by who fills */
	close?(): void;
	/** of the file as stored; absent for what has no size */
	size?: number;
	/** bytes as stored that were read so far, for progress */
	read(): number;
}

export async function openLog(file: string): Promise<OpenLog> {
	if (file === "-") return openStream("standard input", process.stdin);
	try {
		// Node's promises of files cost more to load than all that a short log does
		const stat = statSync(file);
		if (stat.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
		// a named pipe has no beginning to look at twice
		if (!stat.isFile()) return openStream(file, createReadStream(file, { highWaterMark: CHUNK }));
		return openFile(file, stat.size);
	} catch (error) {
		throw unreadable(file, error);
	}
}

function openFile(file: string, size: number): OpenLog {
	const descriptor = openSync(file, "r");
	const head = Buffer.alloc(MAGIC_LENGTH);
	const compression = compressionOf(head.subarray(0, readSync(descriptor, head, 0, MAGIC_LENGTH, 0)));
	if (compression) {
		closeSync(descriptor);
		const stored = createReadStream(file, { highWaterMark: CHUNK });
		return { chunks: named(file, decompress(stored, compression)), size, read: () => stored.bytesRead };
	}
	let read = 0;
	const fill = (memory: Buffer, from: number, most: number): number => {
		try {
			// a read through the thread pool costs more than the bytes
			const length = readSync(descriptor, memory, from, most, read);
			read += length;
			return length;
		} catch (error) {
			throw unreadable(file, error);
		}
	};
	const chunks = (async function* () {
		const memory = Buffer.allocUnsafeSlow(CHUNK);
		try {
			for (let length = fill(memory, 0, CHUNK); length > 0; length = fill(memory, 0, CHUNK)) {
				yield length === CHUNK ? memory : memory.subarray(0, length);
			}
		} finally {
			closeSync(descriptor);
		}
	})();
	return { chunks, size, fill, close: () => closeSync(descriptor), read: () => read };
}

function openStream(name: string, stream: Readable): OpenLog {
	let read = 0;
	const counted = (async function* () {
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			read += chunk.length;
			yield chunk;
		}
	})();
	return { chunks: named(name, sniffed(counted)), read: () => read };
}

async function* sniffed(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	let first: Buffer = Buffer.alloc(0);
	// enough for the longest magic, however small the first reads are
	while (first.length < MAGIC_LENGTH) {
		const { done, value } = await chunks.next();
		if (done) break;
		first = first.length === 0 ? value : Buffer.concat([first, value]);
	}
	if (first.length === 0) return;
	const whole = (async function* () {
		yield first;
		yield* chunks;
	})();
	const compression = compressionOf(first);
	yield* compression ? decompress(Readable.from(whole), compression) : whole;
}

/** Errors while reading, told with the file's name. */
async function* named(file: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	try {
		yield* chunks;
	} catch (error) {
		if (error instanceof DamagedData) {
			throw new BadUse(
				`${file}: its compressed data is damaged or cut short; copy it again, or save what is left of it with zcat, xzcat, zstdcat or bzcat`,
			);
		}
		throw unreadable(file, error);
	}
}
