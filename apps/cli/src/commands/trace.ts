/**
 * `mailtrail trace`: follows messages through the logs of several hosts in memory, or asks a hub, and prints journeys.
 * A query prints all that fit; without one the newest, or with `--all` every one.
 */
import { parseQuery } from "@mailtrail/core/query";
import type { Journey } from "@mailtrail/core/trace";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { LOG_OPTIONS, readLanguage, readLimit, readNow, readZones } from "../options/log-options.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { printJourney } from "../print/journey.ts";
import { pen } from "../print/pen.ts";
import { Output } from "../print/write-out.ts";
import { askHub, type Hub } from "../trace/ask-hub.ts";
import { readHostLog } from "../trace/host-log.ts";
import { traceLogs } from "../trace/trace-logs.ts";

/** journeys without a query and without `--all` */
const NEWEST = 20;

const SPEC: CommandSpec = {
	usage: "mailtrail trace [QUERY] --log HOST=PATH[,PATH…] … | --hub URL",
	about: `Follows messages from host to host and says where each is, why, and what to do.
QUERY: an address, @domain, Message-ID, queue id, IP address, host, a pasted log line, or
from: to: domain: id: queue: ip: host: status: cause: dsn: since: until: size: text: with * and -.`,
	options: {
		log: {
			value: "HOST=PATH[,PATH…]",
			help: "a host's logs; PATH may be a pattern, compressed or - (repeatable)",
		},
		hub: { value: "URL", help: "ask this hub instead (or MAILTRAIL_HUB, with MAILTRAIL_TOKEN)" },
		all: { help: "every journey" },
		limit: { value: "N", help: "at most N journeys, the newest" },
		json: { help: "one JSON object per journey" },
		lang: { value: "en|ja", help: "language of the explanations" },
		...LOG_OPTIONS,
	},
	examples: [
		"mailtrail trace bob@example.net --log mx1='/var/log/mail.log*'",
		"mailtrail trace status:failed since:2h --log edge=edge.log --log relay=relay.log.xz",
		"mailtrail trace --all --json --log mx1=mail.log > journeys.jsonl",
	],
};

interface Found {
	journeys: Journey[];
	total: number;
	lines(refs: Set<string>): Promise<Map<string, string>>;
}

export async function traceCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const hub = hubOf(options);
	const found = hub ? await inHub(hub, options) : await inLogs(options);
	const output = new Output();
	if (options.flag("count")) output.line(JSON.stringify(countsOf(found.journeys)));
	else await print(found, options, output);
	await output.end();
	if (found.journeys.length === 0) {
		process.stderr.write("mailtrail: nothing found\n");
		return NOTHING_FOUND;
	}
	if (found.total > found.journeys.length && !options.flag("count")) {
		process.stderr.write(
			`mailtrail: the newest ${found.journeys.length} of ${found.total}; --all prints every one\n`,
		);
	}
	return ANSWERED;
}

async function inLogs(options: ReadOptions): Promise<Found> {
	const logs = options.values("log").map(readHostLog);
	const now = readNow(options);
	const zones = readZones(options);
	checkZoneHosts(
		zones.hosts,
		logs.map(({ host }) => host),
	);
	const lang = readLanguage(options);
	const limit = limitOf(options);
	const text = options.words.join(" ");
	const query = parseQuery(text, { now, zone: zones.of(""), lang });
	complain(query.problems);
	const program = options.value("program");
	const traced = await traceLogs(
		logs,
		{ zoneOf: zones.of, now, ...(program === undefined ? {} : { program }) },
		query,
		lang,
	);
	return { journeys: traced.journeys.slice(-limit), total: traced.journeys.length, lines: traced.lines };
}

/** A misspelt host would leave its times wrong without a word. */
function checkZoneHosts(named: string[], known: string[]): void {
	const stranger = named.find((host) => !known.includes(host));
	if (stranger !== undefined) {
		throw new BadUse(`--tz: “${stranger}” is none of the hosts of --log (${known.join(", ")})`);
	}
}

async function inHub(hub: Hub, options: ReadOptions): Promise<Found> {
	const answer = await askHub(hub, options.words.join(" "), limitOf(options), readLanguage(options));
	complain(answer.problems);
	return { journeys: answer.journeys.reverse(), total: answer.total, lines: async () => answer.lines };
}

function hubOf(options: ReadOptions): Hub | undefined {
	const named = options.value("hub");
	const logs = options.values("log").length > 0;
	if (logs && named !== undefined) throw new BadUse("--hub: give either --log or --hub");
	const url = named ?? (logs ? undefined : process.env.MAILTRAIL_HUB);
	if (url === undefined) {
		if (logs) return undefined;
		throw new BadUse("trace: needs --log HOST=PATH (repeatable), or --hub URL; see mailtrail trace --help");
	}
	if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
		throw new BadUse(`--hub: “${url}” is no address; write one like https://mailtrail.example.com`);
	}
	const token = process.env.MAILTRAIL_TOKEN;
	return { url, ...(token ? { token } : {}) };
}

function limitOf(options: ReadOptions): number {
	const given = readLimit(options);
	if (given !== undefined) return given;
	const everything = options.flag("all") || options.flag("count") || options.words.length > 0;
	return everything ? Number.MAX_SAFE_INTEGER : NEWEST;
}

/** A query that was not understood whole would answer another question. */
function complain(problems: string[]): void {
	if (problems.length > 0) throw new BadUse(`QUERY: ${problems.join(" ")}`);
}

async function print(found: Found, options: ReadOptions, output: Output): Promise<void> {
	if (options.flag("json")) {
		for (const journey of found.journeys) {
			output.line(JSON.stringify(journey));
			await output.flushed();
		}
		return;
	}
	const shown = new Set<string>();
	for (const journey of found.journeys) {
		for (const recipient of journey.recipients)
			for (const ref of recipient.diagnosis?.evidence ?? []) shown.add(ref);
	}
	const lang = readLanguage(options);
	const style = { pen: pen(), lines: await found.lines(shown), zone: readZones(options).of(""), lang };
	for (const journey of found.journeys) {
		output.line(printJourney(journey, style));
		await output.flushed();
	}
}

function countsOf(journeys: Journey[]): object {
	const kinds: Record<string, number> = {};
	const outcomes: Record<string, number> = {};
	for (const { kind, recipients } of journeys) {
		kinds[kind] = (kinds[kind] ?? 0) + 1;
		for (const { outcome } of recipients) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
	}
	return { journeys: journeys.length, kinds, outcomes };
}
