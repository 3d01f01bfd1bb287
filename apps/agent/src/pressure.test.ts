/** The whole agent where more is written than can be sent: a flood beside a quiet log, and a hub that reads nothing for a while. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeKeys } from "./enrolment.ts";
import { TestHub } from "./testing/test-hub.ts";
import { IN_FLIGHT_MAX } from "./uplink/in-flight.ts";

vi.setConfig({ testTimeout: 600_000 });

const KEYS = makeKeys();
const BATCH_LINES = 500;
const app = join(import.meta.dirname, "..");
const built = mkdtempSync(join(tmpdir(), "agent-pressure-"));
execFileSync(process.execPath, [join(app, "build.mjs"), built], { stdio: "pipe" });
afterAll(() => rmSync(built, { recursive: true }));

// build.mjs says where there is no Bun for this machine
const executable = join(built, "mailtrail-agent");
const command = existsSync(executable) ? [executable] : [process.execPath, `${executable}.mjs`];

let folder: string;
let hub: TestHub;
let agent: ChildProcess | undefined;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "agent-"));
	hub = new TestHub();
	hub.allow(KEYS.publicKey);
	await hub.start();
});

afterEach(async () => {
	agent?.kill("SIGKILL");
	await hub.stop();
	rmSync(folder, { recursive: true });
});

/** An agent that reads these logs, which are empty, once it does. */
async function run(...logs: string[]): Promise<void> {
	mkdirSync(path("state"));
	const enrolment = { hub: hub.url, agent: "agent-1", host: "mx1", privateKey: KEYS.privateKey };
	writeFileSync(path("state/enrolment.json"), JSON.stringify(enrolment), { mode: 0o600 });
	for (const log of logs) writeFileSync(path(log), "");
	const sources = logs.flatMap((log) => ["--source", path(log)]);
	const [program = "", ...first] = command;
	agent = spawn(program, [...first, "run", "--state", path("state"), ...sources], { stdio: "ignore" });
	await hub.until(() => hub.health !== undefined);
}

function lines(count: number, what: string, length = 0): string {
	const line = (i: number) => `Nov 22 03:00:00 mx ${what}[1]: ${i} `.padEnd(length, "x");
	return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");
}

it("sends a line of a quiet log behind what is on its way, whatever floods another", async () => {
	const [all, quiet] = [40_000, 6];
	await run("flood.log", "quiet.log");
	let flooded = 0;
	/** lines of the flood that came between the writing of a quiet line and its arrival */
	const behind: number[] = [];
	let waitsSince: number | undefined;
	hub.onBatch = ({ lines: sent }) => {
		const isQuiet = sent[0]?.event.raw.includes(" quiet[") ?? false;
		if (isQuiet) behind.push(flooded - (waitsSince ?? 0));
		else flooded += sent.length;
		if (isQuiet) waitsSince = undefined;
		else if (waitsSince === undefined && flooded > (behind.length + 1) * 4000 && behind.length < quiet) {
			waitsSince = flooded;
			appendFileSync(path("quiet.log"), `Nov 22 03:00:00 mx quiet[1]: ${behind.length}\n`);
		}
		return "commit";
	};
	appendFileSync(path("flood.log"), lines(all, "flood"));
	await hub.until(() => flooded === all && waitsSince === undefined);
	expect(behind).toHaveLength(quiet);
	// what was read already, and the flood's own turn
	expect(Math.max(...behind)).toBeLessThanOrEqual((IN_FLIGHT_MAX + 2) * BATCH_LINES);
});

it("keeps on disk what a hub does not read that stands still, and its own memory small", async () => {
	const [count, length] = [120_000, 1300];
	await run("mail.log");
	hub.isStalled = true;
	for (let written = 0; written < count; written += 10_000)
		appendFileSync(path("mail.log"), lines(10_000, `part${written}`, length));
	// the text is in its spool, but for what waits to be more
	const spooled = () => readdirSync(path("state")).includes("spool") && readHealth().read.lines >= count;
	while (!spooled()) await after(100);
	if (process.platform === "linux") expect(peakBytes(agent?.pid)).toBeLessThan(count * length);
	hub.isStalled = false;
	hub.dropConnections();
	await hub.until(() => hub.lines.size === count);
	expect(new Set(hub.texts()).size).toBe(count);
	expect(hub.gaps).toEqual([]);
});

function readHealth(): { read: { lines: number } } {
	return JSON.parse(readFileSync(path("state/health.json"), "utf8")) as { read: { lines: number } };
}

/** The most that was ever resident: proc(5), `VmHWM:   123456 kB`. */
function peakBytes(pid = 0): number {
	return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}
