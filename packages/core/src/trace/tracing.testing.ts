/** For tests: text of log files → located events, hops and journeys, as an agent and a hub would make them. */
import { createLineParser } from "../parse/index.ts";
import { foldQueue, type Hop, joinHops, type Journey, type LocatedEvent, queueKeys } from "./index.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

/** Lines of one host as located events, numbered from 1. */
export function located(host: string, text: string): LocatedEvent[] {
	const parser = createLineParser({ zone: "UTC", now: NOW });
	const lines = text.trim().split("\n");
	return lines.map((line, i) => ({
		host,
		ref: `${host}:mail.log:${i + 1}`,
		order: i + 1,
		event: parser.parse(line.trim()),
	}));
}

export function fold(events: readonly LocatedEvent[]): Hop[] {
	const byKey = new Map<string, LocatedEvent[]>();
	for (const each of events)
		for (const key of queueKeys(each.host, each.event)) {
			const same = byKey.get(key);
			if (same) same.push(each);
			else byKey.set(key, [each]);
		}
	return [...byKey].flatMap(([key, own]) => foldQueue(key, own));
}

export function trace(...events: LocatedEvent[][]): Journey[] {
	return joinHops(fold(events.flat()));
}
