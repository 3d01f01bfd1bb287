/**
 * A log file, compressed or not, as lines with their byte offsets in what was written. Offsets are those of the expanded
 * content, so a file that was rotated and packed is the same content as before.
 */
import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { isAscii, isUtf8 } from "node:buffer";
import { RAW_LENGTH_MAX } from "@mailtrail/core/wire";
import { compressionOf, decompress, MAGIC_LENGTH } from "@mailtrail/decompress";

/** bytes from the start that identify a content, as agents have it */
const HEAD_BYTES = 4096;
const NEWLINE = 10;

export interface LogLine {
	offset: number;
	text: string;
}

export interface LogPart {
	lines: LogLine[];
	/** offset after the last of them */
	end: number;
	/** bytes of the stored file that were read so far, for a progress bar */
	read: number;
}

/** The first bytes of the expanded content. */
export async function readHead(path: string): Promise<Buffer> {
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const { bytes } of expanded(path)) {
		pieces.push(bytes);
		length += bytes.length;
		if (length >= HEAD_BYTES) break;
	}
	return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

export function hashHead(head: Uint8Array): string {
	return hash("sha256", head);
}

/** Complete lines from `from` on, up to `count` at a time; a last line without its end is taken too, the file being done. */
export async function* readLogFile(path: string, from: number, count: number): AsyncGenerator<LogPart> {
	let rest: Buffer = Buffer.alloc(0);
	let base = 0;
	let lines: LogLine[] = [];
	let read = 0;
	for await (const piece of expanded(path)) {
		read = piece.read;
		if (base + rest.length + piece.bytes.length <= from) {
			base += rest.length + piece.bytes.length;
			rest = Buffer.alloc(0);
			continue;
		}
		const bytes = rest.length === 0 ? piece.bytes : Buffer.concat([rest, piece.bytes]);
		let start = 0;
		const isPlain = isAscii(bytes);
		for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
			const offset = base + start;
			if (offset >= from)
				lines.push({
					offset,
					text: isPlain ? plainText(bytes, start, end) : textOf(bytes.subarray(start, end)),
				});
			start = end + 1;
			if (lines.length < count) continue;
			yield { lines, end: base + start, read };
			lines = [];
		}
		base += start;
		rest = bytes.subarray(start);
	}
	if (rest.length > 0 && base >= from) lines.push({ offset: base, text: textOf(rest) });
	if (lines.length > 0) yield { lines, end: base + rest.length, read };
}

/** Most pieces of a log are plain, and most of their lines have nothing to be taken off. */
function plainText(piece: Buffer, start: number, end: number): string {
	const isWhole = end - start <= RAW_LENGTH_MAX && piece[start] !== 0 && piece[end - 1] !== 13;
	return isWhole ? piece.toString("latin1", start, end) : textOf(piece.subarray(start, end));
}

function textOf(line: Buffer): string {
	let start = 0;
	while (line[start] === 0) start++;
	const end = line.at(-1) === 13 ? line.length - 1 : line.length;
	const kept = line.subarray(start, Math.max(start, Math.min(end, start + RAW_LENGTH_MAX)));
	return isUtf8(kept) ? kept.toString("utf8") : kept.toString("latin1");
}

async function* expanded(path: string): AsyncGenerator<{ bytes: Buffer; read: number }> {
	const stored = createReadStream(path, { highWaterMark: 1 << 20 });
	try {
		let read = 0;
		stored.on("data", () => {});
		stored.pause();
		const first = await firstBytes(path);
		const compression = compressionOf(first);
		if (!compression) {
			for await (const bytes of stored) {
				read += (bytes as Buffer).length;
				yield { bytes: bytes as Buffer, read };
			}
			return;
		}
		for await (const bytes of decompress(stored, compression)) yield { bytes, read: stored.bytesRead };
	} finally {
		stored.destroy();
	}
}

async function firstBytes(path: string): Promise<Buffer> {
	for await (const bytes of createReadStream(path, { end: MAGIC_LENGTH - 1 })) return bytes as Buffer;
	return Buffer.alloc(0);
}
