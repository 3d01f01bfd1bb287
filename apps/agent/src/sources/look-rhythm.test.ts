import { expect, it } from "vitest";
import { LookRhythm, OFTEN_MS, SELDOM_MS } from "./look-rhythm.ts";

const NOW = 1_795_305_600_000;

it("looks seldom at a log that is quiet, and often while lines come", () => {
	const rhythm = new LookRhythm();
	expect(rhythm.wait(NOW)).toBe(SELDOM_MS);
	rhythm.read(NOW);
	expect(rhythm.wait(NOW + 1000)).toBe(OFTEN_MS);
	expect(rhythm.wait(NOW + 10_000)).toBe(SELDOM_MS);
});

it("looks often where the system tells nothing, until it tells something", () => {
	const rhythm = new LookRhythm();
	rhythm.wasNotTold();
	expect(rhythm.wait(NOW)).toBe(OFTEN_MS);
	rhythm.told(NOW);
	expect(rhythm.wait(NOW)).toBe(SELDOM_MS);
});

it("takes no clock that was put back for lines", () => {
	const rhythm = new LookRhythm();
	rhythm.read(NOW);
	expect(rhythm.wait(NOW - 86_400_000)).toBe(SELDOM_MS);
});

it("says when the system tells of something all the time, and not when it does so now and then", () => {
	const rhythm = new LookRhythm();
	const tellings = (count: number, every: number) =>
		Array.from({ length: count }, (_, i) => rhythm.told(NOW + i * every));
	expect(tellings(100, OFTEN_MS / 5)).not.toContain(true);
	expect(tellings(40, OFTEN_MS / 30)).toContain(true);
});
