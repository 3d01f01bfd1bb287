/** The lines that prove a journey: all that there are, in the order of the way. */
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

async function commit(host: string, lines: string[]): Promise<void> {
	for (const batch of batchesOf(lines, 500)) await store.commit(toLineBatch(host, batch));
}

const AT = "2026-03-02T08:00:00.000000+00:00 mx";

it("a message in its queue whose recipients no line names yet is told with the lines of its queue", async () => {
	const lines = [
		`${AT} postfix/smtpd[1]: A1234567890: client=web[192.0.2.7]`,
		`${AT} postfix/cleanup[2]: A1234567890: message-id=<one@corp.example>`,
		`${AT} postfix/qmgr[3]: A1234567890: from=<ceo@corp.example>, size=700, nrcpt=1 (queue active)`,
	];
	await commit("mx", lines);
	const [hop] = await store.hopsOfQueue("mx/A1234567890");
	const request = { lang: "en", zone: "UTC", now: Date.parse("2026-03-02T08:01:00Z") } as const;
	const answer = await tellJourney(store, { ...request, id: hop?.id ?? "", silentHosts: [] });
	expect(answer?.journey.recipients).toEqual([]);
	expect(answer?.lines.map(({ raw }) => raw)).toEqual(lines);
});

it("lines of one second stand in the order of the way, whichever host's name comes first", async () => {
	const second = "2026-03-02T08:00:00+00:00";
	const sent = `to=<b@d.example>, relay=a.corp.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B1234567890)`;
	await commit("a", [
		`${second} a postfix/smtpd[1]: B1234567890: client=z[192.0.2.1]`,
		`${second} a postfix/qmgr[3]: B1234567890: from=<ceo@corp.example>, size=700, nrcpt=1 (queue active)`,
		`${second} a postfix/local[4]: B1234567890: to=<b@d.example>, relay=local, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (delivered to maildir)`,
	]);
	await commit("z", [
		`${second} z postfix/smtpd[1]: A1234567890: client=web[192.0.2.7]`,
		`${second} z postfix/smtp[2]: A1234567890: ${sent}`,
	]);
	const [hop] = await store.hopsOfQueue("z/A1234567890");
	const request = { lang: "en", zone: "UTC", now: Date.parse("2026-03-02T08:01:00Z") } as const;
	const answer = await tellJourney(store, { ...request, id: hop?.id ?? "", silentHosts: [] });
	expect(answer?.lines.map(({ host }) => host)).toEqual(["z", "z", "a", "a", "a"]);
});
