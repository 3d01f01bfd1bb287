/**
 * `mailtrail parse`: log lines in, one JSON event out per input line, in input order, at constant memory. A broken line
 * stays two events here: what a line says alone is what is asked.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { LineParser, ParseOptions } from "@mailtrail/core/parse";
import { SCANNED_KINDS, scanAnyKind, UNCERTAIN } from "@mailtrail/core/scan";
import { ANSWERED } from "../failure.ts";
import { LOG_OPTIONS, readNow, readZones, type Zones } from "../options/log-options.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { Output } from "../print/write-out.ts";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { readLineBytes, readLines } from "../read-logs/read-lines.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail parse [OPTIONS] [FILE…]",
	about:
		"Reads log files (plain, .gz, .xz, .zst, .bz2; standard input without FILE) and prints one JSON event per line.\nThe format of each file is recognised by itself.",
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
	const context = { now: readNow(options), ...(program === undefined ? {} : { program }) };
	const files = await expandPaths(options.words.length > 0 ? options.words : ["-"]);
	const output = new Output();
	if (options.flag("count")) output.line(JSON.stringify(countsOf(await countKinds(files, context))));
	else {
		for (const file of files) await printEvents(file, { ...context, zone: zones.of("") }, zones, output);
	}
	await output.end();
	return ANSWERED;
}

async function printEvents(file: string, context: ParseOptions, zones: Zones, output: Output): Promise<void> {
	const { createLineParser } = await import("@mailtrail/core/parse");
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
			output.line(`${prefix}${number},${JSON.stringify(event).slice(1)}`);
		},
		() => output.flushed(),
	);
}

/**
 * Times have no say in the kind: most lines are told by their bytes. The others wait for the parser, which is loaded when the
 * first of them comes.
 */
async function countKinds(
	files: string[],
	context: Omit<ParseOptions, "zone">,
): Promise<Map<MailEvent["kind"], number>> {
	const totals = new Map<MailEvent["kind"], number>();
	const scanned = new Array<number>(SCANNED_KINDS.length).fill(0);
	const bare = context.program !== undefined;
	let waiting: string[] = [];
	let parser: LineParser | undefined;
	const parseWaiting = async (): Promise<void> => {
		if (waiting.length === 0) return;
		const { createLineParser } = await import("@mailtrail/core/parse");
		parser ??= createLineParser({ ...context, zone: "UTC" });
		for (const line of waiting) count(totals, parser.parse(line).kind, 1);
		waiting = [];
	};
	for (const file of files) {
		await readLineBytes(
			file,
			(bytes, start, end) => {
				const known = bare ? UNCERTAIN : scanAnyKind(bytes, start, end);
				if (known === UNCERTAIN) waiting.push(bytes.toString("utf8", start, end));
				else scanned[known] = (scanned[known] as number) + 1;
			},
			parseWaiting,
		);
		await parseWaiting();
	}
	for (const [place, kind] of SCANNED_KINDS.entries()) count(totals, kind, scanned[place] as number);
	return totals;
}

function count(totals: Map<MailEvent["kind"], number>, kind: MailEvent["kind"], more: number): void {
	if (more > 0) totals.set(kind, (totals.get(kind) ?? 0) + more);
}

/** Kinds by their number, most first. */
function countsOf(totals: Map<string, number>): { lines: number; kinds: Record<string, number> } {
	const sorted = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
	return { lines: sorted.reduce((sum, [, count]) => sum + count, 0), kinds: Object.fromEntries(sorted) };
}
