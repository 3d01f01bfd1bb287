import { readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinHops, type Journey } from "../trace/index.ts";
import { fold, located } from "../trace/tracing.testing.ts";

const SAMPLES = new URL("../../../../samples/relay-chain/", import.meta.url);

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
