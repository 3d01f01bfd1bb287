/** What no id of OpenSMTPD joins is found in the store as it is in the logs: a bounce and its message, a message and its client. */
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

it("a message that OpenSMTPD took has the client that its session names", async () => {
	const session = (text: string) =>
		`2026-11-22T15:03:29.99+00:00 mx smtpd[177]: e1146dce8caea1ff smtp ${text}`;
	const lines = [
		session("connected address=192.0.2.7 host=client.example"),
		session("message msgid=1698a8b2 size=5257 nrcpt=1 proto=ESMTP"),
		session("envelope evpid=1698a8b2dafda0fd from=<bob@corp.example> to=<ghost0.0@b.example>"),
	];
	for (const batch of batchesOf(lines, 1, "/var/log/other.log")) await store.commit(toLineBatch("mx", batch));
	const [message] = await store.hopsOfQueue("mx/1698a8b2");
	const client = message && (await gatherJourney(store, message))?.journey.client;
	expect(client).toEqual({ name: "client.example", ip: "192.0.2.7" });
});
