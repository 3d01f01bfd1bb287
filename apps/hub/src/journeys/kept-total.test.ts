/** A total that was not counted to its end is at least what the kept sums know, however busy the machine is. */
import type { SearchAnswer } from "@mailtrail/core/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseQuery } from "@mailtrail/core/query";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import { keptTotal } from "./kept-total.ts";

const COUNT = 400;
let hub: TestHub;
beforeAll(async () => {
	hub = await startHub();
	const traffic = mailTraffic(0, COUNT);
	for (const host of ["out", "in"] as const)
		for (const batch of batchesOf(traffic[host], 500)) await hub.store.commit(toLineBatch(host, batch));
	await hub.store.settled();
});
afterAll(() => hub.close());

const kept = (q: string) =>
	keptTotal(
		hub.store,
		parseQuery(q, { now: Date.parse("2026-03-03T00:00:00Z"), zone: "UTC", lang: "en" }),
		10_000,
	);

it("is what a first page says, every time", async () => {
	for (let i = 0; i < 3; i++) {
		expect(await hub.get<SearchAnswer>("/api/search?limit=5")).toMatchObject({ total: COUNT });
		const { total } = await hub.get<SearchAnswer>(
			`/api/search?limit=5&q=${encodeURIComponent("from:@example.org")}`,
		);
		expect(total).toBe(COUNT);
	}
});

it("knows times, a host and a sender, and nothing that it has no sum of", async () => {
	expect(await kept("")).toBe(COUNT);
	expect(await kept("host:out")).toBe(COUNT);
	expect(await kept("from:s1@example.org")).toBe(COUNT / 100);
	expect(await kept("since:2026-03-02T08:00:00Z until:2026-03-02T09:00:00Z")).toBe(COUNT);
	// the first messages came at eight: an hour that the span cuts is left out
	expect(await kept("since:2026-03-02T08:00:01Z")).toBe(0);
	for (const q of ["-host:out", "status:delivered", "from:s1@example.org host:out", "from:s1*", "nobody"])
		expect([q, await kept(q)]).toEqual([q, 0]);
});
