/**
 * Recorded runs of real mail servers with any part of their lines lost: less is told, and never anything wrong. `copies` holds
 * messages that were submitted twice within a second, with one Message-ID to the same people.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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

describe.each(folders)("%s", (folder) => {
	const events = [...readRun(join(import.meta.dirname, folder)).values()].flat();
	const rows = readTruth(readFileSync(join(import.meta.dirname, folder, "truth.jsonl"), "utf8"));

	it("joins no two messages, and no bounce with a message of others, when nothing is lost", () => {
		const { merged, wrongJoins } = score(rows, traced(events));
		expect({ merged, wrongJoins }).toEqual({ merged: 0, wrongJoins: 0 });
	});

	it.each(LOST)("nor when %i of a hundred lines are lost", (percent) => {
		for (let seed = 0; seed < SEEDS; seed++) {
			const number = numbersFrom(seed * 100 + percent);
			const kept = events.filter(() => number() * 100 >= percent);
			const { merged, wrongJoins, faults } = score(rows, traced(kept));
			expect({ seed, merged, wrongJoins, faults: merged + wrongJoins > 0 ? faults : [] }).toEqual({
				seed,
				merged: 0,
				wrongJoins: 0,
				faults: [],
			});
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
				const { merged, wrongJoins } = score(rows, traced(kept));
				expect({ silent, merged, wrongJoins }).toEqual({ silent, merged: 0, wrongJoins: 0 });
			}
		},
	);
});
