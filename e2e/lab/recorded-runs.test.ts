/** Recorded runs of real mail servers: every journey as the mails themselves say, and nothing wrong whatever is missing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MailEvent } from "../../packages/core/src/event/index.ts";
import { readRun, traced } from "./read-run.ts";
import { isPerfect, score } from "./score.ts";
import { readTruth } from "./truth.ts";

const RUNS = join(import.meta.dirname, "runs");
const runs = readdirSync(RUNS, { withFileTypes: true }).filter((each) => each.isDirectory());

describe.each(runs.map(({ name }) => name))("%s", (name) => {
	const run = readRun(join(RUNS, name));
	const hosts = [...run.keys()];
	const rows = readTruth(readFileSync(join(RUNS, name, "truth.jsonl"), "utf8"));
	const seen = (unseen: ReadonlySet<string>) =>
		[...run].flatMap(([host, events]) => (unseen.has(host) ? [] : events));

	it("is told as its mails say", () => {
		const result = score(rows, traced(seen(new Set())));
		expect(result.faults).toEqual([]);
		expect(isPerfect(result)).toBe(true);
	});

	it.each(hosts)("holds nothing wrong without the log of %s", (host) => {
		const unseen = new Set([host]);
		const result = score(rows, traced(seen(unseen)), unseen);
		expect(result.merged + result.wrongJoins).toBe(0);
		expect(isPerfect(result, true)).toBe(true);
	});

	it("holds nothing wrong without every second host", () => {
		for (const parity of [0, 1]) {
			const unseen = new Set(hosts.filter((_, i) => i % 2 === parity));
			expect(isPerfect(score(rows, traced(seen(unseen)), unseen), true)).toBe(true);
		}
	});

	it("is the same though a clock is wrong by minutes, and another by hours", () => {
		const [first, second] = hosts;
		const off = new Map([
			[first, 7 * 60_000],
			[second, -5 * 3_600_000],
		]);
		const shifted = seen(new Set()).map((each) => {
			const at = each.event.at;
			const moved = at === undefined ? undefined : new Date(Date.parse(at) + (off.get(each.host) ?? 0));
			return moved ? { ...each, event: { ...each.event, at: moved.toISOString() } } : each;
		});
		expect(score(rows, traced(shifted)).faults).toEqual([]);
	});

	it("is the same though programs' lines of one moment change places, as UDP and collectors do", () => {
		const swapped = hosts.flatMap((host) => {
			const events = [...(run.get(host) ?? [])];
			for (let i = 1; i < events.length; i += 2) {
				const [before, after] = events.slice(i - 1, i + 1).map(({ event }) => event);
				if (before?.at !== after?.at || programOf(before) === programOf(after)) continue;
				events.splice(i - 1, 2, ...events.slice(i - 1, i + 1).reverse());
			}
			return events.map((each, i) => ({ ...each, order: i + 1 }));
		});
		expect(score(rows, traced(swapped)).faults).toEqual([]);
	});
});

const programOf = (event: MailEvent | undefined) => event && "program" in event && event.program;
