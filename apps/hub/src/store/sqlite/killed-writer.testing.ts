/** A process that commits the test traffic as fast as it can and says which batch is committed: to be killed at any moment. */
import { writeSync } from "node:fs";
import { batchesOf, mailTraffic } from "../../testing/mail-traffic.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const [dir = "", messages = "0"] = process.argv.slice(2);
const store = openSqliteStore(dir, { linesPerSlice: 400 });
for (const host of ["out", "in"] as const) {
	const reached = (await store.positions(host))[0]?.offset ?? 0;
	const batches = batchesOf(mailTraffic(0, Number(messages))[host], 25);
	await Promise.all(
		batches
			.filter(({ position }) => position.offset > reached)
			.map(async ({ from, position, lines }) => {
				const result = await store.commit({ host, from, position, lines, receivedAt: 0 } as Parameters<
					typeof store.commit
				>[0]);
				// said at once, past every buffer: what is said is committed
				if (result.outcome === "committed") writeSync(1, `${host} ${position.offset}\n`);
			}),
	);
}
await store.settled();
await store.close();
writeSync(1, "done\n");
