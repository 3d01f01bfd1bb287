/**
 * Logs → journeys: fold the lines of every queue id, join the hops, explain the outcomes. Where a question names something that
 * stands in lines, only those lines are parsed that it leads to; the answer is the same.
 */
import { statSync } from "node:fs";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, type Query } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import { type Hop, type Journey, joinHops, type LocatedEvent } from "@mailtrail/core/trace";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { readLines } from "../read-logs/read-lines.ts";
import { collectHops } from "./collect-hops.ts";
import { HopGathering } from "./gather-hops.ts";
import type { HostFile } from "./host-file.ts";
import type { CollectOptions, HostLog } from "./host-log.ts";
import { LineBlocks } from "./line-blocks.ts";

export interface Traced {
	/** those that answer the query, oldest first */
	journeys: Journey[];
	/** raw lines by their reference, of those that are asked for */
	lines(refs: ReadonlySet<string>): Promise<Map<string, string>>;
}

export async function traceLogs(
	logs: HostLog[],
	options: CollectOptions,
	query: Pick<Query, "terms">,
	lang: "en" | "ja",
): Promise<Traced> {
	const files = await hostFiles(logs, options);
	const { hops, lines } = (await gathered(files, query)) ?? (await everything(files));
	return {
		journeys: joinHops(hops)
			.map((journey) => diagnoseJourney(journey, lang))
			.filter((journey) => matchesJourney(query, journey)),
		lines,
	};
}

interface Hops {
	hops: Hop[];
	lines: Traced["lines"];
}

async function everything(files: readonly HostFile[]): Promise<Hops> {
	const { hops, raw } = await collectHops(files);
	return { hops, lines: async (refs) => new Map([...raw, ...(await linesAgain(files, refs))]) };
}

function rawLines(groups: Iterable<Iterable<LocatedEvent>>, refs: ReadonlySet<string>): Map<string, string> {
	const lines = new Map<string, string>();
	for (const events of groups)
		for (const { ref, event } of events) if (refs.has(ref)) lines.set(ref, event.raw);
	return lines;
}

/** Lines by their place, from files that can be read again. */
async function linesAgain(
	files: readonly HostFile[],
	refs: ReadonlySet<string>,
): Promise<Map<string, string>> {
	const lines = new Map<string, string>();
	for (const { host, blocks, once } of files) {
		const prefix = `${host}:${blocks.file}:`;
		const wanted = [...refs]
			.filter((ref) => ref.startsWith(prefix))
			.map((ref) => Number(ref.slice(prefix.length)));
		if (once || wanted.length === 0) continue;
		const numbers = new Set(wanted);
		await readLines(blocks.file, (raw, number) => {
			if (numbers.has(number)) lines.set(`${prefix}${number}`, raw);
		});
	}
	return lines;
}

/** The hops of the lines that the query leads to; undefined where all lines have to be read. */
async function gathered(files: readonly HostFile[], query: Pick<Query, "terms">): Promise<Hops | undefined> {
	if (files.some(({ once }) => once)) return undefined;
	const needles = queryNeedles(
		query,
		files.map(({ host }) => host),
	);
	if (!needles) return undefined;
	const gathering = new HopGathering(files, needles, query);
	const hops = await gathering.gather();
	return hops && { hops, lines: async (refs) => rawLines(gathering.events(), refs) };
}

/** Pipes and standard input; what cannot be looked at is an error when it is read. */
function comesOnce(file: string): boolean {
	return file === "-" || statSync(file, { throwIfNoEntry: false })?.isFile() === false;
}

export async function hostFiles(logs: HostLog[], options: CollectOptions): Promise<HostFile[]> {
	const files: HostFile[] = [];
	const { program, now } = options;
	for (const { host, paths } of logs) {
		for (const path of await expandPaths(paths)) {
			const before = files.filter((file) => file.host === host);
			files.push({
				host,
				blocks: new LineBlocks(path, {
					zone: options.zoneOf(host),
					now,
					...(program === undefined ? {} : { program }),
				}),
				order: () => before.reduce((sum, { blocks }) => sum + blocks.lines, 0),
				once: comesOnce(path),
				bare: program === undefined ? {} : { at: new Date(now).toISOString() },
			});
		}
	}
	return files;
}
