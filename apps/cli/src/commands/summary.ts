/**
 * `mailtrail summary`: totals and top lists of the logs of one or several hosts, with pflogsumm's definitions. Reads once, keeps
 * no lines.
 */
import { parseQuery } from "@mailtrail/core/query";
import { createSummary, SKIP, type SummaryBuilder, type SummaryOptions } from "@mailtrail/core/summary";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { LOG_OPTIONS, readLimit, readNow, readZones, type Zones } from "../options/log-options.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { pen } from "../print/pen.ts";
import { printSummary } from "../print/summary.ts";
import { Output } from "../print/write-out.ts";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { readLineBytes } from "../read-logs/read-lines.ts";
import { type HostLog, readHostLogs, refuseFiles } from "../trace/host-log.ts";

/** rows of each list on a screen; JSON has all of them */
const ROWS = 20;

const SPEC: CommandSpec = {
	usage: "mailtrail summary [since:TIME] [until:TIME] --log HOST=PATH[,PATH…] …",
	about: `Totals and top lists of a mail log, with pflogsumm's definitions: messages received, recipients delivered, forwarded,
deferred, bounced and rejected, bytes, senders, recipients, by hour, day and domain, and the reasons.`,
	options: {
		log: {
			value: "HOST=PATH[,PATH…]",
			help: "a host's logs; PATH may be a pattern, compressed or - (repeatable)",
		},
		limit: { value: "N", help: `at most N rows of each list (default: ${ROWS}; with --json all)` },
		all: { help: "every row" },
		since: { value: "TIME", help: "lines from then on: yesterday, 2h, 2026-01-31, 2026-01-31T18:00" },
		until: { value: "TIME", help: "lines up to then" },
		verbose: { help: "whole reasons instead of short ones" },
		json: { help: "one JSON object" },
		...LOG_OPTIONS,
		count: { help: "print only the totals, as one JSON object" },
	},
	examples: [
		"mailtrail summary --log mx1=/var/log/mail.log",
		"mailtrail summary --since yesterday --until yesterday --log mx1='/var/log/mail.log*'",
		"mailtrail summary --json --log edge=edge.log --log relay=relay.log.xz | jq .totals",
	],
};

export async function summaryCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	refuseFiles(options.words);
	const logs = readHostLogs(options.values("log"));
	if (logs.length === 0) {
		throw new BadUse("summary: needs --log HOST=PATH (repeatable); see mailtrail summary --help");
	}
	const zones = readZones(options);
	checkZoneHosts(zones, logs);
	const span = readSpan(options, zones);
	const builder = createSummary({ ...span, verbose: options.flag("verbose") });
	await readLogs(builder, logs, zones, options);
	const summary = builder.finish(limitOf(options));
	if (!summary) {
		process.stderr.write("mailtrail: nothing found: no line of a mail program in these logs\n");
		return NOTHING_FOUND;
	}
	const output = new Output();
	if (options.flag("count")) output.line(JSON.stringify(summary.totals));
	else if (options.flag("json")) output.line(JSON.stringify(summary));
	else output.line(printSummary(summary, { pen: pen(), width: process.stdout.columns }));
	await output.end();
	return ANSWERED;
}

async function readLogs(
	builder: SummaryBuilder,
	logs: HostLog[],
	zones: Zones,
	options: ReadOptions,
): Promise<void> {
	const now = readNow(options);
	const program = options.value("program");
	for (const { host, paths } of logs) {
		for (const file of await expandPaths(paths)) {
			const zone = zones.of(host);
			const log = builder.log(host, { zone, now, ...(program === undefined ? {} : { program }) });
			await readLineBytes(file, (bytes, start, end) => {
				const scanned = log.scan(bytes, start, end);
				if (scanned !== SKIP) log.line(bytes.toString("utf8", start, end), scanned);
			});
			log.end();
		}
	}
}

/** A misspelt host would leave its times wrong without a word. */
function checkZoneHosts(zones: Zones, logs: HostLog[]): void {
	const known = logs.map(({ host }) => host);
	const stranger = zones.hosts.find((host) => !known.includes(host));
	if (stranger !== undefined) {
		throw new BadUse(`--tz: “${stranger}” is none of the hosts of --log (${known.join(", ")})`);
	}
}

function limitOf(options: ReadOptions): number | undefined {
	const limit = readLimit(options);
	if (limit !== undefined) return limit;
	return options.flag("all") || options.flag("json") ? undefined : ROWS;
}

/** `--since` and `--until`, and the same words of the query language. */
function readSpan(options: ReadOptions, zones: Zones): SummaryOptions {
	const named = (["since", "until"] as const).flatMap((field) =>
		options.values(field).map((value) => `${field}:"${value.replace(/["\\]/g, "\\$&")}"`),
	);
	const text = [...options.words, ...named].join(" ");
	const { terms, problems } = parseQuery(text, { now: readNow(options), zone: zones.of(""), lang: "en" });
	if (problems.length > 0) throw new BadUse(`summary: ${problems.join(" ")}`);
	const span: SummaryOptions = {};
	for (const { field, value, negated, span: of } of terms) {
		if (negated || !of || (field !== "since" && field !== "until")) {
			throw new BadUse(
				`summary: “${value}” chooses messages, and a summary is of whole logs: only since: and until: narrow it (mailtrail trace answers the rest; files are given with --log HOST=PATH)`,
			);
		}
		if (of.min !== undefined) span.since = Math.max(of.min, span.since ?? of.min);
		if (of.max !== undefined) span.until = Math.min(of.max, span.until ?? of.max);
	}
	return span;
}
