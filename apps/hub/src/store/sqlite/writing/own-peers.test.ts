/** A balancer's address leads to several hosts of ours: then the id of every message says to which it went. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import type { Store } from "../../store.ts";
import { openSqliteStore } from "../sqlite-store.ts";

const COUNT = 40;
const SPAN = { since: Date.parse("2026-03-02T00:00:00Z"), until: Date.parse("2026-03-03T00:00:00Z") };

let dir: string;
let store: Store;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-peers-"));
	store = openSqliteStore(dir);
});
afterEach(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

async function commit(host: string, lines: string[]): Promise<void> {
	for (const batch of batchesOf(lines, 7)) await store.commit(toLineBatch(host, batch));
	await store.settled();
}

it("is told apart by message, also where the host that took it tells later", async () => {
	const { out, in: arrived } = mailTraffic(0, COUNT);
	const of = (odd: number) => arrived.filter((_, line) => Math.floor(line / 5) % 2 === odd);
	await commit("in1", of(0));
	await commit("out", out);
	// the address is known as shared from the first of these on; the others are proven one by one
	await commit("in2", of(1).slice(0, 10));
	await commit("in2", of(1));
	const ways = await store.ways(SPAN);
	for (let n = 0; n < COUNT; n++) {
		const rows = ways.filter(({ domain }) => domain === `d${n}.example.net`);
		expect(rows.map(({ host, to, accepted }) => [n, host, to, accepted])).toEqual([
			[n, "out", n % 2 === 0 ? "in1" : "in2", 1],
		]);
	}
	const arrivals = await store.sums({ ...SPAN, kind: "arrivals", by: ["outcome"] });
	expect(arrivals.map(({ outcome, recipients, messages }) => [outcome, recipients, messages]).sort()).toEqual(
		[
			["", 0, COUNT],
			["delivered", COUNT, 0],
		],
	);
});
