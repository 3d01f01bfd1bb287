import { expect, test } from "vitest";
import { beginOf, SLICES, sliceOf } from "./time-slices.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test("every place of the slider comes back from the address that it wrote", () => {
	for (const span of ["1h", "24h", "30d"] as const)
		for (const place of [0, 7, SLICES - 1, SLICES])
			expect(sliceOf(span, beginOf(span, place, NOW), NOW).place).toBe(place);
});

test("a piece is a part of the span; its end is the question's", () => {
	expect(sliceOf("24h", "2026-11-22T05:00:00Z", NOW).question).toEqual({
		since: "2026-11-22T05:00:00Z",
		until: "2026-11-22T06:00:00Z",
	});
	expect(sliceOf("24h", "", NOW).question).toEqual({ since: "24h" });
	expect(sliceOf("24h", "yesterday, roughly", NOW).place).toBe(SLICES);
});

test("a link of last week shows what it showed, with the slider at its end", () => {
	const { place, question } = sliceOf("24h", "2026-11-15T05:00:00Z", NOW);
	expect(place).toBe(0);
	expect(question.since).toBe("2026-11-15T05:00:00Z");
});
