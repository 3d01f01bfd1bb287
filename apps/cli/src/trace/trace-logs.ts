/**
 * Logs → journeys: fold the lines of every queue id, join the hops, explain the outcomes. Where a question names something that
 * stands in lines, only those lines are parsed that it leads to; where it leads to too many, or names nothing of the
 * kind, all of them group by group. The answer is the same.
 */
import { statSync } from "node:fs";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, type Query } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { HopGathering } from "./gather-hops.ts";
import type { HostFile } from "./host-file.ts";
import type { CollectOptions, HostLog } from "./host-log.ts";
import { namingTerms } from "./journey-hops.ts";
import { LineBlocks } from "./line-blocks.ts";
import { evidenceOf, type Told, traceGroups } from "./trace-groups.ts";

/** The journeys that answer the query, oldest first; of more than `limit` one more is told than was asked for. */
export async function* traceLogs(
	files: readonly HostFile[],
	query: Pick<Query, "terms">,
	{ lang, limit }: { lang: "en" | "ja"; limit: number },
): AsyncGenerator<Told> {
	const texts = queryNeedles(
		query,
		files.map(({ host }) => host),
	);
	const found = await gathered(files, query, texts, lang);
	if (found) yield* Number.isFinite(limit) ? found.slice(-limit - 1) : found;
	else yield* traceGroups(files, { query, texts, lang, limit });
}

/** Out of the lines that the query leads to; undefined where all lines have to be read. */
async function gathered(
	files: readonly HostFile[],
	query: Pick<Query, "terms">,
	texts: readonly string[] | undefined,
	lang: "en" | "ja",
): Promise<Told[] | undefined> {
	if (!texts || files.some(({ once }) => once)) return undefined;
	const gathering = new HopGathering(files, texts, query);
	const found = await gathering.gather();
	if (!found) return undefined;
	const lines = new Map<string, string>();
	for (const events of gathering.events()) for (const { ref, event } of events) lines.set(ref, event.raw);
	// of a question that names messages the journeys found are the answer; others ask what is only known now
	const isAnswer = namingTerms(query).length === query.terms.length;
	return found.journeys
		.map((journey) => diagnoseJourney(journey, lang))
		.filter((journey) => isAnswer || matchesJourney(query, journey))
		.map((journey) => ({ journey, evidence: evidenceOf(journey, lines) }));
}

/** Pipes and standard input; what cannot be looked at is an error when it is read. */
function comesOnce(file: string): boolean {
	return file === "-" || statSync(file, { throwIfNoEntry: false })?.isFile() === false;
}

/** The files of the logs, each host's in their order. */
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
