/** A message that no line names a recipient of yet is shown with the lines that there are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { tellJourney } from "./tell-journey.ts";

let dir: string;
let store: Store;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-tell-"));
	store = openSqliteStore(dir);
});
afterEach(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

const AT = "2026-03-02T08:00:00.000000+00:00 mx";

it("a message in its queue whose recipients no line names yet is told with the lines of its queue", async () => {
	const lines = [
		`${AT} postfix/smtpd[1]: A1234567890: client=web[192.0.2.7]`,
		`${AT} postfix/cleanup[2]: A1234567890: message-id=<one@corp.example>`,
		`${AT} postfix/qmgr[3]: A1234567890: from=<ceo@corp.example>, size=700, nrcpt=1 (queue active)`,
	];
	for (const batch of batchesOf(lines, 500)) await store.commit(toLineBatch("mx", batch));
	const [hop] = await store.hopsOfQueue("mx/A1234567890");
	const request = { lang: "en", zone: "UTC", now: Date.parse("2026-03-02T08:01:00Z") } as const;
	const answer = await tellJourney(store, { ...request, id: hop?.id ?? "", silentHosts: [] });
	expect(answer?.journey.recipients).toEqual([]);
	expect(answer?.lines.map(({ raw }) => raw)).toEqual(lines);
});
