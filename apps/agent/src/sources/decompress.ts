/**
 * Rotated logs that gzip compressed while nobody looked. The head is decompressed in memory to know the content again;
 * what is to be read is expanded into a file that has no name any more, so that nothing is left behind whatever happens.
 */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { HEAD_BYTES } from "./file-identity.ts";
import { type LogFile, logOf } from "./log-file.ts";

const SAMPLE_BYTES = 16 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** RFC 1952: the last four bytes are the plain size modulo 2^32. */
const SIZE_FIELD = 4;

/** What an archive holds: its plain size and first bytes; nothing where it is damaged or half made. */
export function readArchive(file: LogFile): { size: number; head: Buffer } {
	try {
		const plain = gunzipSync(file.read(0, SAMPLE_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
		const field = file.read(file.size() - SIZE_FIELD, SIZE_FIELD);
		return { size: field.readUInt32LE(), head: plain.subarray(0, HEAD_BYTES) };
	} catch {
		return { size: 0, head: Buffer.alloc(0) };
	}
}

function* chunks(file: LogFile): Generator<Buffer> {
	for (let at = 0; ; ) {
		const chunk = file.read(at, CHUNK_BYTES);
		if (chunk.length === 0) return;
		at += chunk.length;
		yield chunk;
	}
}

let counter = 0;

/** Expands an archive into an unnamed file in `folder`; the caller closes both. */
export async function expandArchive(archive: LogFile, folder: string): Promise<LogFile> {
	const name = join(folder, `expanding-${process.pid}-${counter++}`);
	const fd = openSync(name, "wx+", 0o600);
	rmSync(name);
	try {
		await pipeline(chunks(archive), createGunzip(), async (plain: AsyncIterable<Buffer>) => {
			for await (const bytes of plain) writeAll(fd, bytes);
		});
		return logOf(fd, archive.path);
	} catch (error) {
		closeSync(fd);
		throw error;
	}
}

function writeAll(fd: number, bytes: Buffer): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
