/** A message behind a host that nobody watches is joined by its Message-ID, and not where a torn hop beside it may be another copy. */
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
	dir = mkdtempSync(join(tmpdir(), "mailtrail-copies-"));
	store = openSqliteStore(dir);
});
afterEach(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

const TO = "to=<a@p.example>, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0";

function arrived(host: string, id: string, messageId: string): string[] {
	return [
		`2026-03-02T08:00:00.1+00:00 ${host} postfix/smtpd[1]: ${id}: client=before-${host}[192.0.2.${host.length}]`,
		`2026-03-02T08:00:00.2+00:00 ${host} postfix/cleanup[1]: ${id}: message-id=<${messageId}>`,
		...torn(host, id),
	];
}

/** Without the lines of its arrival. */
const torn = (host: string, id: string, to = TO) => [
	`2026-03-02T08:00:00.3+00:00 ${host} postfix/qmgr[1]: ${id}: from=<b@x.example>, size=1, nrcpt=1 (queue active)`,
	`2026-03-02T08:00:00.4+00:00 ${host} postfix/smtp[1]: ${id}: ${to}, relay=unseen.example[192.0.2.9]:25, status=sent (250 2.0.0 Ok: queued as UNSEEN)`,
	`2026-03-02T08:00:00.5+00:00 ${host} postfix/qmgr[1]: ${id}: removed`,
];

async function stopsBeside(others: string[]): Promise<string[] | undefined> {
	const logs = {
		out: [...arrived("out", "A1234567890", "one@x"), ...others],
		in: arrived("in", "B1234567890", "one@x"),
	};
	for (const [host, lines] of Object.entries(logs))
		for (const batch of batchesOf(lines, 500)) await store.commit(toLineBatch(host, batch));
	const [hop] = await store.hopsOfQueue("out/A1234567890");
	const gathered = hop && (await gatherJourney(store, hop));
	return gathered?.journey.recipients[0]?.path.map(({ host }) => host);
}

it("joins beside whole hops, and beside a torn one that was for somebody else", async () => {
	const another = torn("out", "C1234567890", TO.replace("a@", "other@"));
	expect(await stopsBeside([...arrived("out", "D1234567890", "two@x"), ...another])).toEqual(["out", "in"]);
});

it("joins nothing beside a hop that may be a copy, of which the arrival is lost", async () => {
	expect(await stopsBeside(torn("out", "C1234567890"))).toEqual(["out"]);
});

it("joins nothing where more hops are torn than are read", async () => {
	const many = Array.from({ length: 600 }, (_, n) =>
		torn("out", `C${n + 1_000_000_000}`, TO.replace("a@", "other@")),
	);
	expect(await stopsBeside(many.flat())).toEqual(["out"]);
});
