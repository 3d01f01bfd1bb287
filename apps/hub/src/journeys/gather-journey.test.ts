/** What is gathered stays bounded: a list's many recipients, a Message-ID that strangers repeat. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { gatherJourney } from "./gather-journey.ts";

let dir: string;
let store: Store;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-gather-"));
	store = openSqliteStore(dir);
});
afterEach(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

const AT = "2026-03-02T08:00:00.000000+00:00 mx";

async function commit(lines: string[]): Promise<void> {
	for (const batch of batchesOf(lines, 500)) await store.commit(toLineBatch("mx", batch));
}

it("a list's message is one journey, its row read a few times and not once per recipient", async () => {
	const lines = [`${AT} postfix/smtpd[1]: A1234567890: client=web[192.0.2.7]`];
	for (let i = 0; i < 3_000; i++) {
		const next = (0x10_0000_0000 + i).toString(16).toUpperCase();
		lines.push(
			`${AT} postfix/smtp[3]: A1234567890: to=<u${i}@d.example.net>, relay=d.example.net[192.0.2.9]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B${next})`,
		);
	}
	await commit(lines);
	const [hop] = await store.hopsOfQueue("mx/A1234567890");
	let read = 0;
	const counting: Store = {
		...store,
		hopsWithKeys: async (...request) => {
			const hops = await store.hopsWithKeys(...request);
			read += hops.length;
			return hops;
		},
	};
	const gathered = hop && (await gatherJourney(counting, hop));
	expect(gathered?.journey.recipients).toHaveLength(3_000);
	expect(read).toBeLessThan(10);
});

it("a Message-ID that a thousand messages share brings in the nearest only", async () => {
	const lines: string[] = [];
	for (let i = 0; i < 1_000; i++) {
		const id = `A${(0x10_0000_0000 + i).toString(16).toUpperCase()}`;
		lines.push(
			`${AT} postfix/smtpd[1]: ${id}: client=web[192.0.2.7]`,
			`${AT} postfix/cleanup[1]: ${id}: message-id=<same@example.org>`,
		);
	}
	await commit(lines);
	const [hop] = await store.hopsOfQueue("mx/A1000000005");
	const gathered = hop && (await gatherJourney(store, hop));
	expect(gathered?.hops.map((each) => each.id)).toEqual([hop?.id]);
});
