/**
 * kill -9 at any moment, in a loop over one store: what was said to be committed is there, nothing is there twice, and the
 * store opens. `MAILTRAIL_KILLS=100` for the long run.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { mailTraffic } from "../../testing/mail-traffic.ts";
import { checkStore } from "./care/check-store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const KILLS = Number(process.env.MAILTRAIL_KILLS ?? 4);
const MESSAGES = 1_500;
const WRITER = fileURLToPath(new URL("killed-writer.testing.ts", import.meta.url));
vi.setConfig({ testTimeout: 60_000 + KILLS * 15_000 });

/** Ends it after some output; returns the newest position that it told of each host. */
async function runAndKill(
	dir: string,
	way: string,
	after: number,
): Promise<{ told: Map<string, number>; done: boolean }> {
	const told = new Map<string, number>();
	let [text, chunks, done] = ["", 0, false];
	const child = spawn(process.execPath, [WRITER, dir, String(MESSAGES), way], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	child.stdout.on("data", (data) => {
		text += String(data);
		if (++chunks >= after) child.kill("SIGKILL");
	});
	await new Promise((resolve) => child.once("close", resolve));
	for (const line of text.split("\n").slice(0, -1)) {
		const [host = "", offset = ""] = line.split(" ");
		if (host === "done") done = true;
		else told.set(host, Number(offset));
	}
	return { told, done };
}

it.each(["one by one", "many"])("loses and doubles nothing, whenever it is killed: %s", async (way) => {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-kill-"));
	const reached = new Map<string, number>();
	let kills = 0;
	for (let ended = false; !ended; ) {
		const { told, done } = await runAndKill(
			dir,
			way,
			kills < KILLS ? 1 + ((kills * 7) % 13) : Number.MAX_SAFE_INTEGER,
		);
		for (const [host, offset] of told) reached.set(host, offset);
		if (!done) kills++;
		ended = done;
		if (ended) break;
		const store = openSqliteStore(dir, { linesPerSlice: 400 });
		for (const [host, offset] of reached)
			expect((await store.positions(host))[0]?.offset).toBeGreaterThanOrEqual(offset);
		await store.close();
	}
	const store = openSqliteStore(dir, { linesPerSlice: 400 });
	await store.settled();
	const traffic = mailTraffic(0, MESSAGES);
	for (const host of ["out", "in"] as const) {
		expect((await store.counts()).get(host)?.lines).toBe(traffic[host].length);
		const page = { host, limit: 1_000_000, deadline: Number.POSITIVE_INFINITY };
		const { lines } = await store.hostLines(page);
		expect(lines.map(({ raw }) => raw).sort()).toEqual([...traffic[host]].sort());
	}
	const span = { since: Date.parse("2026-03-02"), until: Date.parse("2026-03-03") };
	const sums = await store.sums({ ...span, kind: "arrivals", by: ["outcome"] });
	expect(sums.find(({ outcome }) => outcome === "delivered")?.recipients).toBe(MESSAGES);
	expect(sums.reduce((sum, { messages }) => sum + messages, 0)).toBe(MESSAGES);
	await store.close();
	expect([...checkStore(dir)].filter(({ problem }) => problem !== undefined)).toEqual([]);
	rmSync(dir, { recursive: true });
});
