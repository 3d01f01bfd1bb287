/**
 * What a hub takes from agents over real sockets: `node bench/ingest-sockets.ts [--agents 2] [--rate LINES_A_SECOND_OF_EACH]
 * [--seconds 30] [--hub PATH] [--flags="--cpu-prof …"]`. Builds the hub and starts one in a directory of its own; without a rate every agent sends as fast as
 * it is acknowledged. Prints each few seconds and at the end: lines a second, the hub's CPU and memory, and how long acknowledgements took;
 * then which threads the CPU was spent in: the main one has sockets and commits, workers pack and answer, V8's collect.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openAccounts } from "../src/store/sqlite/sqlite-store.ts";
import { newKey, TestAgent } from "../src/testing/test-agent.ts";
import { TrafficTemplate } from "./traffic-template.ts";

const { values } = parseArgs({
	options: {
		agents: { type: "string", default: "2" },
		rate: { type: "string", default: "0" },
		seconds: { type: "string", default: "30" },
		flags: { type: "string", default: "" },
		hub: { type: "string" },
	},
});
const [agents, rate, seconds] = [Number(values.agents), Number(values.rate), Number(values.seconds)];
const flags = values.flags.split(" ").filter((flag) => flag !== "");
/** as an agent has them */
const IN_FLIGHT = 8;
/** batches of an agent that follows a log */
const FLUSHES_A_SECOND = 5;
const TICKS_A_SECOND = 100;
const REPORT_MS = 5_000;

/** Without another one the hub as it is installed: from its sources each of its threads has the compiler too. */
const entry = values.hub ?? buildHub();

const data = mkdtempSync(join(tmpdir(), "mailtrail-sockets-"));
const accounts = openAccounts(data);
const identities = [];
for (let n = 0; n < agents; n++) {
	const { publicKey, key } = newKey();
	const identity = { agent: `a${n}`, host: `h${n}`, key };
	await accounts.enrolAgent({ ...identity, publicKey, enrolledAt: Date.now() });
	identities.push(identity);
}
await accounts.close();
const hub = spawn(process.execPath, [...flags, entry, "serve", "--data", data, "--port", "0"], {
	stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise<string>((resolve) => {
	let text = "";
	hub.stdout.on("data", (chunk) => {
		text += String(chunk);
		const found = /(http:\/\/[\w.:[\]]+)/.exec(text)?.[1];
		if (found) resolve(found);
	});
});

const perBatch = rate > 0 ? Math.max(1, Math.round(rate / FLUSHES_A_SECOND / 5)) : 100;
const templates = { out: new TrafficTemplate("out", perBatch), in: new TrafficTemplate("in", perBatch) };
let [acknowledged, next] = [0, 1_000_000];
let latencies: number[] = [];
const all: number[] = [];
/** numbers of messages that each even one has sent: the odd one behind it delivers the same */
const sent: number[][] = identities.map(() => []);

const senders = await Promise.all(
	identities.map(async (identity, n) => {
		const agent = new TestAgent(url);
		const welcome = await agent.hello(identity);
		if (welcome.type !== "welcome") throw new Error(JSON.stringify(welcome));
		const waiting: number[] = [];
		let [id, offset] = [0, 1_000_000_000];
		const side = n % 2 === 0 ? "out" : "in";
		const send = () => {
			const first = side === "out" ? next : (sent[n - 1]?.shift() ?? next);
			if (side === "out") sent[n]?.push(first);
			if (first === next) next += perBatch;
			const { text, end } = templates[side].batch(id++, offset, first);
			offset = end;
			waiting.push(performance.now());
			agent.socket.send(text, { binary: false });
		};
		void (async () => {
			for (;;) {
				const answer = await agent.inbox.next();
				if (over) return;
				if (answer.type !== "ack") throw new Error(JSON.stringify(answer));
				latencies.push(performance.now() - (waiting.shift() ?? 0));
				acknowledged += perBatch * 5;
				if (rate === 0 && !over) send();
			}
		})();
		return send;
	}),
);

let over = false;
const started = performance.now();
const busyBefore = cpuSeconds();
if (rate === 0) for (let i = 0; i < IN_FLIGHT; i++) for (const send of senders) send();
let ticks = 0;
const pace = setInterval(() => {
	// each agent at its own moment
	const due = Math.floor(((performance.now() - started) / 1000) * TICKS_A_SECOND);
	for (; rate > 0 && ticks < due; ticks++)
		for (const [n, send] of senders.entries())
			if ((ticks + n) % (TICKS_A_SECOND / FLUSHES_A_SECOND) === 0) send();
}, 1000 / TICKS_A_SECOND);
let [linesBefore, cpuBefore, timeBefore] = [0, busyBefore, started];
const report = setInterval(() => {
	const [cpu, time] = [cpuSeconds(), performance.now()];
	tell(acknowledged - linesBefore, cpu - cpuBefore, time - timeBefore, latencies);
	all.push(...latencies);
	[linesBefore, cpuBefore, timeBefore, latencies] = [acknowledged, cpu, time, []];
}, REPORT_MS);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
over = true;
clearInterval(pace);
clearInterval(report);
console.log("all together:");
tell(acknowledged, cpuSeconds() - busyBefore, performance.now() - started, all);
tellThreads();
hub.kill("SIGTERM");
await new Promise((resolve) => hub.once("close", resolve));
rmSync(data, { recursive: true });
process.exit(0);

function buildHub(): string {
	execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url))]);
	return fileURLToPath(new URL("../dist/mailtrail-hub.mjs", import.meta.url));
}

function tell(lines: number, cpu: number, ms: number, took: number[]): void {
	took.sort((a, b) => a - b);
	const at = (share: number) => Math.round(took[Math.floor(took.length * share)] ?? 0);
	const perCpu = Math.round(lines / cpu);
	console.log(
		`${Math.round(lines / (ms / 1000))} lines/s  ${(cpu / (ms / 1000)).toFixed(2)} cores (${perCpu} lines per second of CPU)  ${memory()} MB  ack p50 ${at(0.5)} p99 ${at(0.99)} max ${at(0.99999)} ms`,
	);
}

/** user and system time of the hub's process, all threads (proc(5), fields 14 and 15 of stat, in hundredths); or of one */
function cpuSeconds(thread?: string): number {
	const stat = readFileSync(`/proc/${hub.pid}/${thread === undefined ? "" : `task/${thread}/`}stat`, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Those that have not ended, its start included. */
function tellThreads(): void {
	const byName = new Map<string, number>();
	for (const thread of readdirSync(`/proc/${hub.pid}/task`)) {
		const name = readFileSync(`/proc/${hub.pid}/task/${thread}/comm`, "utf8").trim();
		byName.set(name, (byName.get(name) ?? 0) + cpuSeconds(thread));
	}
	console.log([...byName].map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(", "));
}

function memory(): number {
	const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.pid}/status`, "utf8")) ?? [];
	return Math.round(Number(kilobytes) / 1024);
}
