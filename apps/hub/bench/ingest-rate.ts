/**
 * How many lines a second the embedded store takes, a few batches at a time as agents send them, into a directory of its own:
 * `pnpm bench [LINES]`. Two hosts take turns; every message is 10 lines in 2 hops.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIngest } from "../src/ingest/ingest-batch.ts";
import { LiveBus } from "../src/live/live-bus.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { mailTraffic, wireLines } from "../src/testing/mail-traffic.ts";
import { tuneCollector } from "../src/tune-collector.ts";

tuneCollector();

const total = Number(process.argv[2] ?? 400_000);
const MESSAGES = 100;
/** batches of each host on their way, as an agent has them */
const IN_FLIGHT = 8;
const dir = mkdtempSync(join(tmpdir(), "mailtrail-bench-"));
const store = openSqliteStore(dir);
const bus = new LiveBus({
	gather: async (hopIds) => ({ journeys: [], done: hopIds.length }),
	onError: (error) => console.error(error),
});
const ingest = createIngest(store, (changed, gone) => bus.publish(changed, gone), Date.now);

const offsets = { out: 0, in: 0 };
let lines = 0;
let spent = 0;
let worst = 0;
let reported = 0;
let spentBefore = 0;
let cpu = 0;
let cpuBefore = 0;
for (let n = 0; lines < total; n += MESSAGES * IN_FLIGHT) {
	const batches = [];
	for (let first = n; first < n + MESSAGES * IN_FLIGHT; first += MESSAGES) {
		const traffic = mailTraffic(first, MESSAGES);
		for (const host of ["out", "in"] as const) {
			const from = offsets[host];
			const wire = wireLines(traffic[host], from);
			offsets[host] = wire.end;
			const position = { source: "/var/log/mail.log", generation: "g1", offset: wire.end };
			batches.push({ host, batch: { type: "batch" as const, id: first, from, position, lines: wire.lines } });
		}
	}
	const started = performance.now();
	const busy = process.cpuUsage();
	await Promise.all(
		batches.map(async ({ host, batch }) => {
			const result = await ingest(host, batch);
			if (!result.ok) throw new Error(result.text);
			worst = Math.max(worst, performance.now() - started);
			lines += batch.lines.length;
		}),
	);
	spent += performance.now() - started;
	const used = process.cpuUsage(busy);
	cpu += (used.user + used.system) / 1000;
	if (lines - reported >= 50_000) {
		const rate = Math.round((lines - reported) / ((spent - spentBefore) / 1000));
		const perCpu = Math.round((lines - reported) / ((cpu - cpuBefore) / 1000));
		console.log(`${String(lines).padStart(9)} lines  ${rate} lines/s  ${perCpu} per second of CPU`);
		cpuBefore = cpu;
		reported = lines;
		spentBefore = spent;
	}
}
console.log(
	`${lines} lines at ${Math.round(lines / (spent / 1000))} lines/s (${Math.round(lines / (cpu / 1000))} per second of CPU), slowest batch ${worst.toFixed(0)} ms`,
);
bus.close();
await store.close();
rmSync(dir, { recursive: true });
