/**
 * How long answers take at the HTTP port while lines come in: `node bench/search-under-load.ts DIR [--hops N] [--rate 20000] [--seconds 60]
 * [--pace 15] [--alone] [--hub PATH] [--only KIND,…]`. DIR is a store of `fill-store.ts`, filled up to N hops where there is none yet; the hub works on a copy of
 * it. Lines are sent from a process of its own; questions of all kinds are asked in turn, PACE a second, each at its moment whether the
 * one before has been answered or not, and a kind waits for its own answer; ALONE, one kind after the other, each question when the one before is answered. Prints how long each
 * kind took, ALONE also what processor time of reader threads and of the main one each question took, which another load on the machine
 * leaves as it is; then which threads of the hub were busy for what share of the time.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSession } from "../src/accounts/sessions.ts";
import { sessionCookieName } from "../src/http/security.ts";
import { OWNER } from "../src/store/people-store.ts";
import { openAccounts } from "../src/store/sqlite/sqlite-store.ts";
import { readSampledHops, type SampledHops } from "./sampled-hops.ts";
import type { SentReport } from "./send-lines.ts";
import { type ThreadTimes, threadTimes } from "./thread-times.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		hops: { type: "string", default: "1000000" },
		rate: { type: "string", default: "20000" },
		seconds: { type: "string", default: "60" },
		pace: { type: "string", default: "15" },
		only: { type: "string", default: "" },
		alone: { type: "boolean", default: false },
		hub: { type: "string" },
	},
});
const [store = "bench-store"] = positionals;
const [rate, seconds, pace] = [Number(values.rate), Number(values.seconds), Number(values.pace)];
/** lines come in for so long before anything is asked */
const SETTLE_MS = 8_000;
/** as Node names it */
const MAIN = "node-MainThread";
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const samples = readSampledHops(store) ?? filled();
const data = mkdtempSync(join(dirname(resolve(store)), "search-under-load-"));
cpSync(store, data, { recursive: true });
/** Without another one the hub as it is installed: from its sources each of its threads has the compiler too. */
const entry = values.hub ?? buildHub();
const { hub, url, cookie, startedMs } = await startHub();
console.log(`the hub answered ${(startedMs / 1_000).toFixed(1)} s after it was started`);
let newest: SentReport | undefined;
let stored = 0;
const sender = rate > 0 ? startSender() : undefined;
const kinds = Object.entries(questions(samples)).filter(
	([name]) => values.only === "" || values.only.split(",").some((each) => name.includes(each)),
);
await new Promise((done) => setTimeout(done, sender ? SETTLE_MS : 0));
const before = { stored, threads: threadTimes(Number(hub.pid)), at: performance.now() };
const took = values.alone ? await askEach() : await askAll();
const spanMs = performance.now() - before.at;
tell(took);
tellThreads(before.threads, threadTimes(Number(hub.pid)));
if (sender)
	console.log(`${Math.round((stored - before.stored) / (spanMs / 1_000))} lines/s were stored meanwhile`);
sender?.kill("SIGTERM");
hub.kill("SIGTERM");
await new Promise((done) => hub.once("close", done));
rmSync(data, { recursive: true });
process.exit(0);

function filled(): SampledHops {
	const script = fileURLToPath(new URL("fill-store.ts", import.meta.url));
	spawnSync(process.execPath, [script, store, "--hops", values.hops], { stdio: "inherit" });
	const hops = readSampledHops(store);
	if (!hops) throw new Error(`${store} could not be filled`);
	return hops;
}

function buildHub(): string {
	execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url))]);
	return fileURLToPath(new URL("../dist/mailtrail-hub.mjs", import.meta.url));
}

async function startHub() {
	const accounts = openAccounts(data);
	const session = await startSession(accounts.people, OWNER, Date.now(), { link: true });
	await accounts.close();
	const env = { ...process.env, MAILTRAIL_HUB_REQUESTS_PER_MINUTE: "1000000", MAILTRAIL_HUB_LOG: "error" };
	const started = performance.now();
	const child = spawn(process.execPath, [entry, "serve", "--data", data, "--port", "0"], {
		stdio: ["ignore", "pipe", "inherit"],
		env,
	});
	const address = await new Promise<string>((found) => {
		createInterface(child.stdout).on("line", (line) => {
			const match = /(http:\/\/[\w.:[\]]+)/.exec(line)?.[1];
			if (match) found(match);
		});
	});
	return {
		hub: child,
		url: address,
		cookie: `${sessionCookieName(0, false)}=${session.value}`,
		startedMs: performance.now() - started,
	};
}

function startSender() {
	const script = fileURLToPath(new URL("send-lines.ts", import.meta.url));
	const from = String(samples.newest + MINUTE_MS);
	const child = spawn(process.execPath, [script, data, url, String(rate), from], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	createInterface(child.stdout).on("line", (line) => {
		newest = JSON.parse(line) as SentReport;
		stored += newest.stored;
	});
	return child;
}

type Question = (round: number) => string;

/** By kind, the address that asks it. */
function questions({ hops, newest: last }: SampledHops): Record<string, Question> {
	const some = (round: number) => {
		const hop = hops[(round * 37) % hops.length];
		if (!hop) throw new Error("there is nothing to ask for");
		return hop;
	};
	const domainOf = (address: string) => address.slice(address.lastIndexOf("@"));
	const search = (q: string) => `/api/search?zone=UTC&q=${encodeURIComponent(q)}`;
	const day = `since=${new Date(last - DAY_MS).toISOString()}&until=${new Date(last + 1).toISOString()}`;
	return {
		"queue id": (round) => search(`queue:${some(round).queueId}`),
		"queue id of the last second": (round) => search(`queue:${newest?.queueId ?? some(round).queueId}`),
		"Message-ID": (round) => search(`id:${some(round).messageId}`),
		recipient: (round) => search(`to:${some(round).recipient}`),
		"sender domain": (round) => search(`from:${domainOf(some(round).sender)}`),
		"newest page": () => search(""),
		"page at a time": (round) => search(`until:${new Date(some(round).firstAt).toISOString()}`),
		"part of an address": (round) => search(`to:*${some(round).recipient.slice(1, 9)}*`),
		"rare text": (round) => search(`text:"${some(round).messageId.slice(1, 15)}"`),
		"common text": () => search('text:"queued as"'),
		"text that is nowhere": (round) => search(`text:"qzx${round}w nowhere"`),
		"volume of a day": () => `/api/volume?${day}`,
		"overview of a day": () => `/api/overview?${day}`,
		"destinations of a day": () => `/api/destinations?${day}`,
		"flow of a day": () => `/api/flow?${day}`,
	};
}

/** Milliseconds by kind. */
async function askAll(): Promise<Map<string, number[]>> {
	const times = new Map(kinds.map(([name]) => [name, [] as number[]]));
	const waiting = new Map<string, Promise<void>>();
	const rounds = new Map<string, number>();
	const started = performance.now();
	for (let n = 0; performance.now() - started < seconds * 1_000; n++) {
		const [name, question] = kinds[n % kinds.length] ?? [];
		if (name !== undefined && question && !waiting.has(name)) {
			const round = rounds.get(name) ?? 0;
			rounds.set(name, round + 1);
			const asked = ask(question(round)).then((ms) => {
				waiting.delete(name);
				times.get(name)?.push(ms);
			});
			waiting.set(name, asked);
		}
		const next = started + ((n + 1) * 1_000) / pace;
		await new Promise((done) => setTimeout(done, Math.max(0, next - performance.now())));
	}
	await Promise.all(waiting.values());
	return times;
}

/** Milliseconds by kind; tells the processor time of each. */
async function askEach(): Promise<Map<string, number[]>> {
	const times = new Map<string, number[]>();
	const rounds = Math.max(1, Math.round((pace * seconds) / kinds.length));
	for (const [name, question] of kinds) {
		const threads = threadTimes(Number(hub.pid));
		const each: number[] = [];
		for (let round = 0; round < rounds; round++) each.push(await ask(question(round)));
		times.set(name, each);
		const now = threadTimes(Number(hub.pid));
		const used = (thread: string) =>
			(((now.get(thread) ?? 0) - (threads.get(thread) ?? 0)) / rounds).toFixed(1).padStart(7);
		console.log(`${name.padEnd(28)} of a processor: readers ${used("reader")}, main ${used(MAIN)} ms`);
	}
	return times;
}

async function ask(path: string): Promise<number> {
	const begun = performance.now();
	const answer = await fetch(url + path, { headers: { cookie } });
	await answer.arrayBuffer();
	if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
	return performance.now() - begun;
}

function tell(times: Map<string, number[]>): void {
	for (const [name, each] of times) {
		each.sort((a, b) => a - b);
		const at = (share: number) =>
			(each[Math.min(each.length - 1, Math.floor(each.length * share))] ?? 0).toFixed(1).padStart(7);
		console.log(
			`${name.padEnd(28)} ${String(each.length).padStart(4)} times  p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)}  max ${at(1)} ms`,
		);
	}
}

function tellThreads(from: ThreadTimes, to: ThreadTimes): void {
	const shares = [...to].map(([name, ms]) => {
		const share = ((ms - (from.get(name) ?? 0)) / spanMs) * 100;
		return { name, share };
	});
	shares.sort((a, b) => b.share - a.share);
	const words = shares
		.filter(({ share }) => share >= 0.5)
		.map(({ name, share }) => `${name} ${share.toFixed(0)} %`);
	console.log(`of a core: ${words.join(", ")}`);
}
