/** What waits is committed together, a batch of each host in turn; a host's own batches stay in their order. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { batchesOf, mailTraffic } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { openSqliteStore, type SqliteStore } from "../sqlite-store.ts";

let dir: string;
let store: SqliteStore;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-batches-"));
	store = openSqliteStore(dir);
});
afterEach(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

it("keeps no host waiting behind another's flood", async () => {
	const { out, in: arrived } = mailTraffic(0, 3_000);
	const answered: string[] = [];
	const commit = (host: string, batch: ReturnType<typeof toLineBatch>) =>
		store.commit(batch).then((result) => answered.push(`${host} ${result.outcome}`));
	const flood = batchesOf(out, 500).map((batch) => commit("out", toLineBatch("out", batch)));
	expect(flood.length).toBe(30);
	const [quiet] = batchesOf(arrived, 20);
	if (!quiet) throw new Error("no batch");
	await commit("in", toLineBatch("in", quiet));
	// with the first of the flood, not behind the last
	expect(answered.filter((each) => each.startsWith("out")).length).toBeLessThan(15);
	await Promise.all(flood);
	expect(new Set(answered)).toEqual(new Set(["out committed", "in committed"]));
	expect((await store.counts()).get("out")?.lines).toBe(15_000);
});

it("answers a batch that jumped without harm to those beside it", async () => {
	const [first, second, third] = batchesOf(mailTraffic(0, 3).out, 5).map((batch) =>
		toLineBatch("out", batch),
	);
	const other = batchesOf(mailTraffic(0, 3).in, 100).map((batch) => toLineBatch("in", batch));
	if (!first || !second || !third || !other[0]) throw new Error("no batches");
	const results = await Promise.all(
		[first, third, second, third, other[0]].map((batch) => store.commit(batch)),
	);
	expect(results.map(({ outcome }) => outcome)).toEqual([
		"committed",
		"position-jumped",
		"committed",
		"committed",
		"committed",
	]);
	expect((await store.counts()).get("out")?.lines).toBe(15);
});

it("an agent that has half of what it may send waiting waits for no pause", async () => {
	const batches = batchesOf(mailTraffic(0, 500).out, 500).map((batch) => toLineBatch("out", batch));
	vi.useFakeTimers({ toFake: ["setTimeout"] });
	try {
		await store.commit(batches[0] as (typeof batches)[0]);
		// within the pause that a transaction has behind it; its timer never ends here
		await Promise.all(batches.slice(1).map((batch) => store.commit(batch)));
	} finally {
		vi.useRealTimers();
	}
	expect((await store.counts()).get("out")?.lines).toBe(2_500);
});

it("goes on with what agents send after many lines were written at once", async () => {
	await store.close();
	store = openSqliteStore(dir, { linesPerSlice: 1_000 });
	const [first, second] = batchesOf(mailTraffic(0, 3).in, 5).map((batch) => toLineBatch("in", batch));
	if (!first || !second) throw new Error("no batches");
	const many = batchesOf(mailTraffic(0, 200).out, 500).map((batch) => toLineBatch("out", batch));
	const waits = store.commit(first);
	// commits what waits before it begins, and what came since when it ends
	await expect(Promise.all([waits, store.commitMany(many)])).resolves.toMatchObject([{ added: 5 }, 1_000]);
	expect(await store.commit(second)).toMatchObject({ outcome: "committed", added: 5 });
});
