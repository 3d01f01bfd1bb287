/**
 * Fills a store: `node bench/fill-store.ts DIR [--hops N] [--log HOST=FILE …]`. Made-up mail of two hosts up to N hops, or the logs given. Prints
 * what the store takes for each byte of log; leaves hops from all over it beside it (`sampled-hops.ts`), for `search-under-load.ts` to ask for.
 */
import { parseArgs } from "node:util";
import type { Hop } from "@mailtrail/core/trace";
import { importLogs } from "../src/commands/import-logs.ts";
import { toLineBatch } from "../src/store/contract-tests.ts";
import type { LineBatch } from "../src/store/store.ts";
import { openSqliteStore, type SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic } from "../src/testing/mail-traffic.ts";
import { writeSampledHops } from "./sampled-hops.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		hops: { type: "string", default: "0" },
		log: { type: "string", multiple: true, default: [] },
	},
});
const [dir = "bench-store"] = positionals;
const hops = Number(values.hops);
const MESSAGES = 500;
/** of made-up mail, written at once */
const LINES_HELD = 250_000;
const SAMPLES = 300;

const store = openSqliteStore(dir);
await fill(store);
await tellRoom(store);
writeSampledHops(dir, await sampleHops(store));
await store.close();

async function fill(into: SqliteStore): Promise<void> {
	if (hops === 0 && values.log.length === 0) return;
	const busy = process.cpuUsage();
	for (const log of values.log) {
		const [host = "", ...file] = log.split("=");
		await importLogs(into, host, [file.join("=")], { zone: "UTC", now: Date.now(), progress: () => {} });
	}
	let held: LineBatch[] = [];
	let lines = 0;
	for (let n = 0; n < hops / 2; n += MESSAGES) {
		const traffic = mailTraffic(n, MESSAGES);
		for (const host of ["out", "in"] as const) {
			// one content for each few messages: the bench keeps no offsets
			const content = `g${String(n).padStart(9, "0")}`;
			for (const batch of batchesOf(traffic[host], LINES_HELD, "/var/log/mail.log", content)) {
				held.push(toLineBatch(host, batch));
				lines += batch.lines.length;
			}
		}
		if (lines < LINES_HELD && n + MESSAGES < hops / 2) continue;
		await into.commitMany(held);
		[held, lines] = [[], 0];
	}
	await into.settled();
	const { user, system } = process.cpuUsage(busy);
	console.log(`filling and packing took ${((user + system) / 1e6).toFixed(0)} s of CPU`);
}

/** Of closed slices, by their share of the lines: the newest one is not packed. */
async function tellRoom(from: SqliteStore): Promise<void> {
	const { slices } = await from.info();
	const counts = await from.counts();
	let raw = 0;
	for (const [host, { lines }] of counts) {
		const madeUp = host === "in" || host === "out" ? host : undefined;
		if (madeUp) raw += lines * madeUpLineBytes(madeUp);
		else for (const { offset } of await from.positions(host)) raw += offset;
	}
	const closed = slices.filter(({ state }) => state === "closed");
	const sum = (part: typeof slices, what: "bytes" | "lines") =>
		part.reduce((all, each) => all + each[what], 0);
	const perLine = raw / sum(slices, "lines");
	const ratio = sum(closed, "bytes") / (sum(closed, "lines") * perLine);
	console.log(
		`${sum(slices, "lines")} lines in ${slices.length} slices; packed ones take ${ratio.toFixed(3)} bytes for a byte of log (lines of ${perLine.toFixed(0)} bytes)`,
	);
}

/** Its positions do not tell: a store remembers the newest contents of a source, and these are many. */
function madeUpLineBytes(side: "out" | "in"): number {
	const lines = mailTraffic(Math.floor(hops / 4), MESSAGES)[side];
	return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0) / lines.length;
}

/** Hops from all over the store. */
async function sampleHops(from: SqliteStore): Promise<Hop[]> {
	const span = await from.timeRange();
	const found: Hop[] = [];
	for (let n = 0; span && n < SAMPLES; n++) {
		const at = span.from + ((span.to - span.from) * (((n * 7_919) % SAMPLES) + 0.5)) / SAMPLES;
		const [first] = await from.findHops({ limit: 1, before: { at, tie: 0 } });
		if (first?.hop.sender && first.hop.attempts[0]) found.push(first.hop);
	}
	return found;
}
