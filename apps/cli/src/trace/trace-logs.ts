/**
 * Logs → journeys: fold the lines of every queue id, join the hops, explain the outcomes. Where a question names something that
 * stands in lines, only those lines are parsed that it leads to; the answer is the same.
 */
import { statSync } from "node:fs";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, type Query } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import { foldQueue, type Hop, type Journey, joinHops, type LocatedEvent } from "@mailtrail/core/trace";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { collectEvents, type CollectOptions, type HostLog } from "./collect-events.ts";
import { HopGathering } from "./gather-hops.ts";
import type { HostFile } from "./host-file.ts";
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
	const { hops, lines } = (await gathered(logs, options, query)) ?? (await everything(logs, options));
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

async function everything(logs: HostLog[], options: CollectOptions): Promise<Hops> {
	const byKey = await collectEvents(logs, options);
	return {
		hops: [...byKey].flatMap(([key, events]) => foldQueue(key, events)),
		lines: async (refs) => rawLines(byKey.values(), refs),
	};
}

function rawLines(groups: Iterable<Iterable<LocatedEvent>>, refs: ReadonlySet<string>): Map<string, string> {
	const lines = new Map<string, string>();
	for (const events of groups)
		for (const { ref, event } of events) if (refs.has(ref)) lines.set(ref, event.raw);
	return lines;
}

/** The hops of the lines that the query leads to; undefined where all lines have to be read. */
async function gathered(
	logs: HostLog[],
	options: CollectOptions,
	query: Pick<Query, "terms">,
): Promise<Hops | undefined> {
	const needles = queryNeedles(
		query,
		logs.map(({ host }) => host),
	);
	if (!needles) return undefined;
	const files = await hostFiles(logs, options);
	if (files.some(({ blocks }) => comesOnce(blocks.file))) return undefined;
	const gathering = new HopGathering(files, needles);
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
				bare: program === undefined ? {} : { at: new Date(now).toISOString() },
			});
		}
	}
	return files;
}
