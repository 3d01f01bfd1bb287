import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Lookout } from "./lookout.ts";

let folder: string;
let log: string;
let lookout: Lookout;
let told: number;
let seen: number;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-"));
	log = join(folder, "mail.log");
	writeFileSync(log, "");
	told = 0;
	seen = 0;
	lookout = new Lookout({ path: log, now: Date.now, told: () => told++, look });
});

afterEach(() => {
	lookout.stop();
	rmSync(folder, { recursive: true });
});

/** As a follower that reads nothing in between: whatever came is news. */
function look(): boolean {
	const { size } = statSync(log);
	const isNew = size !== seen;
	seen = size;
	return isNew;
}

async function write(lines: number): Promise<void> {
	for (let i = 0; i < lines; i++) {
		appendFileSync(log, "line\n");
		await after(1);
	}
}

it("does not listen to a log that is written to all the time, finds what comes, and listens again", async () => {
	await write(500);
	expect(told).toBeGreaterThan(0);
	expect(told).toBeLessThan(250);
	await vi.waitFor(() => expect(seen).toBe(statSync(log).size), 20_000);
	// once a look has found nothing
	await vi.waitFor(
		() => {
			const before = told;
			appendFileSync(log, "line\n");
			return vi.waitFor(() => expect(told).toBeGreaterThan(before), 1000);
		},
		{ timeout: 20_000, interval: 500 },
	);
}, 60_000);
