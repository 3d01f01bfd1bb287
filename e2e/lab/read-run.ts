/** A recorded run as located events, and what is told from any part of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLineParser } from "../../packages/core/src/parse/index.ts";
import { foldQueue, joinHops, type LocatedEvent, queueKeys } from "../../packages/core/src/trace/index.ts";
import { type PrintedJourney, readJourneys } from "./printed.ts";

/** Every line of a run, by host: a folder of `HOST.log`. */
export function readRun(folder: string): Map<string, LocatedEvent[]> {
	const logs = readdirSync(folder).filter((file) => file.endsWith(".log"));
	return new Map(
		logs.map((file) => {
			const host = file.slice(0, -".log".length);
			const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-11-22T12:00:00Z") });
			const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
			const events = lines.map((line, i) => ({
				host,
				ref: `${host}:mail.log:${i + 1}`,
				order: i + 1,
				event: parser.parse(line),
			}));
			return [host, events];
		}),
	);
}

/** The journeys of these lines, as they are printed. */
export function traced(events: readonly LocatedEvent[]): PrintedJourney[] {
	const byKey = new Map<string, LocatedEvent[]>();
	for (const each of events)
		for (const key of queueKeys(each.host, each.event)) byKey.set(key, [...(byKey.get(key) ?? []), each]);
	const journeys = joinHops([...byKey].flatMap(([key, own]) => foldQueue(key, own)));
	return readJourneys(journeys.map((journey) => JSON.stringify(journey)).join("\n"));
}
