/// <reference path="./unbzip2-stream.d.ts" />
/**
 * What compressed a stream of bytes, told by its first ones rather than by a file's name (rotation tools and people rename), and
 * how it comes out again: gzip and zstd by Node, xz and bzip2 by packages that need no program, loaded when they are needed.
 * Several members in one file (`cat a.gz b.gz`) are read one after the other.
 */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createGunzip, createZstdDecompress } from "node:zlib";

const CHUNK = 1 << 20;

export type Compression = "gzip" | "zstd" | "xz" | "bzip2";

/** So many first bytes tell every compression. */
export const MAGIC_LENGTH = 6;

/** RFC 1952; RFC 8878; the .xz file format 1.2; bzip2's `BZh`, a block size and a first block or the end */
const MAGIC: readonly [Compression, readonly (number | readonly number[])[]][] = [
	["gzip", [0x1f, 0x8b]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
	["bzip2", [0x42, 0x5a, 0x68, [0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39], [0x31, 0x17]]],
];

export function compressionOf(head: Uint8Array): Compression | undefined {
	return MAGIC.find(([, magic]) =>
		magic.every((wanted, place) => {
			const byte = head[place] as number;
			return typeof wanted === "number" ? byte === wanted : wanted.includes(byte);
		}),
	)?.[0];
}

/** Broken or cut data; what decompressors say of it is not for people. */
export class DamagedData extends Error {}

export async function* decompress(stored: Readable, compression: Compression): AsyncGenerator<Buffer> {
	let failed: unknown;
	stored.on("error", (error) => {
		failed = error;
	});
	try {
		for await (const chunk of await decompressed(stored, compression)) {
			yield chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
		}
	} catch (error) {
		// what the file itself says counts more than what its reader makes of it
		if (failed !== undefined) throw failed;
		if (error instanceof Error && "code" in error && String(error.code).startsWith("E")) {
			if (!String(error.code).startsWith("ERR_ZSTD")) throw error;
		}
		throw new DamagedData(error instanceof Error ? error.message : String(error));
	}
	if (failed !== undefined) throw failed;
}

async function decompressed(stored: Readable, compression: Compression): Promise<AsyncIterable<Uint8Array>> {
	switch (compression) {
		case "gzip":
			return piped(stored, createGunzip({ chunkSize: CHUNK }));
		case "zstd":
			return piped(stored, createZstdDecompress({ chunkSize: CHUNK }));
		case "xz": {
			const { XzReadableStream } = await import("xz-decompress");
			return new XzReadableStream(webStream(stored)) as unknown as AsyncIterable<Uint8Array>;
		}
		case "bzip2": {
			const { default: unbzip2 } = await import("@openpgp/unbzip2-stream");
			return unbzip2(webStream(stored));
		}
	}
}

function piped(
	from: Readable,
	to: NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
	from.on("error", (error) => to.emit("error", error));
	return from.pipe(to);
}

function webStream(stored: Readable): ReadableStream<Uint8Array> {
	return Readable.toWeb(stored) as ReadableStream<Uint8Array>;
}
