/** What is learned while a flood comes in is counted again up to where it is known already, and no further. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { commitGroup } from "../writing/commit-batch.ts";
import { Slices } from "../slice/slices.ts";

/** a piece is of 200 hops */
const MESSAGES = 150;

it("ends, though more hops come than it counts", () => {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-recount-"));
	const slices = new Slices(dir, 250_000);
	let pieces = 0;
	try {
		for (let round = 0; round < 6; round++) {
			const traffic = mailTraffic(round * MESSAGES, MESSAGES);
			for (const host of ["in", "out"] as const)
				for (const batch of batchesOf(traffic[host], 500, "/var/log/mail.log", `g${round}`))
					commitGroup(slices, [{ batch: toLineBatch(host, batch), committed: batch.from }]);
			if (slices.recountStep(undefined)) pieces++;
		}
		// 300 hops were there when the hosts were known as ours, 1 800 at the end
		expect(pieces).toBe(2);
		const counted = slices.writer.slice.one("SELECT value FROM meta WHERE name = 'own-peers'");
		expect(counted).toEqual({ value: 2 });
	} finally {
		slices.close();
		rmSync(dir, { recursive: true });
	}
});
