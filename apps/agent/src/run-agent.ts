/** Puts the agent together and runs it until somebody stops it or the hub does not want it any more. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { giveBackUnused } from "#give-back";
import { setTimeout as after } from "node:timers/promises";
import { QueueWatch, readQueue } from "./commands/queue.ts";
import { createCommandRunner } from "./commands/run-command.ts";
import { diskAdvice } from "./advice.ts";
import type { Config } from "./config.ts";
import { readEnrolment } from "./enrolment.ts";
import { type HealthFile, HealthPace, runningBeside, writeHealth } from "./health-file.ts";
import { SelfReport } from "./health/self-report.ts";
import { LogWatches } from "./health/watch-logs.ts";
import { LossSource } from "./health/watch-losses.ts";
import { HubUnreachable } from "./hub-unreachable.ts";
import type { Privacy } from "./privacy/privacy.ts";
import { checkSource, closedLogs, discoverSources } from "./sources/discover.ts";
import { FileSource } from "./sources/follow-file.ts";
import { JournalSource } from "./sources/follow-journal.ts";
import { isPattern, logsOf, watchPatterns } from "./sources/pattern.ts";
import type { Source } from "./sources/source.ts";
import { Outbox } from "./uplink/outbox.ts";
import { Spool } from "./uplink/spool.ts";
import type { Refusal } from "./uplink/uplink-state.ts";
import { Uplink } from "./uplink/uplink.ts";
import { atEachTick } from "./tick.ts";
import { UsageError } from "./usage-error.ts";
import { VERSION } from "./version.ts";

export interface RunOptions {
	state: string;
	config: Config;
	say: (text: string) => void;
	/** ends the run */
	signal: AbortSignal;
}

/** The hub's acknowledgements may still come in while it says good-bye. */
const CLOSE_MS = 100;
const MEBIBYTE = 1024 * 1024;

/** Runs; returns after `signal`, throws where the hub refuses for good. */
export async function runAgent({ state, config, say, signal }: RunOptions): Promise<void> {
	const enrolment = readEnrolment(state);
	const beside = runningBeside(state, Date.now());
	if (beside !== undefined) {
		throw new UsageError(
			`An agent runs with ${state} already (process ${beside}); stop it, or name another --state`,
		);
	}
	const privacy = await openPrivacy(config);
	if (privacy.hidesPeople) say(`people's names leave as pseudonyms, by the key in ${config.pseudonym_key}`);
	const sources = await openSources(config, state, say);
	const files = sources.filter((source) => source instanceof FileSource).map(({ name }) => name);
	const watches = new LogWatches(files, config, Date.now);
	const queue = config.allow.includes("queue") ? new QueueWatch(() => readQueue(Date.now())) : undefined;
	const outbox = new Outbox(new Spool(join(state, "spool")), config.spool_size * MEBIBYTE);
	const readsJournal = sources.some((source) => source instanceof JournalSource);
	const losses = new LossSource({ journalctl: config.journalctl, now: Date.now, readsJournal });
	const self = new SelfReport({
		...{ outbox, privacy, losses },
		spoolLimit: config.spool_size * MEBIBYTE,
		now: Date.now,
	});
	const unused = giveBackUnused();
	const ended = Promise.withResolvers<Refusal | undefined>();
	const uplink = new Uplink({
		enrolment,
		sources: [...sources, losses],
		outbox,
		...(queue && { queue: () => queue.last }),
		stallOf: (source) => watches.stallOf(source),
		zone: config.zone,
		gate: self.tally.counting(privacy.outgoing),
		missed: (source, gap) => self.missed(source, gap),
		facts: () => self.facts(),
		version: VERSION,
		now: Date.now,
		random: Math.random,
		allow: config.allow,
		run: createCommandRunner({
			host: enrolment.host,
			allow: config.allow,
			checkPorts: config.check_ports,
			sendmail: config.sendmail,
			queue: async () => queue?.ask(),
			now: Date.now,
		}),
		say,
		refused: ended.resolve,
		worked: (lines) => unused.worked(lines),
	});
	const startedAt = Date.now();
	const report = (at: HealthFile["state"]) => {
		const { why, clockAhead } = uplink;
		const health = uplink.health();
		self.observe(health);
		const file: HealthFile = {
			writtenAt: Date.now(),
			startedAt,
			pid: process.pid,
			version: VERSION,
			host: enrolment.host,
			hub: enrolment.hub,
			state: at,
			...(why !== undefined && { why }),
			...(clockAhead !== undefined && { clockAhead }),
			acknowledged: uplink.acknowledged,
			memory: process.memoryUsage.rss(),
			...(queue?.last && { queue: queue.last }),
			sources: health,
			...self.facts(),
			...self.details(),
		};
		try {
			writeHealth(state, file);
		} catch (error) {
			// a full disk must not keep the log from being followed
			say(`${state}: the health file cannot be written: ${diskAdvice(state, error)}`);
		}
		unused.worked(0);
	};
	signal.addEventListener("abort", () => ended.resolve(undefined));
	uplink.start();
	const patterns = config.sources.filter(isPattern);
	const stopWatching = watchPatterns(patterns, files, (path) => {
		say(`reading ${path}`);
		watches.add(path);
		uplink.addSource(new FileSource(path, { folder: state, now: Date.now }));
	});
	report(uplink.state);
	const pace = new HealthPace();
	const stopReporting = atEachTick(
		() => pace.period(Date.now()),
		() => {
			const { state: at, why, acknowledged } = uplink;
			if (pace.isDue(`${at} ${acknowledged} ${why}`, Date.now())) report(at);
		},
	);
	const refusal = await ended.promise;
	stopReporting();
	unused.stop();
	stopWatching();
	watches.close();
	queue?.close();
	report(refusal ? "refused" : "stopped");
	uplink.stop();
	for (const source of [...sources, losses]) source.close();
	await after(CLOSE_MS);
	if (refusal) throw new HubUnreachable(`The hub refused this agent (${refusal.reason}): ${refusal.text}`);
}

async function openSources(config: Config, state: string, say: (text: string) => void): Promise<Source[]> {
	const found =
		config.sources.length > 0 ? config.sources.map(checkSource) : discoverSources(config.journalctl);
	if (found.length === 0) {
		const nothing =
			"No mail log was found on this machine: name one with --source PATH, or sources in agent.toml";
		const closed = closedLogs().map((problem) => `There may be mail in what it may not read: ${problem}`);
		throw new UsageError([nothing, ...closed].join("\n"));
	}
	for (const { source, problem } of found) say(`reading ${source}${problem ? `, not yet: ${problem}` : ""}`);
	const paths = found.flatMap(({ source }) => (isPattern(source) ? logsOf(source) : [source]));
	const logs = [...new Set(paths)].map((source) => {
		if (source === "journal" || source.startsWith("journal:")) {
			return new JournalSource(source, { journalctl: config.journalctl, now: Date.now });
		}
		return new FileSource(source, { folder: state, now: Date.now });
	});
	return [...logs, ...(await openSpools(config, state, say))];
}

/** What reads messages is loaded where there are some to read. */
async function openSpools(
	{ spools }: Config,
	folder: string,
	say: (text: string) => void,
): Promise<Source[]> {
	if (spools.length === 0) return [];
	const { MaildirSource } = await import("./spools/follow-maildir.ts");
	const { MboxSource } = await import("./spools/follow-mbox.ts");
	return spools.map((spool) => {
		say(`reading the bounces in ${spool}`);
		const options = { folder, now: Date.now };
		return existsSync(join(spool, "new"))
			? new MaildirSource(spool, options)
			: new MboxSource(spool, options);
	});
}

/** What hides people is loaded where somebody is hidden; else lines leave as they are. */
async function openPrivacy(config: Config): Promise<Privacy> {
	if (config.pseudonym_key === "" && config.drop.length === 0)
		return { hidesPeople: false, dropped: new Map(), outgoing: (_line, event) => event };
	const { createPrivacy } = await import("./privacy/privacy.ts");
	return createPrivacy(config);
}
