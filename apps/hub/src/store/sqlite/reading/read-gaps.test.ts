/** Gaps of all slices, closed ones and the newest, of the host that is asked for; and a bounded number of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { openSqliteStore } from "../sqlite-store.ts";

it("tells the newest first, whichever slices they stand in", async () => {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-gaps-"));
	const store = openSqliteStore(dir, { linesPerSlice: 100 });
	const batches = batchesOf(mailTraffic(0, 100).out, 25).map((batch) => toLineBatch("out", batch));
	for (const [at, batch] of batches.entries()) {
		const gap = { bytes: at + 1, reason: "rotated" } as const;
		await store.commit(at % 4 === 2 ? { ...batch, gap } : batch);
		expect((await store.gaps("out"))[0]?.bytes).toBe(at < 2 ? undefined : at - ((at - 2) % 4) + 1);
	}
	expect((await store.info()).slices.length).toBeGreaterThan(3);
	expect((await store.gaps("out")).map(({ bytes }) => bytes)).toEqual([19, 15, 11, 7, 3]);
	expect(await store.gaps("in")).toEqual([]);
	const last = batches.at(-1);
	for (let n = 100; last && n < 170; n++)
		await store.commit({ ...last, lines: [], gap: { bytes: n, reason: "rotated" } });
	const many = await store.gaps("out");
	expect([many.length, many[0]?.bytes, many.at(-1)?.bytes]).toEqual([50, 169, 120]);
	await store.close();
	rmSync(dir, { recursive: true });
});
