/**
 * The blocks of one log, to be looked at again in any order. Those of a plain file are read from it; what was decompressed, or comes
 * once (a pipe), is kept in a temporary file, compressed, that has no name from the moment it is made: it is gone when the
 * process ends, however it does. Memory is a few blocks.
 */
import {
	closeSync,
	constants as fsConstants,
	mkdtempSync,
	openSync,
	readSync,
	rmSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { BadUse } from "../failure.ts";

const KEPT = 4;

interface Place {
	position: number;
	/** as stored */
	stored: number;
	length: number;
}

export class BlockStore {
	readonly #file: string;
	readonly #places: Place[] = [];
	readonly #recent = new Map<number, Buffer>();
	#handle: number | undefined;
	#packed = false;
	#end = 0;
	/** all of what comes once, or was decompressed, is here: the file need not be read again */
	isWhole = false;

	constructor(file: string) {
		this.#file = file;
	}

	get count(): number {
		return this.#places.length;
	}

	/** The next block, which stands in the file itself. */
	noteInFile(position: number, length: number): void {
		// opened before anything is read again: a log that is rotated meanwhile stays the one that was read
		this.#handle ??= openSync(this.#file, "r");
		this.#places.push({ position, stored: length, length });
	}

	/** The next block, which stands nowhere else. */
	keep(bytes: Buffer, length: number): void {
		this.#handle ??= nameless(this.#file);
		this.#packed = true;
		const packed = zstdCompressSync(bytes.subarray(0, length), {
			params: { [constants.ZSTD_c_compressionLevel]: 1 },
		});
		writeAll(this.#handle, packed, this.#end, this.#file);
		this.#places.push({ position: this.#end, stored: packed.length, length });
		this.#end += packed.length;
	}

	lengthOf(number: number): number {
		return (this.#places[number] as Place).length;
	}

	/** Valid until some more were asked for. */
	block(number: number): Buffer {
		const recent = this.#recent.get(number);
		if (recent) return recent;
		const { position, stored, length } = this.#places[number] as Place;
		const bytes = Buffer.allocUnsafeSlow(stored);
		let read = 0;
		while (read < stored) {
			const more = readSync(this.#handle as number, bytes, read, stored - read, position + read);
			if (more === 0)
				throw new BadUse(`${this.#file}: was cut or replaced while it was read; run the command again`);
			read += more;
		}
		const block = this.#packed ? padded(zstdDecompressSync(bytes), length) : bytes;
		this.#recent.set(number, block);
		const [oldest] = this.#recent.keys();
		if (this.#recent.size > KEPT && oldest !== undefined) this.#recent.delete(oldest);
		return block;
	}

	/** All blocks have come. */
	end(): void {
		this.isWhole = this.#packed;
	}

	/** The blocks in their order, as far as they are taken. */
	forEach(onBlock: (bytes: Buffer, length: number, position: number) => boolean): void {
		for (const [number, { length }] of this.#places.entries())
			if (!onBlock(this.block(number), length, Number.NaN)) return;
	}

	close(): void {
		if (this.#handle !== undefined) closeSync(this.#handle);
		this.#handle = undefined;
	}
}

/** Searches look at whole words of four bytes. */
function padded(bytes: Buffer, length: number): Buffer {
	const block = Buffer.allocUnsafeSlow(length + 4);
	bytes.copy(block);
	return block;
}

function nameless(file: string): number {
	let folder: string | undefined;
	try {
		folder = mkdtempSync(join(tmpdir(), "mailtrail-"));
		const { O_RDWR, O_CREAT, O_EXCL } = fsConstants;
		return openSync(join(folder, "blocks"), O_RDWR | O_CREAT | O_EXCL, 0o600);
	} catch (error) {
		throw full(file, error);
	} finally {
		if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
	}
}

function writeAll(handle: number, bytes: Buffer, position: number, file: string): void {
	try {
		let written = 0;
		while (written < bytes.length)
			written += writeSync(handle, bytes, written, bytes.length - written, position + written);
	} catch (error) {
		throw full(file, error);
	}
}

function full(file: string, error: unknown): BadUse {
	return new BadUse(
		`${file}: its content cannot be kept in ${tmpdir()} while it is looked at (${error instanceof Error ? error.message : String(error)}); make room there, or name another folder with TMPDIR=…`,
	);
}
