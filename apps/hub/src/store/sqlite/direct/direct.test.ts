/**
 * Lines that became a slice at once answer as lines that were committed one batch after the other: over logs of real programs,
 * alone, with an agent's lines before and behind them, and where queues go on from one slice to the next.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLineParser } from "@mailtrail/core/parse";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { mailTraffic, queueIdOut } from "../../../testing/mail-traffic.ts";
import type { WayHourRow } from "../../kept-figures.ts";
import type { LineBatch } from "../../store.ts";
import { checkStore } from "../care/check-store.ts";
import { openSqliteStore, rebuildStore, type SqliteStore } from "../sqlite-store.ts";

const GOLDEN = fileURLToPath(new URL("../../../../../../packages/core/src/golden/", import.meta.url));
const NOW = Date.parse("2026-12-01T00:00:00Z");
const SPAN = { since: 0, until: 8e12 };
const KINDS = [
	"arrivals",
	"bytes",
	"client",
	"sender",
	"sender-domain",
	"recipient",
	"recipient-domain",
	"user",
	"refusal",
	"cause",
] as const;
vi.setConfig({ testTimeout: 120_000 });

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-direct-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (name: string, linesPerSlice = 400) => openSqliteStore(join(dir, name), { linesPerSlice });

/** A batch each of so many lines, as a log file's. */
function batchesOf(host: string, source: string, lines: readonly string[], each: number): LineBatch[] {
	const parser = createLineParser({ zone: "Asia/Tokyo", now: NOW });
	const batches: LineBatch[] = [];
	let offset = 0;
	for (let at = 0; at < lines.length; at += each) {
		const from = offset;
		const some = lines.slice(at, at + each).map((text) => {
			const line = { offset, event: parser.parse(text) };
			offset += Buffer.byteLength(text) + 1;
			return line;
		});
		const position = { source, generation: "g", offset, head: "h", headBytes: 1 };
		batches.push({ host, from, position, lines: some, receivedAt: NOW });
	}
	return batches;
}

/**
 * Real programs' logs, a host each. Of logs that tell of the same queue ids (copies in another format) the first alone: whose of them
 * handed a message to whose hangs on which was seen first.
 */
function realBatches(): LineBatch[] {
	const known = new Set<string>();
	return readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith("input.log") && existsSync(join(GOLDEN, path)))
		.sort()
		.flatMap((path, i) => {
			const lines = readFileSync(join(GOLDEN, path), "utf8").trimEnd().split("\n");
			const batches = batchesOf(`h${i}`, `/var/log/${path}`, lines, 50);
			const ids = new Set(
				batches.flatMap((batch) => batch.lines.flatMap(({ event }) => event.queueId ?? [])),
			);
			if ([...ids].some((id) => known.has(id))) return [];
			for (const id of ids) known.add(id);
			return batches;
		});
}

async function everything(store: SqliteStore): Promise<unknown> {
	await store.settled();
	const sorted = (rows: readonly object[]) =>
		rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
	const found = await store.findHops({ limit: 1_000_000 });
	const hosts = [...(await store.counts())].sort(([a], [b]) => (a < b ? -1 : 1));
	const domains = (await store.sums({ ...SPAN, kind: "recipient-domain", by: ["name"] })).map(
		({ name }) => name,
	);
	const page = { limit: 1_000_000, deadline: Number.POSITIVE_INFINITY };
	return {
		hops: sorted(found.map(({ hop }) => hop)),
		lines: sorted(await store.lines(found.flatMap(({ hop }) => hop.refs))),
		hosts,
		hostLines: await Promise.all(
			hosts.map(async ([host]) => sorted((await store.hostLines({ ...page, host })).lines)),
		),
		positions: await Promise.all(hosts.map(async ([host]) => sorted(await store.positions(host)))),
		sums: await Promise.all(
			KINDS.map(async (kind) =>
				sorted(
					(await store.sums({ ...SPAN, kind, by: ["name", "bucket", "host", "outcome"] })).filter(
						({ recipients, messages }) => recipients !== 0 || messages !== 0,
					),
				),
			),
		),
		// when the last one was is never taken back where a hop is folded again
		ways: sorted(
			(await store.ways(SPAN)).map(({ seconds, lastAt: _, lastAcceptedAt: __, ...way }) => ({
				...way,
				seconds: seconds.toFixed(6),
			})),
		),
		wayHours: counted(await store.wayHours(SPAN)),
		tries: await Promise.all(domains.sort().map(async (name) => sorted(await store.triesTo(name, 0)))),
		byKey: await Promise.all(
			found
				.toSorted((a, b) => (a.hop.id < b.hop.id ? -1 : 1))
				.filter((_, at) => at % 20 === 0)
				.map(async ({ hop }) => {
					const keys = [`q:${hop.queueId}`, ...(hop.messageId === undefined ? [] : [`m:${hop.messageId}`])];
					return sorted(await store.hopsWithKeys(keys, hop.firstAt, 1_000));
				}),
		),
		said: sorted((await store.findHops({ limit: 1_000, says: ["example"] })).map(({ hop }) => hop)),
	};
}

/** Of all slices together. */
function counted(rows: readonly WayHourRow[]): unknown {
	const sums = new Map<string, number>();
	for (const { detail, ...place } of rows)
		for (const [name, n] of Object.entries(detail)) {
			const key = `${JSON.stringify(Object.entries(place).sort())} ${name}`;
			sums.set(key, (sums.get(key) ?? 0) + n);
		}
	return [...sums].filter(([, n]) => n !== 0).sort();
}

/** Groups of batches of so many lines, each to be written at once: where a slice that is committed to is full. */
function groupsOf(batches: readonly LineBatch[], lines: number): LineBatch[][] {
	const groups: LineBatch[][] = [[]];
	let count = 0;
	for (const batch of batches) {
		if (count >= lines) {
			groups.push([]);
			count = 0;
		}
		groups.at(-1)?.push(batch);
		count += batch.lines.length;
	}
	return groups;
}

async function committed(
	name: string,
	batches: readonly LineBatch[],
	linesPerSlice: number,
): Promise<unknown> {
	const store = open(name, linesPerSlice);
	for (const batch of batches) await store.commit(batch);
	const all = await everything(store);
	await store.close();
	return all;
}

it.each([400, 100_000])("answers as committed lines do, %d at once", async (each) => {
	const batches = realBatches();
	const store = open("direct");
	let added = 0;
	for (const group of groupsOf(batches, each)) added += await store.commitMany(group);
	expect(added).toBe(batches.reduce((sum, { lines }) => sum + lines.length, 0));
	const now = await everything(store);
	expect(now).toEqual(await committed("rows", batches, each));
	await store.close();
	expect([...checkStore(join(dir, "direct"))].filter(({ problem }) => problem !== undefined)).toEqual([]);
	// all of it, where the hub is started again, and where its view is made anew
	const again = open("direct");
	expect(await everything(again)).toEqual(now);
	await again.close();
	rebuildStore(join(dir, "direct"), () => {});
	const rebuilt = open("direct");
	expect(await everything(rebuilt)).toEqual(now);
	await rebuilt.close();
});

it("takes what an agent has sent for said, and the agent goes on behind it", async () => {
	const { out, in: inside } = mailTraffic(0, 400);
	const [sent, received] = [batchesOf("out", "/a", out, 40), batchesOf("in", "/b", inside, 40)];
	const store = open("direct");
	const commit = async (some: readonly LineBatch[]) => {
		for (const batch of some) expect(await store.commit(batch)).toMatchObject({ outcome: "committed" });
	};
	await commit(sent.slice(0, 7));
	// the first seven again, and the rest but for the end; queues go on from one slice to the next
	expect(await store.commitMany(sent.slice(0, 41))).toBe(34 * 40);
	expect(await store.commitMany(sent.slice(0, 41))).toBe(0);
	await commit(sent.slice(40));
	await commit(received.slice(0, 3));
	expect(await store.commitMany(received)).toBe(received.length * 40 - 3 * 40);
	await expect(store.commitMany(batchesOf("in", "/c", inside, 40).slice(1))).rejects.toThrow("another place");
	const now = await everything(store);
	await store.close();
	expect(now).toEqual(await committed("rows", [...sent, ...received], 400));
});

it("folds a queue again whose lines go on after its end, and counts again whom only later lines show to be ours", async () => {
	const { out, in: inside } = mailTraffic(0, 700);
	const late = [5, 6, 7].map(
		(n) =>
			`2026-03-02T09:00:0${n}.000000+00:00 mx postfix/smtp[9]: ${queueIdOut(n)}: to=<late@d1.example.net>, relay=mail.example.net[192.0.2.9]:25, delay=9, delays=1/1/1/6, dsn=5.1.1, status=bounced (550 5.1.1 no such user)`,
	);
	const batches = [...batchesOf("out", "/a", [...out, ...late], 500), ...batchesOf("in", "/b", inside, 500)];
	const store = open("direct", 100_000);
	expect(await store.commitMany(batches)).toBe(out.length + late.length + inside.length);
	const now = await everything(store);
	await store.close();
	expect(now).toEqual(await committed("rows", batches, 100_000));
});

it("stores nothing of many lines where something else is stored meanwhile", async () => {
	const { out, in: inside } = mailTraffic(0, 40);
	const batches = batchesOf("out", "/a", out, 40);
	const [other] = batchesOf("in", "/b", inside, 40);
	if (!other) throw new Error("no batches");
	const store = open("direct");
	// behind so many lines that they are not committed one batch after the other
	async function* disturbed(): AsyncGenerator<LineBatch> {
		yield* batches.slice(0, 3);
		if (other) await store.commit(other);
		yield* batches.slice(3);
	}
	await expect(store.commitMany(disturbed())).rejects.toThrow("something else was stored meanwhile");
	expect(await store.positions("out")).toEqual([]);
	expect([...(await store.counts())]).toEqual([["in", { lines: 40, unparsed: 0 }]]);
	// and again, in peace
	expect(await store.commitMany(batches)).toBe(out.length);
	const now = await everything(store);
	await store.close();
	expect(now).toEqual(await committed("rows", [other, ...batches], 400));
});
