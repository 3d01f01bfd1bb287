/**
 * `mailtrail parse`: log lines in, one JSON event out per input line, in input order, at constant memory. A broken line
 * stays two events here: what a line says alone is what is asked.
 */
import { createLineParser } from "@mailtrail/core/parse";
import { ANSWERED } from "../failure.ts";
import { LOG_OPTIONS, readNow, readZones } from "../options/log-options.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { Output } from "../print/write-out.ts";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { readLines } from "../read-logs/read-lines.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail parse [OPTIONS] [FILE…]",
	about:
		"Reads log files (plain, .gz, .xz, .zst; standard input without FILE) and prints one JSON event per line.\nThe format of each file is recognised by itself.",
	options: {
		...LOG_OPTIONS,
		json: { help: "what it prints anyway" },
	},
	examples: [
		"mailtrail parse /var/log/mail.log",
		"mailtrail parse '/var/log/mail.log*' --tz Asia/Tokyo --count",
		"journalctl -o json -u 'postfix*' | mailtrail parse",
	],
};

export async function parseCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const program = options.value("program");
	const zones = readZones(options);
	const context = {
		zone: zones.of(""),
		now: readNow(options),
		...(program === undefined ? {} : { program }),
	};
	const files = await expandPaths(options.words.length > 0 ? options.words : ["-"]);
	const output = new Output();
	const totals = options.flag("count") ? new Map<string, number>() : undefined;
	for (const file of files) {
		const parser = createLineParser(context);
		// here HOST is the host as logged, which only the parsed line tells
		const ofHost = new Map(
			zones.hosts.map((host) => [host, createLineParser({ ...context, zone: zones.of(host) })]),
		);
		const prefix = `{"file":${JSON.stringify(file)},"line":`;
		await readLines(
			file,
			(raw, number) => {
				const first = parser.parse(raw);
				const event = (first.host && ofHost.get(first.host)?.parse(raw)) || first;
				if (totals) totals.set(event.kind, (totals.get(event.kind) ?? 0) + 1);
				else output.line(`${prefix}${number},${JSON.stringify(event).slice(1)}`);
			},
			() => output.flushed(),
		);
	}
	if (totals) output.line(JSON.stringify(countsOf(totals)));
	await output.end();
	return ANSWERED;
}

/** Kinds by their number, most first. */
function countsOf(totals: Map<string, number>): { lines: number; kinds: Record<string, number> } {
	const sorted = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
	return { lines: sorted.reduce((sum, [, count]) => sum + count, 0), kinds: Object.fromEntries(sorted) };
}
