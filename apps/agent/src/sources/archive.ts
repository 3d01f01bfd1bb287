/**
 * Rotated logs that were compressed: gzip, zstd, xz and bzip2, told by their first bytes, without any program. The head is
 * decompressed to know the content again; what is to be read is expanded into a file that has no name any more, so that
 * memory stays small and nothing is left behind whatever happens. Room on the disk is left to others.
 */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { compressionOf, decompress, MAGIC_LENGTH } from "@mailtrail/decompress";
import { HEAD_BYTES } from "./file-identity.ts";
import { type LogFile, logOf } from "./log-file.ts";

const CHUNK_BYTES = 256 * 1024;
/** Free bytes that stay free while an archive is expanded: a full disk would stop the mail. */
const LEFT_FREE = 256 * 1024 * 1024;
const FREE_CHECKED_EVERY = 16 * 1024 * 1024;

/** There is no room to expand an archive; it can be tried again. */
export class NoRoom extends Error {}

/** The first bytes of what an archive holds, as many as there are; none where it is damaged, half made or of another kind. */
export async function readArchiveHead(archive: LogFile): Promise<Buffer> {
	const parts: Buffer[] = [];
	let length = 0;
	try {
		for await (const plain of plainOf(archive)) {
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
		for await (const plain of plainOf(archive)) {
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

async function* plainOf(archive: LogFile): AsyncGenerator<Uint8Array> {
	const compression = compressionOf(archive.read(0, MAGIC_LENGTH));
	if (!compression) throw new Error("it is no gzip, zstd, xz or bzip2 file");
	const stored = Readable.from(chunks(archive), { highWaterMark: 1 });
	try {
		yield* decompress(stored, compression);
	} finally {
		stored.destroy();
	}
}
