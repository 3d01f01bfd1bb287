/** The embedded store against the contract, with one slice and with so many that every queue is spread over several. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../../testing/mail-traffic.ts";
import { type StoreUnderTest, storeContract, toLineBatch } from "../contract-tests.ts";
import { DataInUse } from "./data-lock.ts";
import { openSqliteStore } from "./sqlite-store.ts";

async function open(linesPerSlice: number): Promise<StoreUnderTest> {
	const root = mkdtempSync(join(tmpdir(), "mailtrail-store-"));
	let dir = join(root, "0");
	let store = openSqliteStore(dir, { linesPerSlice });
	const opened = [store];
	return {
		store,
		crash: async () => {
			// What the files hold at this moment, side files included, is what a killed process leaves.
			const next = join(root, String(opened.length));
			cpSync(dir, next, { recursive: true });
			dir = next;
			store = openSqliteStore(dir, { linesPerSlice });
			opened.push(store);
			return store;
		},
		remove: async () => {
			for (const each of opened) await each.close();
			rmSync(root, { recursive: true });
		},
	};
}

describe("one slice", () => storeContract(() => open(250_000)));
describe("slices of eight lines", () => storeContract(() => open(8)));

describe("slices", () => {
	it("take the lines of one batch together and carry the positions on", async () => {
		const under = await open(50);
		const { out } = mailTraffic(0, 100);
		for (const batch of batchesOf(out, 20)) await under.store.commit(toLineBatch("out", batch));
		const store = await under.crash();
		expect(await store.counts()).toEqual(new Map([["out", { lines: 500, unparsed: 0 }]]));
		const [batch] = batchesOf(out, 1000);
		if (!batch) throw new Error("no batch");
		const again = await store.commit(toLineBatch("out", batch));
		expect(again).toMatchObject({ added: 0, duplicates: 500 });
		await under.remove();
	});

	it("that were not finished are thrown away", async () => {
		const root = mkdtempSync(join(tmpdir(), "mailtrail-store-"));
		const { out } = mailTraffic(0, 10);
		const store = openSqliteStore(root);
		for (const batch of batchesOf(out, 20)) await store.commit(toLineBatch("out", batch));
		await store.close();
		cpSync(join(root, "slices/000001.db"), join(root, "slices/000002.db.new"));
		const again = openSqliteStore(root);
		expect(readdirSync(join(root, "slices")).filter((name) => name.includes("2"))).toEqual([]);
		expect((await again.counts()).get("out")?.lines).toBe(50);
		await again.close();
		rmSync(root, { recursive: true });
	});

	it("are written by one hub only", async () => {
		const root = mkdtempSync(join(tmpdir(), "mailtrail-store-"));
		const store = openSqliteStore(root);
		expect(() => openSqliteStore(root)).toThrow(DataInUse);
		await store.close();
		const again = openSqliteStore(root);
		await again.close();
		rmSync(root, { recursive: true });
	});
});
