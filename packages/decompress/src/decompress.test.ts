import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Compression, compressionOf, DamagedData, decompress } from "./decompress.ts";

const TEXT = "a line\nanother\n";
/** by xz(1) and bzip2(1) */
const STORED: Record<Compression, Buffer> = {
	gzip: gzipSync(TEXT),
	zstd: zstdCompressSync(TEXT),
	xz: Buffer.from(
		"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAOYSBsaW5lCmFub3RoZXIKAADZCtcrOeBWNQABJw/fGvxqH7bzfQEAAAAABFla",
		"base64",
	),
	bzip2: Buffer.from("QlpoOTFBWSZTWRRg/DIAAAHRgAAQQAAiZZQAIAAxANNNBAaGQgKY5yK3D3i7kinChICjB+GQ", "base64"),
};
const KINDS = Object.keys(STORED) as Compression[];

async function plain(stored: Buffer, compression: Compression): Promise<string> {
	const parts: Buffer[] = [];
	for await (const part of decompress(Readable.from([stored]), compression)) parts.push(part);
	return Buffer.concat(parts).toString();
}

describe("compressed data", () => {
	it.each(KINDS)("is known by its first bytes and read: %s", async (kind) => {
		expect(compressionOf(STORED[kind])).toBe(kind);
		expect(await plain(STORED[kind], kind)).toBe(TEXT);
	});

	it.each(KINDS)("in several members is read one after the other: %s", async (kind) => {
		expect(await plain(Buffer.concat([STORED[kind], STORED[kind]]), kind)).toBe(TEXT + TEXT);
	});

	it.each(KINDS)("that is cut short is told as damaged: %s", async (kind) => {
		await expect(plain(STORED[kind].subarray(0, -8), kind)).rejects.toThrow(DamagedData);
	});

	it("is not seen in a log that begins alike", () => {
		expect(compressionOf(Buffer.from("BZh is how this line begins"))).toBeUndefined();
		expect(compressionOf(Buffer.from(""))).toBeUndefined();
	});
});
