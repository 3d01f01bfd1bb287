import { readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineParser } from "../parse/index.ts";
import { foldQueue, joinHops, type Journey, type LocatedEvent, queueKeys } from "../trace/index.ts";

const SAMPLES = new URL("../../../../samples/relay-chain/", import.meta.url);

function located(host: string, text: string): LocatedEvent[] {
	const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-11-22T12:00:00Z") });
	const lines = text.trim().split("\n");
	return lines.map((line, i) => ({
		host,
		ref: `${host}:mail.log:${i + 1}`,
		order: i + 1,
		event: parser.parse(line),
	}));
}

function fold(events: LocatedEvent[]) {
	const byKey = new Map<string, LocatedEvent[]>();
	for (const each of events)
		for (const key of queueKeys(each.host, each.event)) {
			const same = byKey.get(key);
			if (same) same.push(each);
			else byKey.set(key, [each]);
		}
	return [...byKey].flatMap(([key, own]) => foldQueue(key, own));
}

describe("the sample logs of eight hosts", () => {
	const hosts = readdirSync(SAMPLES).filter((name) => statSync(new URL(name, SAMPLES)).isDirectory());
	const events = hosts.flatMap((host) =>
		located(host, readFileSync(new URL(`${host}/mail.log`, SAMPLES), "utf8")),
	);
	const whole = joinHops(fold(events));
	const expected = JSON.stringify(whole);
	const linesOf = (journey: Journey) =>
		journey.recipients.flatMap((entry) => entry.path.flatMap((stop) => stop.lines));
	const ownerOf = new Map(whole.flatMap((each) => linesOf(each).map((line) => [line, each.id] as const)));

	it("give the same journeys in any order, with any repetition", () => {
		fc.assert(
			fc.property(
				fc.shuffledSubarray(events, { minLength: events.length }),
				fc.subarray(events),
				(shuffled, repeated) => {
					expect(JSON.stringify(joinHops(fold([...shuffled, ...repeated])))).toBe(expected);
				},
			),
			{ numRuns: 5 },
		);
	});

	it("never put two messages into one journey when lines are missing", () => {
		fc.assert(
			fc.property(fc.subarray(events), (kept) => {
				for (const journey of joinHops(fold(kept))) {
					if (journey.kind !== "message") continue;
					const owners = linesOf(journey).flatMap((line) => ownerOf.get(line) ?? []);
					expect(new Set(owners).size).toBeLessThanOrEqual(1);
				}
			}),
			{ numRuns: 15 },
		);
	});
});
