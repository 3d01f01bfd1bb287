/** A store of every earlier version opens, with what the later version adds filled in from its lines. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf, mailTraffic, queueIdOut } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { packSlice } from "../care/pack-slice.ts";
import { refoldSlice } from "../care/refold-slice.ts";
import { openSqliteStore } from "../sqlite-store.ts";

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-migrate-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function inSlice(sql: string): void {
	const db = new DatabaseSync(join(dir, "slices", "000001.db"));
	db.exec(sql);
	db.close();
}

const VERSIONS = fileURLToPath(new URL("versions", import.meta.url));

function unpackVersion(version: string): void {
	mkdirSync(join(dir, "slices"));
	for (const name of readdirSync(join(VERSIONS, version))) {
		const packed = readFileSync(join(VERSIONS, version, name));
		writeFileSync(join(dir, "slices", name.replace(/\.gz$/, "")), gunzipSync(packed));
	}
}

for (const version of readdirSync(VERSIONS).filter((name) => name.startsWith("v"))) {
	it(`a store that ${version} wrote answers everything, and goes on`, async () => {
		unpackVersion(version);
		const store = openSqliteStore(dir, { linesPerSlice: 40 });
		await store.settled();
		expect([...(await store.counts()).values()].map(({ lines }) => lines)).toEqual([60, 60]);
		expect(await store.findHops({ limit: 100 })).toHaveLength(24);
		expect(await store.hopsWithKeys([`q:${queueIdOut(3)}`], 0, 5)).toHaveLength(1);
		expect(await store.triesFrom("out", 0, 100)).toHaveLength(12);
		expect(await store.complete("domain", "d3.", 2)).toEqual(["d3.example.net"]);
		expect(await store.complete("queueId", queueIdOut(3), 2)).toEqual([queueIdOut(3)]);
		const sender = { field: "sender", value: "s3@example.org" } as const;
		expect(await store.findHops({ anyOf: [sender], limit: 9 })).toHaveLength(2);
		const span = { since: Date.parse("2026-03-02"), until: Date.parse("2026-03-03") };
		const sums = await store.sums({ ...span, kind: "arrivals", by: ["outcome"] });
		expect(sums.map(({ outcome, recipients, messages }) => [outcome, recipients, messages]).sort()).toEqual([
			["", 0, 12],
			["delivered", 12, 0],
		]);
		const { out } = mailTraffic(0, 13);
		for (const batch of batchesOf(out, 20)) await store.commit(toLineBatch("out", batch));
		expect(await store.findHops({ limit: 100 })).toHaveLength(25);
		await store.close();
	});
}

it("hops that another core made, or made wrongly, are made anew from their lines", async () => {
	const open = () => openSqliteStore(dir, { linesPerSlice: 8 });
	const first = open();
	for (const batch of batchesOf(mailTraffic(0, 5).out, 3)) await first.commit(toLineBatch("out", batch));
	const hops = async (store: ReturnType<typeof open>) =>
		JSON.stringify((await store.findHops({ limit: 100 })).map(({ hop }) => hop));
	const before = await hops(first);
	await first.close();
	inSlice("UPDATE hops SET body = '{}'; DELETE FROM term_runs; DELETE FROM meta WHERE name = 'view'");
	let parts = 0;
	const store = openSqliteStore(dir, { linesPerSlice: 8, onRebuild: () => parts++ });
	expect(parts).toBe(1);
	expect(await hops(store)).toBe(before);
	expect(await store.hopsWithKeys([`q:${queueIdOut(0)}`], 0, 5)).toHaveLength(1);
	await store.close();
});

it("version 2 knew no times of gaps", async () => {
	unpackVersion("v2");
	inSlice(
		"INSERT INTO gaps (host, at, source, bytes, reason) VALUES ('out', 5, '/var/log/mail.log', 7, 'lost')",
	);
	const store = openSqliteStore(dir);
	expect(await store.gaps("out")).toEqual([{ at: 5, source: "/var/log/mail.log", bytes: 7, reason: "lost" }]);
	await store.close();
});

it("a later version is refused, untouched", async () => {
	unpackVersion("v6");
	inSlice("UPDATE meta SET value = 99 WHERE name = 'version'");
	expect(() => openSqliteStore(dir)).toThrow("was written by a newer mailtrail-hub");
});

it("hops of an earlier core serve at once and are made anew behind, and what is counted stays right whatever goes on meanwhile", async () => {
	const traffic = mailTraffic(0, 12);
	const [early, late] = [traffic.out.slice(0, 41), traffic.out.slice(41)];
	const first = openSqliteStore(dir, { linesPerSlice: 8 });
	const [batch, rest] = [early, [...early, ...late]].map((lines) => batchesOf(lines, 4));
	for (const each of batch ?? []) await first.commit(toLineBatch("out", each));
	await first.settled();
	await first.close();
	for (const name of readdirSync(join(dir, "slices")).filter((each) => each.endsWith(".db"))) {
		const db = new DatabaseSync(join(dir, "slices", name));
		db.exec("UPDATE meta SET value = 1 WHERE name = 'view'");
		db.close();
	}
	let work = Promise.resolve();
	const before: unknown[] = [];
	const store = openSqliteStore(dir, {
		linesPerSlice: 8,
		onRebuild: (...made) => before.push(made),
		packElsewhere: async (slice) => {
			// queues go on in the newest slice while an older one is made anew
			const { files } = slice;
			if (files) refoldSlice({ ...slice, files });
			else packSlice(slice);
			await work;
			return true;
		},
	});
	expect((await store.info()).earlierView).toBeGreaterThan(3);
	expect(before).toEqual([]);
	expect(await store.findHops({ limit: 100 })).toHaveLength(9);
	work = (async () => {
		for (const each of rest ?? []) await store.commit(toLineBatch("out", each));
	})();
	await work;
	await expect.poll(async () => (await store.info()).earlierView, { timeout: 60_000 }).toBe(0);
	await store.settled();
	const fresh = openSqliteStore(join(dir, "fresh"), { linesPerSlice: 8 });
	for (const each of rest ?? []) await fresh.commit(toLineBatch("out", each));
	await fresh.settled();
	const span = { since: Date.parse("2026-03-02"), until: Date.parse("2026-03-03") };
	for (const kind of ["arrivals", "sender", "recipient-domain"] as const) {
		const sums = async (of: typeof store) =>
			JSON.stringify(
				(await of.sums({ ...span, kind, by: ["name", "outcome"] })).map((row) => JSON.stringify(row)).sort(),
			);
		expect(await sums(store)).toBe(await sums(fresh));
	}
	const hops = async (of: typeof store) => (await of.findHops({ limit: 100 })).map(({ hop }) => hop);
	expect(await hops(store)).toEqual(await hops(fresh));
	await store.close();
	await fresh.close();
});
