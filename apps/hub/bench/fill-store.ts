/**
 * Fills a store, then asks a hub on it over HTTP: `node bench/fill-store.ts DIR [--hops N] [--log HOST=FILE …] [--rate LINES_A_SECOND]
 * [--rounds 60] [--hub PATH]`. Made-up mail of two hosts up to N hops, or the logs given; run again on the same DIR it goes on.
 * Prints what the store takes for each byte of log, then how long answers take; with a rate once more while so many lines come in. Without hops
 * and logs it asks what is there, and waits for no packing before.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Hop } from "@mailtrail/core/trace";
import { BATCH_LINES_MAX } from "@mailtrail/core/wire";
import { startSession } from "../src/accounts/sessions.ts";
import { importLogs } from "../src/commands/import-logs.ts";
import { sessionCookieName } from "../src/http/security.ts";
import { toLineBatch } from "../src/store/contract-tests.ts";
import { OWNER } from "../src/store/people-store.ts";
import type { LineBatch } from "../src/store/store.ts";
import { openAccounts, openSqliteStore, type SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic } from "../src/testing/mail-traffic.ts";
import { newKey, TestAgent } from "../src/testing/test-agent.ts";
import { TrafficTemplate } from "./traffic-template.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		hops: { type: "string", default: "0" },
		log: { type: "string", multiple: true, default: [] },
		rate: { type: "string", default: "0" },
		rounds: { type: "string", default: "60" },
		hub: { type: "string", default: fileURLToPath(new URL("../src/main.ts", import.meta.url)) },
	},
});
const [dir = "bench-store"] = positionals;
const [hops, rate, rounds] = [Number(values.hops), Number(values.rate), Number(values.rounds)];
const MESSAGES = 500;
/** of made-up mail, written at once */
const LINES_HELD = 250_000;
/** of each agent, as real ones do while lines come in */
const FLUSHES_A_SECOND = 5;
const LINES_PER_MESSAGE = 5;
/** that may send; those of an earlier run have keys of their own */
const AGENTS = 64;
const NAMES = `bench${Date.now().toString(36)}-`;
const DAY_MS = 86_400_000;

const store = openSqliteStore(dir);
await fill(store);
await tellRoom(store);
const samples = await sampleHops(store);
const range = await store.timeRange();
await store.close();
const key = newKey();
const { hub, url, cookie } = await startHub();
console.log("answers, nothing coming in:");
await askAll();
if (rate > 0) {
	const stop = await send();
	const begun = performance.now();
	console.log(`answers, ${rate} lines/s coming in:`);
	await askAll();
	console.log(`${Math.round(stop() / ((performance.now() - begun) / 1_000))} lines/s were stored meanwhile`);
}
hub.kill("SIGTERM");
await new Promise((resolve) => hub.once("close", resolve));
process.exit(0);

async function fill(into: SqliteStore): Promise<void> {
	if (hops === 0 && values.log.length === 0) return;
	const busy = process.cpuUsage();
	for (const log of values.log) {
		const [host = "", ...file] = log.split("=");
		await importLogs(into, host, [file.join("=")], { zone: "UTC", now: Date.now(), progress: () => {} });
	}
	let held: LineBatch[] = [];
	let lines = 0;
	for (let n = 0; n < hops / 2; n += MESSAGES) {
		const traffic = mailTraffic(n, MESSAGES);
		for (const host of ["out", "in"] as const) {
			// one content for each few messages: the bench keeps no offsets
			const content = `g${String(n).padStart(9, "0")}`;
			for (const batch of batchesOf(traffic[host], LINES_HELD, "/var/log/mail.log", content)) {
				held.push(toLineBatch(host, batch));
				lines += batch.lines.length;
			}
		}
		if (lines < LINES_HELD && n + MESSAGES < hops / 2) continue;
		await into.commitMany(held);
		[held, lines] = [[], 0];
	}
	await into.settled();
	const { user, system } = process.cpuUsage(busy);
	console.log(`filling and packing took ${((user + system) / 1e6).toFixed(0)} s of CPU`);
}

/** Of closed slices, by their share of the lines: the newest one is not packed. */
async function tellRoom(from: SqliteStore): Promise<void> {
	const { slices } = await from.info();
	const counts = await from.counts();
	let raw = 0;
	for (const [host, { lines }] of counts) {
		const madeUp = host === "in" ? "in" : host === "out" || host.startsWith("bench") ? "out" : undefined;
		if (madeUp) raw += lines * madeUpLineBytes(madeUp);
		else for (const { offset } of await from.positions(host)) raw += offset;
	}
	const closed = slices.filter(({ state }) => state === "closed");
	const sum = (part: typeof slices, what: "bytes" | "lines") =>
		part.reduce((all, each) => all + each[what], 0);
	const perLine = raw / sum(slices, "lines");
	const ratio = sum(closed, "bytes") / (sum(closed, "lines") * perLine);
	console.log(
		`${sum(slices, "lines")} lines in ${slices.length} slices; packed ones take ${ratio.toFixed(3)} bytes for a byte of log (lines of ${perLine.toFixed(0)} bytes)`,
	);
}

/** Its positions do not tell: a store remembers the newest contents of a source, and these are many. */
function madeUpLineBytes(side: "out" | "in"): number {
	const lines = mailTraffic(Math.floor(hops / 4), MESSAGES)[side];
	return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0) / lines.length;
}

/** Hops from all over the store. */
async function sampleHops(from: SqliteStore): Promise<Hop[]> {
	const span = await from.timeRange();
	const found: Hop[] = [];
	for (let n = 0; span && n < rounds; n++) {
		const at = span.from + ((span.to - span.from) * (((n * 7_919) % rounds) + 0.5)) / rounds;
		const [first] = await from.findHops({ limit: 1, before: { at, tie: 0 } });
		if (first?.hop.sender && first.hop.attempts[0]) found.push(first.hop);
	}
	return found;
}

async function startHub() {
	const accounts = openAccounts(dir);
	for (let n = 0; n < AGENTS; n++)
		await accounts.enrolAgent({
			agent: NAMES + n,
			host: NAMES + n,
			publicKey: key.publicKey,
			enrolledAt: Date.now(),
		});
	const session = await startSession(accounts.people, OWNER, Date.now(), { link: true });
	await accounts.close();
	const env = { ...process.env, MAILTRAIL_HUB_REQUESTS_PER_MINUTE: "1000000" };
	const child = spawn(process.execPath, [values.hub, "serve", "--data", dir, "--port", "0"], {
		stdio: ["ignore", "pipe", "inherit"],
		env,
	});
	const address = await new Promise<string>((resolve) => {
		let text = "";
		child.stdout.on("data", (chunk) => {
			text += String(chunk);
			const found = /(http:\/\/[\w.:[\]]+)/.exec(text)?.[1];
			if (found) resolve(found);
		});
	});
	return { hub: child, url: address, cookie: `${sessionCookieName(0, false)}=${session.value}` };
}

async function askAll(): Promise<void> {
	const some = (round: number) => samples[round % samples.length];
	const domainOf = (address = "") => address.slice(address.lastIndexOf("@"));
	const search = (q: string) => `/api/search?zone=UTC&q=${encodeURIComponent(q)}`;
	await time("queue id", (round) => search(`queue:${some(round)?.queueId}`));
	await time("recipient", (round) => search(`to:${some(round)?.attempts[0]?.recipient}`));
	await time("Message-ID", (round) => search(`id:${some(round)?.messageId}`));
	await time("sender domain", (round) => search(`from:${domainOf(some(round)?.sender)}`));
	await time("newest page", () => search(""));
	await time("page at a time", (round) =>
		search(`until:${new Date(some(round)?.firstAt ?? 0).toISOString()}`),
	);
	await time("rare text", (round) => search(`text:"${some(round)?.messageId?.slice(3, 15)}"`));
	await time("part of an address", (round) =>
		search(`to:*${some(round)?.attempts[0]?.recipient.slice(1, 9)}*`),
	);
	await time("common text", () => search('text:"queued as"'));
	await time("text that is nowhere", (round) => search(`text:"qzx${round}w nowhere"`));
	const until = range?.to ?? Date.now();
	const day = `since=${new Date(until - DAY_MS).toISOString()}&until=${new Date(until + 1).toISOString()}`;
	for (const figure of ["volume", "overview", "destinations", "flow"])
		await time(`${figure} of a day`, () => `/api/${figure}?${day}`, 10);
}

async function time(name: string, path: (round: number) => string, times = rounds): Promise<void> {
	const took: number[] = [];
	for (let round = 0; round < times; round++) {
		const started = performance.now();
		const answer = await fetch(url + path(round), { headers: { cookie } });
		await answer.arrayBuffer();
		if (!answer.ok) throw new Error(`${path(round)}: ${answer.status}`);
		took.push(performance.now() - started);
	}
	took.sort((a, b) => a - b);
	const at = (share: number) =>
		(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(1);
	console.log(`${name.padEnd(24)} p50 ${at(0.5)} ms  p90 ${at(0.9)} ms  p99 ${at(0.99)} ms`);
}

/** Lines at the rate, in batches as agents send them; returns what ends it and says how many were stored. */
async function send(): Promise<() => number> {
	const senders = Math.ceil(rate / (BATCH_LINES_MAX * FLUSHES_A_SECOND));
	const messages = Math.round(rate / senders / FLUSHES_A_SECOND / LINES_PER_MESSAGE);
	const template = new TrafficTemplate("out", messages);
	const agents = await Promise.all(Array.from({ length: senders }, (_, n) => startAgent(n)));
	let [turn, acknowledged] = [0, 0];
	for (const { socket } of agents)
		socket.on("message", (data) => {
			if (JSON.parse(String(data)).type === "ack") acknowledged += messages * LINES_PER_MESSAGE;
		});
	const places = agents.map(() => ({ id: 0, offset: 1_000_000_000 }));
	let first = 1_000_000;
	const timer = setInterval(
		() => {
			const at = turn++ % senders;
			const place = places[at];
			if (!place) return;
			const { text, end } = template.batch(place.id++, place.offset, first);
			[place.offset, first] = [end, first + messages];
			agents[at]?.socket.send(text, { binary: false });
		},
		1_000 / FLUSHES_A_SECOND / senders,
	);
	return () => {
		clearInterval(timer);
		return acknowledged;
	};
}

async function startAgent(n: number): Promise<TestAgent> {
	const agent = new TestAgent(url);
	const welcome = await agent.hello({ agent: NAMES + n, host: NAMES + n, key: key.key });
	if (welcome.type !== "welcome") throw new Error(JSON.stringify(welcome));
	return agent;
}
