/** Lines that another thread stores: what is said to be stored can be read in this one, and whatever ends that thread is told. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunningStore, startStore } from "../main-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic, queueIdOut } from "../testing/mail-traffic.ts";
import type { Ingest } from "./ingest-batch.ts";

const MESSAGES = 40;
const { out } = mailTraffic(0, MESSAGES);
const batches = batchesOf(out, 20);
const sent = batches.map((batch) => Buffer.from(JSON.stringify(batch)));

let dir: string;
let running: RunningStore | undefined;
let workers: Worker[];
let told: string[];
let ended: Error[];
let damaged: number[];
const noteWorker = (worker: Worker) => void workers.push(worker);

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-writer-"));
	[workers, told, ended, damaged] = [[], [], [], []];
	process.on("worker", noteWorker);
});
afterEach(async () => {
	process.off("worker", noteWorker);
	await close();
	rmSync(dir, { recursive: true });
});

async function open(linesPerSlice = 1_000): Promise<RunningStore & { into: Ingest }> {
	running = await startStore(
		dir,
		{ linesPerSlice },
		{
			onTrouble: (error) => ended.push(error as Error),
			onDamaged: (no) => damaged.push(no),
			onRebuild: () => {},
			onEnded: (error) => ended.push(error),
		},
	);
	const into = running.ingest((changed) => told.push(...changed));
	return { ...running, into };
}

async function close(): Promise<void> {
	await running?.endReaders();
	await running?.store.close();
	running = undefined;
}

it("what is stored was told before, and is there for whoever asks at that moment, across files that begin meanwhile", async () => {
	const { into, store, ask } = await open(50);
	let lines = 0;
	for (const [n, message] of sent.entries()) {
		const batch = batches[n];
		if (!batch) throw new Error("no batch");
		expect(await into("out", message)).toMatchObject({ ok: true, id: batch.id, added: batch.lines.length });
		lines += batch.lines.length;
		expect((await store.counts()).get("out")?.lines).toBe(lines);
		expect(await store.positions("out")).toMatchObject([batch.position]);
		const newest = (await store.findHops({ limit: 1 }))[0]?.hop;
		if (!newest) throw new Error("no hop");
		expect(told).toContain(newest.id);
		const [line] = await ask("lines", newest.refs.slice(-1));
		expect(out).toContain(line?.raw);
	}
	expect((await store.info()).slices.length).toBeGreaterThan(2);
	for (let n = 0; n < MESSAGES; n++) expect(await store.hopsOfQueue(`out/${queueIdOut(n)}`)).toHaveLength(1);
	expect(ended).toEqual([]);
});

it("what is full is packed behind the commits, and read on as it is then", async () => {
	const { into, store } = await open(50);
	for (const message of sent) await into("out", message);
	const first = join(dir, "slices", "000001.db");
	await expect.poll(() => isPacked(first), { timeout: 60_000, interval: 50 }).toBe(true);
	for (let n = 0; n < MESSAGES; n++) expect(await store.hopsOfQueue(`out/${queueIdOut(n)}`)).toHaveLength(1);
	expect(ended).toEqual([]);
}, 90_000);

function isPacked(path: string): boolean {
	const db = new DatabaseSync(path, { readOnly: true });
	try {
		return db.prepare("SELECT 1 FROM meta WHERE name = 'packed'").get() !== undefined;
	} finally {
		db.close();
	}
}

it("what is no batch, or begins elsewhere, is refused with its reason and harms nobody else", async () => {
	const { into, store } = await open();
	const [first, , third] = sent;
	if (!first || !third) throw new Error("no batch");
	const results = await Promise.all([
		into("out", Buffer.from('{"type":"batch","id":1}')),
		into("out", Buffer.from('{"type":"batch"')),
		into("other", third),
		into("out", first),
	]);
	expect(results).toMatchObject([
		{ ok: false, reason: "malformed" },
		{ ok: false, reason: "malformed" },
		{ ok: false, reason: "position-jumped" },
		{ ok: true, added: 20 },
	]);
	expect([...(await store.counts()).keys()]).toEqual(["out"]);
});

it("closing stores everything that was handed over, in order", async () => {
	const { into } = await open();
	const results = Promise.all(sent.map((message) => into("out", message)));
	await close();
	expect((await results).every(({ ok }) => ok)).toBe(true);
	const again = openSqliteStore(dir);
	expect((await again.counts()).get("out")?.lines).toBe(out.length);
	await again.close();
	expect(ended).toEqual([]);
});

it("a damaged file is set aside at the start, and the rest is there", async () => {
	const { into, store } = await open(50);
	for (const message of sent) await into("out", message);
	const before = await store.counts();
	const first = (await store.info()).slices[0];
	await close();
	writeFileSync(join(dir, "slices", first?.name ?? ""), Buffer.alloc(4_096, 0xa5));
	const again = await open(50);
	expect(damaged).toEqual([1]);
	expect((await again.store.info()).damaged).toMatchObject([{ name: "000001.db.damaged" }]);
	expect((await again.store.counts()).get("out")?.lines).toBe(
		(before.get("out")?.lines ?? 0) - (first?.lines ?? 0),
	);
});

it("what cannot be told of the store fails for who asked, and lines are stored on", async () => {
	const { into, store } = await open();
	// whose time cannot be told
	symlinkSync("nowhere", join(dir, "slices", "000009.db.damaged"));
	await expect(store.info()).rejects.toThrow("ENOENT");
	expect(await into("out", sent[0] ?? Buffer.of())).toMatchObject({ ok: true });
	expect(ended).toEqual([]);
});

it("an end of the thread is told once, and nothing is said to be stored after it", async () => {
	const { into } = await open();
	const pending = into("out", sent[0] ?? Buffer.of());
	await workers[0]?.terminate();
	await expect(pending).rejects.toThrow("ended");
	await expect(into("out", sent[0] ?? Buffer.of())).rejects.toThrow("not stored");
	expect(ended).toHaveLength(1);
});

it("a store that cannot be opened is said to be so, and is free for the next", async () => {
	writeFileSync(join(dir, "slices"), "no folder");
	await expect(open()).rejects.toThrow();
	rmSync(join(dir, "slices"));
	const { into } = await open();
	expect(await into("out", sent[0] ?? Buffer.of())).toMatchObject({ ok: true });
});
