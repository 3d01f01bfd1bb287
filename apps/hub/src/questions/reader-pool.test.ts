/** Reader threads beside a store that is written to: they see what was committed, follow its files, and end what nobody waits for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FindRequest } from "../journeys/find-journeys.ts";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic, queueIdOut } from "../testing/mail-traffic.ts";
import { askHere } from "./questions.ts";
import { startThread } from "../start-thread.ts";
import { ReaderPool } from "./reader-pool.ts";

let dir: string;
let store: SqliteStore;
let pool: ReaderPool;
let errors: unknown[];
const lines = mailTraffic(0, 60).out;
const everything: FindRequest = { query: { terms: [], problems: [] }, lang: "en", limit: 200 };

function open(timeoutMs = 20_000): void {
	errors = [];
	store = openSqliteStore(dir, { linesPerSlice: 50 });
	pool = new ReaderPool({
		start: () => startThread({ data: dir }),
		readers: 2,
		files: () => store.files(),
		onError: (error) => errors.push(error),
		onDamaged: (no, reason) => void store.setAside(no, reason),
		timeoutMs,
	});
}

beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-readers-"));
});
afterEach(async () => {
	await pool.close();
	await store.close();
	rmSync(dir, { recursive: true });
});

it("answer as the store itself does after every commit, across files that begin meanwhile", async () => {
	open();
	const here = askHere(store);
	for (const batch of batchesOf(lines, 30)) {
		await store.commit(toLineBatch("out", batch));
		const answers = await Promise.all([pool.ask("search", everything), pool.ask("search", everything)]);
		const expected = await here("search", everything);
		for (const answer of answers) expect(answer.rows).toEqual(expected.rows);
	}
	expect(store.files().slices.length).toBeGreaterThan(3);
	expect(errors).toEqual([]);
});

it("are one until questions come beside each other", async () => {
	let started = 0;
	const count = () => void started++;
	process.on("worker", count);
	try {
		open();
		for (let n = 0; n < 3; n++) await pool.ask("search", everything);
		expect(started).toBe(1);
		await Promise.all(Array.from({ length: 12 }, () => pool.ask("search", everything)));
		expect(started).toBe(2);
	} finally {
		process.off("worker", count);
	}
	expect(errors).toEqual([]);
});

it("give up what was cancelled and take the next question", async () => {
	open();
	for (const batch of batchesOf(lines, 100)) await store.commit(toLineBatch("out", batch));
	const gone = new AbortController();
	const asked = pool.ask("search", everything, gone.signal);
	gone.abort();
	await expect(asked).rejects.toThrow();
	expect((await pool.ask("search", { ...everything, limit: 3 })).rows).toHaveLength(3);
});

it("that fail or do not answer fail their question and nothing else", async () => {
	open();
	for (const batch of batchesOf(lines, 100)) await store.commit(toLineBatch("out", batch));
	await expect(pool.ask("journey", undefined as never)).rejects.toThrow("its log says why");
	expect(errors).toHaveLength(1);
	expect((await pool.ask("lines", [`out:/var/log/mail.log:g1:0`]))[0]?.raw).toBe(lines[0]);
	await pool.close();
	await expect(pool.ask("search", everything)).rejects.toThrow();
});

it("answer who asks for a key while all that others ask takes long", async () => {
	open();
	for (const batch of batchesOf(lines, 100)) await store.commit(toLineBatch("out", batch));
	// both run
	await Promise.all(Array.from({ length: 12 }, () => pool.ask("search", everything)));
	const text = { terms: [{ field: "text" as const, value: "queued", negated: false }], problems: [] };
	const long = Array.from({ length: 30 }, () => pool.ask("search", { ...everything, query: text }));
	let answered = 0;
	for (const each of long) void each.then(() => answered++);
	const key = { terms: [{ field: "queue" as const, value: queueIdOut(3), negated: false }], problems: [] };
	expect((await pool.ask("search", { ...everything, query: key })).rows).toHaveLength(1);
	// in the order of asking it would have come behind the last but eight
	expect(answered).toBeLessThan(20);
	const all = await Promise.all(long);
	for (const { rows } of all) expect(rows).toHaveLength(60);
});

it("refuse what is too much at once", async () => {
	open();
	const asked = Array.from({ length: 400 }, () =>
		pool.ask("complete", { asked: { prefix: "x" }, masked: false }),
	);
	const results = await Promise.allSettled(asked);
	const refused = results.filter(({ status }) => status === "rejected");
	expect(refused.length).toBeGreaterThan(0);
	expect(refused.length).toBeLessThan(300);
});
