/** What goes wrong under a store: damaged files, a full disk, too much or too old. The rest serves, and nothing lies about it. */
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../../testing/mail-traffic.ts";
import { toLineBatch } from "../contract-tests.ts";
import { openSqliteStore, type SqliteOptions, type SqliteStore } from "./sqlite-store.ts";

let dir: string;
let store: SqliteStore | undefined;
const told: string[] = [];
/** 60 messages, 10 a slice */
const lines = mailTraffic(0, 60).out;

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-faults-"));
	told.length = 0;
});
afterEach(async () => {
	await store?.close();
	store = undefined;
	rmSync(dir, { recursive: true });
});

function open(options: SqliteOptions = {}): SqliteStore {
	store = openSqliteStore(dir, {
		linesPerSlice: 50,
		onDamaged: (no, reason) => told.push(`${no}: ${reason}`),
		...options,
	});
	return store;
}

async function fill(options: SqliteOptions = {}): Promise<SqliteStore> {
	const filled = open(options);
	for (const batch of batchesOf(lines, 50)) await filled.commit(toLineBatch("out", batch));
	await filled.settled();
	return filled;
}

const path = (no: number) => join(dir, "slices", `00000${no}.db`);
const messages = async (from: SqliteStore) => (await from.findHops({ limit: 200 })).length;

describe("a damaged file", () => {
	it("that was cut off is set aside at the start, and the rest serves and takes more", async () => {
		await (await fill()).close();
		truncateSync(path(2), statSync(path(2)).size / 2);
		const again = open();
		expect(told).toHaveLength(1);
		expect(told[0]).toMatch(/^2: /);
		expect(await messages(again)).toBe(50);
		expect((await again.info()).damaged).toMatchObject([{ name: "000002.db.damaged" }]);
		const [more] = batchesOf(mailTraffic(60, 2).out, 50, "/other");
		if (!more) throw new Error("no batch");
		expect(await again.commit(toLineBatch("out", more))).toMatchObject({ added: 10 });
	});

	it("that is found while it serves goes out of the way of the question", async () => {
		const filled = await fill();
		const size = statSync(path(3)).size;
		const noise = Buffer.alloc(size - 4096, 0xa5);
		await filled.close();
		store = undefined;
		// its first page is well: only reading on tells
		const { openSync, writeSync, closeSync } = await import("node:fs");
		const handle = openSync(path(3), "r+");
		writeSync(handle, noise, 0, noise.length, 4096);
		closeSync(handle);
		const again = open();
		expect(await messages(again)).toBe(50);
		expect(told).toHaveLength(1);
		expect(readdirSync(join(dir, "slices"))).toContain("000003.db.damaged");
	});

	it("that is found while a hub makes ready lets it start", async () => {
		const filled = open({ linesPerSlice: 1_000 });
		for (const batch of batchesOf(lines, 50)) await filled.commit(toLineBatch("out", batch));
		await filled.close();
		const db = new DatabaseSync(path(1));
		// a frame that ends in its head (RFC 8878, 3.1.1)
		db.exec("UPDATE line_batches SET data = x'28B52FFD04'");
		db.close();
		const again = open({ linesPerSlice: 1_000 });
		again.prepare();
		expect(await messages(again)).toBe(60);
	});

	it("that was the newest gives its lines back to the agents: they are asked for from where the one before had come", async () => {
		await (await fill()).close();
		const [newest] = readdirSync(join(dir, "slices")).sort().reverse();
		writeFileSync(join(dir, "slices", newest ?? ""), "this is no database at all, whatever its name says");
		const again = open();
		expect(told).toHaveLength(1);
		const [position] = await again.positions("out");
		const rest = batchesOf(lines, 50).filter(({ from }) => from >= (position?.offset ?? 0));
		expect(rest.length).toBeGreaterThan(0);
		for (const batch of rest) await again.commit(toLineBatch("out", batch));
		expect(await messages(again)).toBe(60);
	});
});

describe("a full disk", () => {
	it("refuses commits with a reason before anything is half written, and goes on by itself", async () => {
		let now = 0;
		let reserve = Number.MAX_SAFE_INTEGER;
		const full = open({ now: () => now, reserveBytes: reserve });
		const [batch] = batchesOf(lines, 50);
		if (!batch) throw new Error("no batch");
		await expect(full.commit(toLineBatch("out", batch))).rejects.toThrow("The hub's disk is full");
		expect((await full.info()).full?.text).toContain("Agents wait and lose nothing");
		expect(await full.positions("out")).toEqual([]);
		await full.close();
		reserve = 1;
		now = 10_000;
		const again = open({ now: () => now, reserveBytes: reserve });
		expect(await again.commit(toLineBatch("out", batch))).toMatchObject({ added: 50 });
		expect((await again.info()).full).toBeUndefined();
	});
});

describe("retention", () => {
	const DAY = 86_400_000;
	const LAST = Date.parse("2026-03-02T08:01:00Z");

	it("drops what is older, as a whole, and never the newest", async () => {
		const kept = await fill({ retention: { days: 1 }, now: () => LAST + 2 * DAY });
		await kept.settled();
		expect((await kept.info()).slices).toHaveLength(1);
		expect(await messages(kept)).toBe(10);
		expect((await kept.positions("out"))[0]?.offset).toBe(batchesOf(lines, 50).at(-1)?.position.offset);
	});

	it("drops lines earlier than what they tell of", async () => {
		const kept = await fill({ retention: { lineDays: 1 }, now: () => LAST + 2 * DAY });
		await kept.settled();
		const { slices } = await kept.info();
		expect(slices.map(({ state }) => state)).toEqual([...slices.slice(1).map(() => "hops-only"), "open"]);
		expect(await messages(kept)).toBe(60);
		expect(await kept.lines(["out:/var/log/mail.log:g1:0"])).toEqual([]);
		await kept.close();
		const again = open();
		expect(await messages(again)).toBe(60);
		const span = { since: LAST - DAY, until: LAST + DAY };
		expect((await again.sums({ ...span, kind: "arrivals", by: [] }))[0]?.recipients).toBe(60);
	});

	it("keeps within a size: lines of the older half first, then the oldest slices", async () => {
		const whole = await fill();
		const { slices } = await whole.info();
		const bytes = slices.reduce((sum, slice) => sum + slice.bytes, 0);
		await whole.close();
		const kept = open({ retention: { maxBytes: bytes / 2 } });
		await kept.settled();
		const after = (await kept.info()).slices;
		expect(after.reduce((sum, slice) => sum + slice.bytes, 0)).toBeLessThanOrEqual(bytes / 2);
		expect(after.at(-1)?.name).toBe(slices.at(-1)?.name);
	});
});
