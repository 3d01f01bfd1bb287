/** Where there are few messages at all, every total is exact, whatever is asked: nobody reads "at least 40" of a store with 150. */
import type { SearchAnswer } from "@mailtrail/core/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const COUNT = 240;
let hub: TestHub;
beforeAll(async () => {
	hub = await startHub();
	const traffic = mailTraffic(0, COUNT);
	for (const host of ["out", "in"] as const)
		for (const batch of batchesOf(traffic[host], 500)) await hub.store.commit(toLineBatch(host, batch));
	await hub.store.settled();
});
afterAll(() => hub.close());

it.each([
	"",
	"host:in",
	"status:delivered",
	"from:*@example.org",
	"from:@example.org to:*example.net",
	"ip:192.0.2.0/24",
	'text:"queued as"',
	"-to:nobody@example.net",
	"since:2026-03-01",
])("is exact: %s", async (q) => {
	const answer = await hub.get<SearchAnswer>(`/api/search?limit=5&zone=UTC&q=${encodeURIComponent(q)}`);
	expect(answer.problems).toEqual([]);
	expect(answer).toMatchObject({ total: COUNT, totalExact: true });
	expect(answer.cursor).toBeDefined();
});
