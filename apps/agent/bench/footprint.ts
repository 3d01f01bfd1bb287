/**
 * What the built agent costs a mail host, beside rsyslogd on the same log in the same run: the start, idle, 20 000 lines a
 * second, and a log of 1 GB that was there before. `pnpm bench`, or `node bench/footprint.ts [--agent PROGRAM] [PART…]` with
 * the parts start, idle, rate, backfill. Without rsyslogd (Debian: rsyslog) the agent is measured alone.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { enrolAgent, type Follower, hasRsyslogd, startAgent, startRsyslogd } from "./followers.ts";
import { type Memory, memoryOf, processorSeconds } from "./process-figures.ts";
import { openStandInHub, type StandInHub } from "./stand-in-hub.ts";
import { readSample, writeLog, writeSteadily } from "./write-log.ts";

const STARTS = 9;
const SETTLE_MS = 10_000;
const SAMPLE_MS = 200;
const IDLE_SECONDS = 60;
const RATE = 20_000;
const RATE_SECONDS = 30;
const BACKFILL_BYTES = 1e9;
const PARTS = ["start", "idle", "rate", "backfill"] as const;

interface Place {
	folder: string;
	log: string;
	hub: StandInHub;
	state: string;
}

const arguments_ = process.argv.slice(2);
const given = arguments_[0] === "--agent" ? arguments_.splice(0, 2)[1] : undefined;
const program = given ?? join(import.meta.dirname, "../dist/mailtrail-agent");
if (!existsSync(program)) throw new Error(`${program} does not exist: pnpm build makes it`);
const command = program.endsWith(".mjs") ? [process.execPath, program] : [program];

function mega(bytes: number): string {
	return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function tell(part: string, who: string, figures: string): void {
	console.log(`${part.padEnd(9)} ${who.padEnd(9)} ${figures}`);
}

function memory({ resident, anonymous, file, peak }: Memory): string {
	return `${mega(resident)} resident (${mega(anonymous)} its own, ${mega(file)} of files), at most ${mega(peak)}`;
}

/** A folder with a log, a hub and an enrolled agent, for as long as `use` takes. */
async function inPlace(bytes: number, use: (place: Place) => Promise<void>): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "agent-bench-"));
	const log = join(folder, "mail.log");
	const hub = await openStandInHub();
	try {
		if (bytes > 0) writeLog(log, bytes);
		else writeFileSync(log, `${readSample()[0]}\n`);
		await use({ folder, log, hub, state: await enrolAgent(command, hub, folder, log) });
	} finally {
		hub.close();
		rmSync(folder, { recursive: true });
	}
}

function startBoth({ hub, folder, log, state }: Place): Follower[] {
	const agent = startAgent(command, state);
	return hasRsyslogd ? [agent, startRsyslogd(hub, folder, log)] : [agent];
}

async function until(met: () => boolean): Promise<void> {
	while (!met()) await after(20);
}

async function measureStart(): Promise<void> {
	await inPlace(0, async (place) => {
		const { hub, folder, log, state } = place;
		const starts: [Follower["name"], () => Follower][] = [["agent", () => startAgent(command, state)]];
		if (hasRsyslogd) starts.push(["rsyslogd", () => startRsyslogd(hub, folder, log)]);
		for (const [name, start] of starts) {
			const took: number[] = [];
			for (let run = 0; run < STARTS; run++) {
				hub.forget();
				rmSync(join(folder, "rsyslog"), { recursive: true, force: true });
				const first = Promise.withResolvers<void>();
				hub.onLines = (from) => from === name && first.resolve();
				const startedAt = performance.now();
				const follower = start();
				await first.promise;
				took.push(performance.now() - startedAt);
				await follower.stop();
			}
			took.sort((a, b) => a - b);
			tell(
				"start",
				name,
				`${took[STARTS >> 1]!.toFixed(0)} ms to the first line sent, at most ${took.at(-1)!.toFixed(0)}`,
			);
		}
	});
}

/** Lets both run while `work` is done, and tells what that cost. */
async function observe(part: string, place: Place, settle: number, work: () => Promise<void>): Promise<void> {
	const followers = startBoth(place);
	await after(settle);
	const before = followers.map(({ pid }) => processorSeconds(pid));
	const startedAt = performance.now();
	const resident = followers.map((): number[] => []);
	const sampling = setInterval(() => {
		for (const [index, { pid }] of followers.entries()) resident[index]!.push(memoryOf(pid).resident);
	}, SAMPLE_MS);
	await work();
	clearInterval(sampling);
	const seconds = (performance.now() - startedAt) / 1000;
	for (const [index, { name, pid }] of followers.entries()) {
		const used = processorSeconds(pid) - before[index]!;
		const share = `${((100 * used) / seconds).toFixed(1)} % of one core`;
		const sorted = resident[index]!.sort((a, b) => a - b);
		const at = (share: number) => mega(sorted[Math.floor(share * sorted.length)] ?? 0);
		const usual = `${at(0.5)} resident in the middle, nine times of ten under ${at(0.9)}`;
		const last = memory(memoryOf(pid));
		tell(
			part,
			name,
			`${usual}; in the end ${last}; ${share} (${used.toFixed(2)} s in ${seconds.toFixed(1)} s)`,
		);
	}
	await Promise.all(followers.map((each) => each.stop()));
}

async function measureIdle(): Promise<void> {
	await inPlace(0, (place) => observe("idle", place, SETTLE_MS, () => after(IDLE_SECONDS * 1000)));
}

async function measureRate(): Promise<void> {
	await inPlace(0, (place) =>
		observe("rate", place, SETTLE_MS, async () => {
			const had = place.hub.sent();
			const bytes = await writeSteadily(place.log, RATE, RATE_SECONDS);
			await until(() => place.hub.sent() - had >= bytes);
		}),
	);
}

async function measureBackfill(): Promise<void> {
	await inPlace(BACKFILL_BYTES, (place) =>
		observe("backfill", place, 0, async () => {
			await until(
				() => place.hub.sent() >= BACKFILL_BYTES && (!hasRsyslogd || place.hub.forwarded() >= BACKFILL_BYTES),
			);
		}),
	);
}

const measurements = { start: measureStart, idle: measureIdle, rate: measureRate, backfill: measureBackfill };
const wanted = PARTS.filter((part) => arguments_.length === 0 || arguments_.includes(part));
const beside = hasRsyslogd ? "beside rsyslogd" : "rsyslogd is not installed";
console.log(`${program}, ${mega(statSync(program).size)}; ${beside}`);
for (const part of wanted) await measurements[part]();
