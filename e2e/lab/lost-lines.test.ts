/**
 * Recorded runs of real mail servers with any part of their lines lost: less is told, and never anything wrong. `copies` holds
 * messages that were submitted twice within a second, with one Message-ID to the same people.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LocatedEvent } from "../../packages/core/src/trace/index.ts";
import { readRun, traced } from "./read-run.ts";
import { score } from "./score.ts";
import { readTruth } from "./truth.ts";

const RUNS = join(import.meta.dirname, "runs");
const runs = readdirSync(RUNS, { withFileTypes: true }).filter((each) => each.isDirectory());
const folders = [...runs.map(({ name }) => join("runs", name)), "copies"];
/** How many of a hundred lines are lost. */
const LOST = [1, 5, 10, 20, 40, 60];
const SEEDS = 12;

/** The same numbers for the same seed: xorshift32. */
function numbersFrom(seed: number): () => number {
	let state = Math.imul(seed + 1, 2_654_435_761) | 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}

/** One of them. */
function oneOf<T>(all: readonly T[], number: () => number): T {
	const each = all[Math.floor(number() * all.length)];
	if (each === undefined) throw new Error("none to choose from");
	return each;
}

/** The lines that are left, by what was lost. */
const WAYS: Record<string, (events: LocatedEvent[], number: () => number) => LocatedEvent[]> = {
	"one program's lines are lost on a host": (events, number) => {
		const { host, event } = oneOf(events, number);
		return events.filter((each) => each.host !== host || programOf(each.event) !== programOf(event));
	},
	"some of one kind of lines are lost": (events, number) => {
		const [{ event }, part] = [oneOf(events, number), number()];
		return events.filter((each) => each.event.kind !== event.kind || number() > part);
	},
	"logs begin late or end early": (events, number) => {
		const counts = Map.groupBy(events, ({ host }) => host);
		const bounds = new Map(
			[...counts].map(([host, { length }]) => [host, [number() * 0.5 * length, (0.5 + number()) * length]]),
		);
		return events.filter(({ host, order }) => {
			const [from = 0, until = 0] = bounds.get(host) ?? [];
			return order >= from && order <= until;
		});
	},
};

function programOf(event: LocatedEvent["event"]): string | undefined {
	return "program" in event ? event.program : undefined;
}

describe.each(folders)("%s", (folder) => {
	const events = [...readRun(join(import.meta.dirname, folder)).values()].flat();
	const rows = readTruth(readFileSync(join(import.meta.dirname, folder, "truth.jsonl"), "utf8"));

	/** `which`: says in a failure what was taken away */
	function expectNothingWrong(kept: LocatedEvent[], which: string | number): void {
		const { merged, wrongJoins, faults } = score(rows, traced(kept));
		const wrong = merged + wrongJoins > 0 ? faults : [];
		expect({ which, merged, wrongJoins, wrong }).toEqual({ which, merged: 0, wrongJoins: 0, wrong: [] });
	}

	it("has lines of several hosts", () => {
		const hosts = new Set(events.map(({ host }) => host));
		expect(hosts.size).toBeGreaterThan(1);
	});

	it("joins no two messages, and no bounce with a message of others, when nothing is lost", () => {
		expectNothingWrong(events, "everything");
	});

	it.each(LOST)("nor when %i of a hundred lines are lost", (percent) => {
		for (let seed = 0; seed < SEEDS; seed++) {
			const number = numbersFrom(seed * 100 + percent);
			const kept = events.filter(() => number() * 100 >= percent);
			expectNothingWrong(kept, seed);
		}
	});

	it.each(LOST)(
		"nor when a host stops logging for a while, and %i of a hundred others are lost",
		(percent) => {
			const hosts = [...new Set(events.map(({ host }) => host))];
			for (const [seed, silent] of hosts.entries()) {
				const number = numbersFrom(seed * 7919 + percent);
				const own = events.filter(({ host }) => host === silent).length;
				const [from, until] = [Math.floor(number() * own), Math.floor(own * (0.5 + number() / 2))];
				const kept = events.filter(({ host, order }) =>
					host === silent ? order < from || order > until : number() * 100 >= percent / 10,
				);
				expectNothingWrong(kept, silent);
			}
		},
	);

	it.each(Object.keys(WAYS))("nor when %s", (way) => {
		for (let seed = 0; seed < SEEDS; seed++) {
			const number = numbersFrom(seed * 104_729 + way.length);
			const kept = WAYS[way]?.(events, number) ?? [];
			expectNothingWrong(kept, seed);
		}
	});

	it("and what is left gives the same journeys in any order, with any repetition", () => {
		const number = numbersFrom(97);
		const kept = events.filter(() => number() >= 0.2);
		const again = kept.filter(() => number() < 0.3);
		const places = new Map([...kept, ...again].map((each) => [each, number()]));
		const shuffled = [...kept, ...again].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
		expect(traced(shuffled)).toEqual(traced(kept));
	});
});
