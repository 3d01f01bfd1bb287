import { spawnSync } from "node:child_process";
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
	for await (const chunk of (await openLog(file)).chunks) chunks.push(chunk);
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

test.runIf(spawnSync("xz", ["--version"]).status === 0)("xz through the program of that name", async () => {
	const xz = spawnSync("xz", ["--stdout"], { input: TEXT }).stdout;
	expect((await content("xz", xz)).equals(TEXT)).toBe(true);
	await expect(content("cut.xz", xz.subarray(0, -20))).rejects.toThrow(BadUse);
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
