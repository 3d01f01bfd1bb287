/**
 * The bytes of a log file, decompressed by what it is rather than by its name: rotation tools and people rename. gzip
 * and zstd by Node; xz, which Node cannot read, by the `xz` program. `-` is standard input.
 */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { BadUse, unreadable } from "../failure.ts";

const CHUNK = 1 << 20;

export interface OpenLog {
	chunks: AsyncIterable<Buffer>;
	/** of the file as stored; absent for standard input */
	size?: number;
	/** bytes of the stored file read so far, for progress */
	read(): number;
}

type Compression = "gzip" | "zstd" | "xz";
const MAGIC: [Compression, number[]][] = [
	["gzip", [0x1f, 0x8b]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

export async function openLog(file: string): Promise<OpenLog> {
	if (file === "-") return openStandardInput();
	let size: number;
	let head: Buffer;
	try {
		const handle = await open(file, "r");
		try {
			const stat = await handle.stat();
			if (stat.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
			size = stat.size;
			// a named pipe has no beginning to look at twice
			head = stat.isFile() ? await readHead(handle) : Buffer.alloc(0);
		} finally {
			await handle.close();
		}
	} catch (error) {
		throw unreadable(file, error);
	}
	const stored = createReadStream(file, { highWaterMark: CHUNK });
	return {
		chunks: named(file, decompress(file, stored, compressionOf(head))),
		size,
		read: () => stored.bytesRead,
	};
}

async function readHead(handle: Awaited<ReturnType<typeof open>>): Promise<Buffer> {
	const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
	return buffer.subarray(0, bytesRead);
}

function compressionOf(head: Buffer): Compression | undefined {
	return MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
}

async function* openStandardInputChunks(): AsyncIterable<Buffer> {
	let first: Buffer | undefined;
	const rest = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	// enough for the longest magic, however small the first reads are
	while (!first || first.length < 6) {
		const { done, value } = await rest.next();
		if (done) break;
		first = first ? Buffer.concat([first, value]) : value;
	}
	if (!first) return;
	const whole = (async function* () {
		yield first;
		yield* { [Symbol.asyncIterator]: () => rest };
	})();
	const { Readable } = await import("node:stream");
	const compression = compressionOf(first);
	yield* compression ? decompress("standard input", Readable.from(whole), compression) : whole;
}

function openStandardInput(): OpenLog {
	return { chunks: named("standard input", openStandardInputChunks()), read: () => 0 };
}

function decompress(
	file: string,
	stored: Readable,
	compression: Compression | undefined,
): AsyncIterable<Buffer> {
	switch (compression) {
		case undefined:
			return stored;
		case "gzip":
			return piped(stored, createGunzip({ chunkSize: CHUNK }));
		case "zstd":
			return piped(stored, createZstdDecompress({ chunkSize: CHUNK }));
		case "xz":
			return unxz(file, stored);
	}
}

function piped(from: Readable, to: NodeJS.ReadWriteStream & AsyncIterable<Buffer>): AsyncIterable<Buffer> {
	from.on("error", (error) => to.emit("error", error));
	return from.pipe(to);
}

async function* unxz(file: string, stored: Readable): AsyncIterable<Buffer> {
	const xz = spawn("xz", ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "pipe"] });
	const ended = new Promise<string | undefined>((resolve) => {
		const words: Buffer[] = [];
		xz.stderr.on("data", (chunk: Buffer) => words.push(chunk));
		xz.on("error", () => resolve("the program xz is not installed (apt install xz-utils)"));
		xz.on("close", (code) => resolve(code === 0 ? undefined : Buffer.concat(words).toString("utf8").trim()));
	});
	// xz stops reading where its data is damaged; what it says then is the error
	xz.stdin.on("error", () => stored.destroy());
	stored.on("error", () => xz.kill());
	stored.pipe(xz.stdin);
	for await (const chunk of xz.stdout) yield chunk as Buffer;
	const problem = await ended;
	if (problem !== undefined) throw new BadUse(`${file}: cannot be decompressed: ${problem}`);
}

/** Errors while reading, told with the file's name. */
async function* named(file: string, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
	try {
		yield* chunks;
	} catch (error) {
		if (error instanceof BadUse) throw error;
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		if (code === "EPIPE") throw error;
		const damaged =
			code.startsWith("Z_") || code.startsWith("ZSTD_") || code === "ERR_ZSTD_DECOMPRESSION_FAILED";
		throw damaged
			? new BadUse(
					`${file}: its compressed data is damaged or cut short (${(error as Error).message}); copy it again`,
				)
			: unreadable(file, error);
	}
}
