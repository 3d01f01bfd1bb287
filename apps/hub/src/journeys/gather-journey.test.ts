/** What is gathered stays bounded: a list's many recipients, a Message-ID that strangers repeat. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseQuery } from "@mailtrail/core/query";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { findJourneys } from "./find-journeys.ts";
import { gatherJourney, gatherTold } from "./gather-journey.ts";

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
	for (const batch of batchesOf(lines, 5_000)) await store.commit(toLineBatch("mx", batch));
}

/** The store, and how many hops were read of it by their keys. */
function countReads(): { store: Store; read: number } {
	const counting = {
		read: 0,
		store: {
			...store,
			hopsWithKeys: async (...request: Parameters<Store["hopsWithKeys"]>) => {
				const hops = await store.hopsWithKeys(...request);
				counting.read += hops.length;
				return hops;
			},
		},
	};
	return counting;
}

it("a list's message is one journey, its row read a few times and not once per recipient", async () => {
	const lines = [`${AT} postfix/smtpd[1]: A1234567890: client=web[192.0.2.7]`];
	for (let i = 0; i < 10_000; i++) {
		const next = (0x10_0000_0000 + i).toString(16).toUpperCase();
		lines.push(
			`${AT} postfix/smtp[3]: A1234567890: to=<u${i}@d.example.net>, relay=d.example.net[192.0.2.9]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B${next})`,
		);
	}
	await commit(lines);
	const [hop] = await store.hopsOfQueue("mx/A1234567890");
	const counting = countReads();
	const gathered = hop && (await gatherJourney(counting.store, hop));
	expect(gathered?.journey.recipients).toHaveLength(10_000);
	expect(counting.read).toBeLessThan(6);
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

const SENDER_ID = "A100000AAAA";
const REFUSED_BY = `${AT.replace(" mx", " dd")} postfix/smtpd[7]: NOQUEUE: reject: RCPT from out.example.org[192.0.2.8]: 554 5.7.1 <x@d.example.net>: Recipient address rejected: not today; from=<a@example.org> to=<x@d.example.net> proto=ESMTP helo=<out.example.org>`;
const SENT = [
	`${AT} postfix/smtpd[1]: ${SENDER_ID}: client=web[192.0.2.7]`,
	`${AT} postfix/qmgr[1]: ${SENDER_ID}: from=<a@example.org>, size=9, nrcpt=1 (queue active)`,
	`${AT} postfix/smtp[3]: ${SENDER_ID}: to=<x@d.example.net>, relay=d.example.net[192.0.2.9]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=5.7.1, status=bounced (host d.example.net[192.0.2.9] said: 554 5.7.1 <x@d.example.net>: Recipient address rejected: not today (in reply to RCPT TO command))`,
];

it("a refusal and the message that met it find each other, though no id leads from one to the other", async () => {
	await commit(SENT);
	for (const batch of batchesOf([REFUSED_BY], 10)) await store.commit(toLineBatch("dd", batch));
	const [hop] = await store.hopsOfQueue(`mx/${SENDER_ID}`);
	const message = hop && (await gatherJourney(store, hop));
	const refusal = message?.journey.recipients[0]?.attempts[0]?.refusal;
	expect(refusal?.host).toBe("dd");
	const [session] = await store.hopsOfQueue(refusal?.journeyId ?? "");
	const refused = session && (await gatherJourney(store, session));
	expect(refused?.journey).toMatchObject({ kind: "refused", answers: [{ recipient: "x@d.example.net" }] });
	const told = session && (await gatherTold(store, session));
	expect(told?.journey.id).toBe(message?.journey.id);
	expect(told?.told).toEqual([refusal?.journeyId]);
});

it("the list tells it once, and by itself where the message does not answer the question", async () => {
	await commit(SENT);
	for (const batch of batchesOf([REFUSED_BY], 10)) await store.commit(toLineBatch("dd", batch));
	const found = async (text: string) => {
		const query = parseQuery(text, { now: Date.parse("2026-03-02T12:00:00Z"), zone: "UTC", lang: "en" });
		const { journeys } = await findJourneys(store, { query, lang: "en", limit: 10 });
		return journeys.map(({ kind }) => kind);
	};
	expect(await found("x@d.example.net")).toEqual(["message"]);
	expect(await found("host:dd")).toEqual(["refused"]);
});

it("a content filter's id that comes again every few minutes brings in the message that it was of", async () => {
	const at = (minute: number, second: number) =>
		`2026-03-02T08:${String(minute).padStart(2, "0")}:${String(second).padStart(2, "0")}.000000+00:00 mx`;
	const lines = Array.from({ length: 20 }, (_, i) => {
		const [first, last] = [`A10000000${10 + i}`, `B10000000${10 + i}`];
		const minute = i * 2;
		return [
			`${at(minute, 0)} postfix/smtpd[1]: ${first}: client=web[192.0.2.7]`,
			`${at(minute, 0)} postfix/cleanup[1]: ${first}: message-id=<m${i}@example.org>`,
			`${at(minute, 1)} postfix/smtpd[2]: ${last}: client=localhost[127.0.0.1]`,
			`${at(minute, 1)} postfix/cleanup[2]: ${last}: message-id=<m${i}@example.org>`,
			`${at(minute, 1)} amavis[178]: (00178-06) Passed CLEAN {RelayedOutbound}, [192.0.2.7]:4444 <a@example.org> -> <u@d.example.net>, Queue-ID: ${first}, Message-ID: <m${i}@example.org>, mail_id: id${10 + i}xyzabcde, Hits: -1, size: 9, queued_as: ${last}, 90 ms`,
			`${at(minute, 1)} postfix/smtp[3]: ${first}: to=<u@d.example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0.1/0/0.1/0.8, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as ${last})`,
		];
	});
	await commit(lines.flat());
	const [hop] = await store.hopsOfQueue("mx/A1000000015");
	const counting = countReads();
	const gathered = hop && (await gatherJourney(counting.store, hop));
	expect(gathered?.journey.recipients[0]?.path.map((stop) => stop.queueId)).toEqual([
		"A1000000015",
		"id15xyzabcde",
		"B1000000015",
	]);
	expect(counting.read).toBeLessThan(40);
});
