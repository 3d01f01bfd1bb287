/** A bounce of OpenSMTPD and its message find each other in the store, as they do in the logs. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { gatherJourney } from "./gather-journey.ts";

const LOG = "../../../../packages/core/src/golden/opensmtpd/notices-of-one-second/input.log";
const dir = mkdtempSync(join(tmpdir(), "mailtrail-notices-"));
let store: Store;
beforeAll(async () => {
	store = openSqliteStore(dir);
	const lines = readFileSync(join(import.meta.dirname, LOG), "utf8")
		.trim()
		.split("\n");
	for (const batch of batchesOf(lines, 10)) await store.commit(toLineBatch("mx", batch));
});
afterAll(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

it.each([
	["7882a823", "0698a8b2"],
	["8722bbcf", "17a06c25"],
	["96f2cd6a", "2d830ae6"],
])("%s is the notice about %s, both ways", async (child, parent) => {
	const [notice] = await store.hopsOfQueue(`mx/${child}`);
	const [message] = await store.hopsOfQueue(`mx/${parent}`);
	if (!notice || !message) throw new Error("not stored");
	expect((await gatherJourney(store, notice))?.journey.parent?.journeyId).toBe(message.id);
	const bounces = (await gatherJourney(store, message))?.journey.bounces ?? [];
	expect([...new Set(bounces.map(({ childQueueId }) => childQueueId))]).toEqual([child]);
});
