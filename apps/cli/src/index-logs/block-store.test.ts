/** Blocks come back as they were given, from the log itself or from a file that nobody finds. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { BlockStore } from "./block-store.ts";

const folder = mkdtempSync(join(tmpdir(), "mailtrail-blocks-"));
beforeAll(() => vi.stubEnv("TMPDIR", folder));
afterAll(() => rmSync(folder, { recursive: true }));

const BLOCKS = Array.from({ length: 9 }, (_, n) => Buffer.from(`line ${n}\n`.repeat(n * 100 + 1)));

test("what was unpacked is kept in a file without a name, in any order", () => {
	const store = new BlockStore("mail.log.gz");
	for (const block of BLOCKS) store.keep(Buffer.concat([block, Buffer.from("more")]), block.length);
	expect(readdirSync(folder)).toEqual([]);
	for (const number of [8, 0, 3, 8, 7, 6, 5, 4, 3, 2, 1, 0]) {
		const length = store.lengthOf(number);
		expect(store.block(number).subarray(0, length)).toEqual(BLOCKS[number]);
	}
	expect(store.isWhole).toBe(false);
	store.end();
	expect(store.isWhole).toBe(true);
	const seen: string[] = [];
	store.forEach((bytes, length) => seen.push(bytes.toString("utf8", 0, length)) < 3);
	expect(seen).toEqual(BLOCKS.slice(0, 3).map(String));
	store.close();
});

test("a log that was cut since says so", () => {
	const file = join(folder, "mail.log");
	writeFileSync(file, "one\ntwo\n");
	const store = new BlockStore(file);
	store.noteInFile(4, 4);
	expect(store.block(0).toString()).toBe("two\n");
	const other = new BlockStore(file);
	other.noteInFile(4, 4);
	truncateSync(file, 6);
	expect(() => other.block(0)).toThrow("was cut or replaced");
	store.close();
	other.close();
	rmSync(file);
});

test("no room for what has to be kept is one clear line", () => {
	vi.stubEnv("TMPDIR", join(folder, "nowhere"));
	expect(() => new BlockStore("mail.log.gz").keep(Buffer.from("x\n"), 2)).toThrow(/mail\.log\.gz: .*TMPDIR/);
	vi.stubEnv("TMPDIR", folder);
});
