import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { BadUse } from "../failure.ts";
import { openLog } from "./open-log.ts";

const folder = mkdtempSync(join(tmpdir(), "mailtrail-open-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = Buffer.from("one\ntwo\n".repeat(10_000));

async function content(name: string, bytes: Buffer): Promise<Buffer> {
	const file = join(folder, name);
	writeFileSync(file, bytes);
	const chunks: Buffer[] = [];
	// a copy: the next chunk may come in the same memory
	for await (const chunk of (await openLog(file)).chunks) chunks.push(Buffer.from(chunk));
	return Buffer.concat(chunks);
}

test("the content says how it is compressed, not the name", async () => {
	expect((await content("plain.gz", TEXT)).equals(TEXT)).toBe(true);
	expect((await content("gzip.log", gzipSync(TEXT))).equals(TEXT)).toBe(true);
	expect((await content("members.gz", Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)]))).length).toBe(
		TEXT.length * 2,
	);
	expect((await content("zstd.1", zstdCompressSync(TEXT))).equals(TEXT)).toBe(true);
	expect((await content("empty.xz", Buffer.alloc(0))).length).toBe(0);
});

// `seq 1 3` by xz 5.4 and bzip2 1.0.8: this machine need not have either
const SEQ = "1\n2\n3\n";
const XZ = Buffer.from(
	"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFMQoyCjMKAAAA48Gxflu4V04AAR4GwS+kHR+2830BAAAAAARZWg==",
	"base64",
);
const BZIP2 = Buffer.from("QlpoOTFBWSZTWRJdn4oAAAHIAAAQOAAgACGaaDNNHLeLuSKcKEgJLs/FAA==", "base64");

test("xz and bzip2 need no program, also one file behind the other", async () => {
	expect((await content("seq.xz", XZ)).toString()).toBe(SEQ);
	expect((await content("twice", Buffer.concat([XZ, XZ]))).toString()).toBe(SEQ + SEQ);
	expect((await content("seq.log", BZIP2)).toString()).toBe(SEQ);
	expect((await content("twice", Buffer.concat([BZIP2, BZIP2]))).toString()).toBe(SEQ + SEQ);
	for (const whole of [XZ, BZIP2]) {
		for (const cut of [1, 8, 20])
			await expect(content("cut", whole.subarray(0, -cut))).rejects.toThrow(BadUse);
		const damaged = Buffer.from(whole);
		damaged.fill(0x55, 20, 30);
		await expect(content("damaged", damaged)).rejects.toThrow(/damaged: its compressed data is damaged/);
	}
});

test("damaged data is an error that names the file", async () => {
	const cut = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, n) => n * 7919)));
	await expect(content("cut.gz", cut.subarray(0, -100))).rejects.toThrow(
		/cut\.gz: its compressed data is damaged/,
	);
	const zstd = zstdCompressSync(TEXT);
	zstd.fill(0xff, 8);
	await expect(content("damaged.zst", zstd)).rejects.toThrow(BadUse);
	await expect(openLog(join(folder, "missing"))).rejects.toThrow(/missing: no such file/);
	await expect(openLog(folder)).rejects.toThrow(/is a folder/);
});
