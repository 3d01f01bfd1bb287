/** A packed slice reads as before, in every way that a slice is read; a late line and a view made anew find its lines. */
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf, mailTraffic, queueIdIn, queueIdOut } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { OutOfTime } from "../../store.ts";
import { checkStore } from "./check-store.ts";
import { exportLines } from "./export-lines.ts";
import { openSqliteStore, rebuildStore, type SqliteStore } from "../sqlite-store.ts";

let dir: string;
let store: SqliteStore | undefined;
const { out } = mailTraffic(0, 300);

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-pack-"));
});
afterEach(async () => {
	await store?.close();
	store = undefined;
	rmSync(dir, { recursive: true });
});

const open = (): SqliteStore => {
	store = openSqliteStore(dir, { linesPerSlice: 600 });
	return store;
};
const span = { since: Date.parse("2026-03-02"), until: Date.parse("2026-03-03") };
const inFile = (sql: string) => {
	const db = new DatabaseSync(join(dir, "slices", "000001.db"), { readOnly: true });
	const row = db.prepare(sql).get();
	db.close();
	return Number(Object.values(row ?? {})[0]);
};

async function everything(from: SqliteStore): Promise<string> {
	const page = { host: "out", limit: 5_000, deadline: Number.POSITIVE_INFINITY };
	return JSON.stringify([
		await from.findHops({ limit: 1_000 }),
		await from.findHops({ limit: 9, anyOf: [{ field: "domain", value: "d7.example.net" }] }),
		await from.findHops({ limit: 1_000, says: ["@d7.exam"] }),
		await from.findHops({ limit: 9, says: ["u2", "7@d"] }),
		await from.findHops({ limit: 9, says: [`250 2.0.0 ok: queued as ${queueIdIn(44).toLowerCase()}`] }),
		await from.findHops({ limit: 9, says: ["nobody says this"] }),
		await from.hopsWithKeys([`q:${queueIdOut(5)}`, "m:m17@web.example.org"], span.since, 5),
		await from.hopsOfQueue(`out/${queueIdOut(9)}`),
		await from.lines(["out:/var/log/mail.log:g1:0", "out:/var/log/mail.log:g1:1"]),
		await from.hostLines(page),
		await from.hostLines({ ...page, limit: 7, contains: queueIdOut(33) }),
		await from.sums({ ...span, kind: "sender", by: ["name"] }),
		await from.ways({ ...span, domain: "d3.example.net" }),
		await from.complete("sender", "s1", 5),
		await from.counts().then((counts) => [...counts]),
		await from.gaps("out"),
	]);
}

it("reads the same, and takes a fraction of the room", async () => {
	const filled = open();
	for (const batch of batchesOf(out, 100)) await filled.commit(toLineBatch("out", batch));
	const before = await everything(filled);
	const counts = JSON.parse(before)
		.slice(2, 6)
		.map((found: unknown[]) => found.length);
	expect(counts).toEqual([1, 9, 1, 0]);
	await filled.settled();
	expect(inFile("SELECT count(*) FROM lines")).toBe(0);
	expect(inFile("SELECT sum(rows) FROM line_pages")).toBe(600);
	expect(inFile("SELECT sum(length(data)) FROM line_pages")).toBeLessThan(600 * 40);
	expect(await everything(filled)).toBe(before);
	await filled.close();
	expect([...exportLines(dir, { host: "out" })].map(({ raw }) => raw)).toEqual(out);
	expect([...checkStore(dir)].map(({ lines, problem }) => [lines, problem])).toEqual([
		[600, undefined],
		[600, undefined],
		[300, undefined],
	]);
	expect(await everything(open())).toBe(before);
});

it("has lines that came one by one in their order, from any of them on", async () => {
	const filled = open();
	for (const batch of batchesOf(out.slice(0, 150), 1)) await filled.commit(toLineBatch("out", batch));
	const newest = out.slice(0, 150).toReversed();
	const page = async (limit: number, before?: string) =>
		filled.hostLines({ host: "out", limit, deadline: Number.POSITIVE_INFINITY, ...(before && { before }) });
	const first = await page(70);
	expect(first.lines.map(({ raw }) => raw)).toEqual(newest.slice(0, 70));
	const next = await page(70, first.before);
	expect(next.lines.map(({ raw }) => raw)).toEqual(newest.slice(70, 140));
	expect([...exportLines(dir, { host: "out" })].map(({ raw }) => raw)).toEqual(out.slice(0, 150));
});

it("finds a hop by where it begins now: a line that came later stands before the others", async () => {
	const filled = open();
	const [first = "", ...others] = out;
	for (const batch of batchesOf(others, 100)) await filled.commit(toLineBatch("out", batch));
	for (const batch of batchesOf([first], 1, "/later")) await filled.commit(toLineBatch("out", batch));
	const before = await everything(filled);
	const [hop] = await filled.hopsOfQueue(`out/${queueIdOut(0)}`);
	expect(hop?.refs).toHaveLength(5);
	await filled.settled();
	await filled.close();
	const again = open();
	expect(await everything(again)).toBe(before);
	expect(
		await again.findHops({ limit: 9, anyOf: [{ field: "queueId", value: queueIdOut(0) }] }),
	).toMatchObject([{ hop: { firstAt: hop?.firstAt } }]);
});

it("gives its lines to a queue that goes on later", async () => {
	const filled = open();
	for (const batch of batchesOf(out.slice(0, 1_200), 100)) await filled.commit(toLineBatch("out", batch));
	await filled.settled();
	const late = `2026-03-02T08:00:03.200000+00:00 mx postfix/smtp[9]: ${queueIdOut(3)}: to=<x@other.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to other.example[192.0.2.77]:25: Connection timed out)`;
	const [batch] = batchesOf([late], 10, "/later");
	if (!batch) throw new Error("no batch");
	const result = await filled.commit(toLineBatch("out", batch));
	expect(result).toMatchObject({ added: 1, changed: [{ queueId: queueIdOut(3) }] });
	const [hop] = await filled.hopsOfQueue(`out/${queueIdOut(3)}`);
	expect(hop?.refs).toHaveLength(6);
	await filled.settled();
	const [rows] = await filled.sums({ ...span, kind: "arrivals", by: [] });
	expect(rows?.recipients).toBe(241);
});

it("is made anew from its blocks", async () => {
	const filled = open();
	for (const batch of batchesOf(out, 100)) await filled.commit(toLineBatch("out", batch));
	await filled.settled();
	const before = await everything(filled);
	await filled.close();
	expect(rebuildStore(dir, () => {})).toBe(3);
	// what was packed is packed again before the next one is unpacked
	expect(inFile("SELECT sum(rows) FROM line_pages")).toBe(600);
	const again = open();
	await again.settled();
	expect(await everything(again)).toBe(before);
	expect(inFile("SELECT count(*) FROM lines")).toBe(0);
});

it("says that it has forgotten rare names", async () => {
	store = openSqliteStore(dir, { linesPerSlice: 6_000 });
	expect(await store.forgotNames(span)).toBe(false);
	for (const batch of batchesOf(mailTraffic(0, 1_300).out, 500))
		await store.commit(toLineBatch("out", batch));
	await store.settled();
	const names = await store.sums({ ...span, kind: "recipient", by: ["name"] });
	expect(names.length).toBeLessThan(1_300);
	expect(await store.forgotNames(span)).toBe(true);
});

it("is set aside when a page of it is not as it was written, and the rest serves", async () => {
	const filled = open();
	for (const batch of batchesOf(out, 100)) await filled.commit(toLineBatch("out", batch));
	await filled.settled();
	await filled.close();
	const db = new DatabaseSync(join(dir, "slices", "000001.db"));
	const page = db.prepare("SELECT no, data FROM hop_pages LIMIT 1").get();
	const data = page?.data;
	if (!(data instanceof Uint8Array)) throw new Error("no page");
	data[data.length - 20] = (data[data.length - 20] ?? 0) ^ 1;
	db.prepare("UPDATE hop_pages SET data = ? WHERE no = ?").run(data, Number(page?.no));
	db.close();
	expect([...checkStore(dir)].map(({ problem }) => problem)).toEqual([
		"1 of its pages cannot be unpacked",
		undefined,
		undefined,
	]);
	const again = open();
	expect(await again.findHops({ limit: 1_000 })).toHaveLength(180);
	expect((await again.info()).damaged).toMatchObject([{ name: "000001.db.damaged" }]);
});

it("goes on with a text where the time was over", async () => {
	const filled = open();
	for (const batch of batchesOf(out, 100)) await filled.commit(toLineBatch("out", batch));
	const request = { limit: 1_000, says: ["queued as"] };
	const all = await filled.findHops(request);
	expect(all).toHaveLength(300);
	const late = await filled.findHops({ ...request, deadline: 0 }).catch((error: unknown) => error);
	if (!(late instanceof OutOfTime)) throw new Error("it was not late");
	expect(late.found.length).toBeLessThan(300);
	const rest = await filled.findHops({ ...request, before: late.reached });
	expect([...late.found, ...rest]).toEqual(all);
});
