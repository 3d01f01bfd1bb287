/**
 * Every recorded log of every program, its lines in any order, some of them twice, in parts and among the lines of another host: the same hops,
 * the same journeys. Rounded to whole seconds, places in the file alone tell the order of many.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineParser } from "../parse/index.ts";
import { foldQueue, joinHops, type LocatedEvent, queueKeys } from "../trace/index.ts";
import { fold } from "../trace/tracing.testing.ts";
import { listCases } from "./cases.ts";

const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-11-22T12:00:00Z") });

/** Under one host's name, so that ids of other cases may meet. */
function eventsOf(folder: string, host: string): LocatedEvent[] {
	const lines = readFileSync(join(folder, "input.log"), "utf8").split("\n").slice(0, 400);
	return lines.map((line, i) => ({
		host,
		ref: `${host}:mail.log:${i + 1}`,
		order: i + 1,
		event: parser.parse(line),
	}));
}

const told = (events: readonly LocatedEvent[]) => JSON.stringify(joinHops(fold(events)));

/** Each key folded whenever lines of it came, as a hub does. */
function foldedInParts(parts: readonly (readonly LocatedEvent[])[]): string {
	const lines = new Map<string, LocatedEvent[]>();
	const hops = new Map<string, ReturnType<typeof foldQueue>>();
	for (const part of parts) {
		const touched = new Set<string>();
		for (const each of part)
			for (const key of queueKeys(each.host, each.event)) {
				const same = lines.get(key);
				if (same) same.push(each);
				else lines.set(key, [each]);
				touched.add(key);
			}
		for (const key of touched) hops.set(key, foldQueue(key, lines.get(key) ?? []));
	}
	return JSON.stringify(joinHops([...hops.values()].flat()));
}

const cases = listCases().filter(({ name }) => /^(?:amavis|dovecot|exim|opensmtpd|postfix|sendmail)\//.test(name));

describe("the same is told", () => {
	it.each(cases)("$name", ({ folder }) => {
		const own = eventsOf(folder, "mx");
		const other = eventsOf(cases[folder.length % cases.length]?.folder ?? folder, "out");
		const whole = told(own);
		const both = told([...own, ...other]);
		fc.assert(
			fc.property(
				fc.shuffledSubarray(own, { minLength: own.length }),
				fc.subarray(own),
				fc.integer({ min: 0, max: own.length }),
				(shuffled, twice, cut) => {
					expect(told([...shuffled, ...twice])).toBe(whole);
					expect(foldedInParts([shuffled.slice(0, cut), twice, shuffled.slice(cut)])).toBe(whole);
					expect(told([...shuffled.slice(0, cut), ...other, ...shuffled.slice(cut)])).toBe(both);
				},
			),
			{ numRuns: 4 },
		);
	});
});
