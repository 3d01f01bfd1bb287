/**
 * Rotated logs that were compressed: gzip, zstd, xz and bzip2, told by their first bytes, without any program. The head is
 * decompressed to know the content again; what is to be read is expanded into a file that has no name any more, so that
 * memory stays small and nothing is left behind whatever happens. Room on the disk is left to others.
 */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { ReadableStream } from "node:stream/web";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { HEAD_BYTES } from "./file-identity.ts";
import { type LogFile, logOf } from "./log-file.ts";

const CHUNK_BYTES = 256 * 1024;
/** Free bytes that stay free while an archive is expanded: a full disk would stop the mail. */
const LEFT_FREE = 256 * 1024 * 1024;
const FREE_CHECKED_EVERY = 16 * 1024 * 1024;

/** RFC 1952; RFC 8878; the .xz file format 1.2; bzip2 */
const MAGIC = [
	["gzip", "1f8b"],
	["zstd", "28b52ffd"],
	["xz", "fd377a585a00"],
	["bzip2", "425a68"],
] as const;
type Compression = (typeof MAGIC)[number][0];

/** There is no room to expand an archive; it can be tried again. */
export class NoRoom extends Error {}

function compressionOf(file: LogFile): Compression | undefined {
	const start = file.read(0, 6).toString("hex");
	return MAGIC.find(([, magic]) => start.startsWith(magic))?.[0];
}

/** The first bytes of what an archive holds, as many as there are; none where it is damaged, half made or of another kind. */
export async function readArchiveHead(archive: LogFile): Promise<Buffer> {
	const parts: Buffer[] = [];
	let length = 0;
	try {
		for await (const plain of decompress(archive)) {
			parts.push(Buffer.from(plain));
			length += plain.length;
			if (length >= HEAD_BYTES) break;
		}
	} catch {
		// what came before the damage is known
	}
	return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

let counter = 0;

/** Expands an archive into an unnamed file in `folder`; the caller closes both. Throws `NoRoom`, or what is wrong with it. */
export async function expandArchive(
	archive: LogFile,
	folder: string,
): Promise<{ plain: LogFile; damage?: unknown }> {
	const name = join(folder, `expanding-${process.pid}-${counter++}`);
	const fd = openSync(name, "wx+", 0o600);
	rmSync(name);
	let damage: unknown;
	try {
		let checkAt = 0;
		let written = 0;
		for await (const plain of decompress(archive)) {
			if (written >= checkAt) checkRoom(folder);
			checkAt = Math.floor(written / FREE_CHECKED_EVERY + 1) * FREE_CHECKED_EVERY;
			writeAll(fd, plain);
			written += plain.length;
			// others get their turn: some decompressors work without a pause
			await turn();
		}
	} catch (error) {
		const code = error instanceof Error && "code" in error ? error.code : undefined;
		if (error instanceof NoRoom || code === "ENOSPC" || code === "EDQUOT") {
			closeSync(fd);
			throw new NoRoom(`there is no room in ${folder} to expand ${archive.path}`);
		}
		damage = error;
	}
	return { plain: logOf(fd, archive.path), ...(damage !== undefined && { damage }) };
}

function checkRoom(folder: string): void {
	const { bavail, bsize } = statfsSync(folder);
	if (bavail * bsize < LEFT_FREE) throw new NoRoom();
}

function writeAll(fd: number, bytes: Uint8Array): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function* chunks(file: LogFile): Generator<Buffer> {
	for (let at = 0; ; ) {
		const chunk = file.read(at, CHUNK_BYTES);
		if (chunk.length === 0) return;
		at += chunk.length;
		yield chunk;
	}
}

async function* decompress(archive: LogFile): AsyncGenerator<Uint8Array> {
	const compression = compressionOf(archive);
	if (!compression) throw new Error("it is no gzip, zstd, xz or bzip2 file");
	const stored = Readable.from(chunks(archive), { highWaterMark: 1 });
	try {
		yield* await decompressed(stored, compression);
	} finally {
		stored.destroy();
	}
}

async function decompressed(stored: Readable, compression: Compression): Promise<AsyncIterable<Uint8Array>> {
	switch (compression) {
		case "gzip":
			return piped(stored, createGunzip({ chunkSize: CHUNK_BYTES }));
		case "zstd":
			return piped(stored, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
		case "xz": {
			const { XzReadableStream } = await import("xz-decompress");
			return new XzReadableStream(webStream(stored)) as unknown as AsyncIterable<Uint8Array>;
		}
		case "bzip2": {
			const { default: unbzip2 } = await import("@openpgp/unbzip2-stream");
			return unbzip2(webStream(stored)) as unknown as AsyncIterable<Uint8Array>;
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
