/**
 * A process that commits the test traffic as fast as it can and says which batch is committed: to be killed at any moment. With
 * `many`, some hundred lines at once (`direct/`).
 */
import { writeSync } from "node:fs";
import { batchesOf, mailTraffic } from "../../testing/mail-traffic.ts";
import type { LineBatch } from "../store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const [dir = "", messages = "0", way = ""] = process.argv.slice(2);
const MANY = 9;
const store = openSqliteStore(dir, { linesPerSlice: 400 });
for (const host of ["out", "in"] as const) {
	const reached = (await store.positions(host))[0]?.offset ?? 0;
	const batches = batchesOf(mailTraffic(0, Number(messages))[host], 25)
		.filter(({ position }) => position.offset > reached)
		.map((batch) => ({ ...batch, host, receivedAt: 0 }) as LineBatch);
	// said at once, past every buffer: what is said is committed
	if (way === "many")
		for (let at = 0; at < batches.length; at += MANY) {
			const some = batches.slice(at, at + MANY);
			await store.commitMany(some);
			writeSync(1, `${host} ${some.at(-1)?.position.offset}\n`);
		}
	else
		await Promise.all(
			batches.map(async (batch) => {
				const result = await store.commit(batch);
				if (result.outcome === "committed") writeSync(1, `${host} ${batch.position.offset}\n`);
			}),
		);
}
await store.settled();
await store.close();
writeSync(1, "done\n");
