/** The embedded store against the contract, with one slice and with so many that every queue is spread over several. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { batchesOf, mailTraffic } from "../../testing/mail-traffic.ts";
import { type StoreUnderTest, storeContract, toLineBatch } from "../contract-tests.ts";
import { DataInUse } from "./data-lock.ts";
import { openSqliteStore } from "./sqlite-store.ts";

// slices of eight lines: hundreds of files are written and synced
vi.setConfig({ testTimeout: 120_000 });

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

	it("give a line that waited in an older one to its queue", async () => {
		const under = await open(50);
		const { store } = under;
		const recipient = "u1@d1.example.net";
		const log = [
			...mailTraffic(0, 100).out,
			`2026-03-02T09:00:00.000000+00:00 mx postfix/smtp[9]: ABC123: to=<${recipient}>, relay=none, delay=1, dsn=5.0.0, status=bounced (nothing said)`,
		];
		const [first, ...rest] = batchesOf(log, 20).map((batch) => toLineBatch("out", batch));
		if (!first) throw new Error("no batch");
		const report = {
			kind: "bounce-report" as const,
			raw: "bounce",
			at: "2026-03-02T09:00:01.000Z",
			recipient,
			reply: { code: 550, text: "no" },
		};
		const position = { source: "spool:/a", generation: "g", offset: 9 };
		const lines = [{ offset: 0, event: report, waitsFor: "out/m" }];
		await store.commit({ ...first, from: 0, position, lines });
		for (const batch of [first, ...rest]) await store.commit(batch);
		const [found] = await store.waiting("out/m");
		expect(found?.event).toMatchObject(report);
		await store.assign(found?.ref ?? "", { ...report, queueId: "ABC123" });
		const [hop] = await store.hopsOfQueue("out/ABC123");
		expect(hop?.attempts[0]).toMatchObject({ reply: report.reply, replyRef: found?.ref });
		const none = await store.assign("out:none:g:1", { ...report, queueId: "ABC123" });
		expect(none).toEqual({ changed: [], gone: [] });
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
