/** A balancer's address leads to several hosts of ours: then the id of every message says to which it went. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
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

it("is looked for without reading what a message to many says of itself", async () => {
	const at = "2026-03-02T10:00:00+00:00 out postfix";
	const tries = Array.from(
		{ length: 200 },
		(_, n) =>
			`${at}/smtp[3]: 4XyZ0123456789z: to=<u@d${n}.example>, relay=mx.d${n}.example[192.0.2.${n}]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok: queued as A${n}B)`,
	);
	const parse = vi.spyOn(JSON, "parse");
	const queued = `${at}/qmgr[2]: 4XyZ0123456789z: from=<a@example.org>, size=200, nrcpt=200 (queue active)`;
	await store.commit(toLineBatch("out", batchesOf([queued, ...tries], tries.length + 1)[0] as never));
	const hops = parse.mock.calls.filter(([text]) => String(text).includes('"attempts":[{'));
	parse.mockRestore();
	expect(hops).toEqual([]);
	const [hop] = await store.hopsOfQueue("out/4XyZ0123456789z");
	expect(hop?.attempts).toHaveLength(200);
});
