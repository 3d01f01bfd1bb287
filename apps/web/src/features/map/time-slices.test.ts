import { expect, test } from "vitest";
import { beginOf, piecesOf, sliceOf } from "./time-slices.ts";

const NOW = Date.parse("2026-11-22T12:20:00Z");

test("every place of the slider comes back from the address that it wrote", () => {
	for (const span of ["1h", "6h", "24h", "7d", "30d"] as const)
		for (let place = 0; place <= piecesOf(span, NOW); place++)
			expect(sliceOf(span, beginOf(span, place, NOW), NOW).place).toBe(place);
});

test("the pieces are whole hours and cover the span: from the hour in which it begins to this moment", () => {
	expect(piecesOf("24h", NOW)).toBe(25);
	expect(piecesOf("24h", Date.parse("2026-11-22T12:00:00Z"))).toBe(24);
	expect(sliceOf("24h", beginOf("24h", 0, NOW), NOW).question?.since).toBe("2026-11-21T12:00:00Z");
	expect(sliceOf("24h", beginOf("24h", 24, NOW), NOW).until).toBe(Date.parse("2026-11-22T13:00:00Z"));
});

test("a piece is a part of the span; its last second is the question's", () => {
	expect(sliceOf("24h", "2026-11-22T05:00:00Z", NOW).question).toEqual({
		since: "2026-11-22T05:00:00Z",
		until: "2026-11-22T05:59:59Z",
	});
	expect(sliceOf("24h", "", NOW).question).toBeUndefined();
	expect(sliceOf("24h", "yesterday, roughly", NOW).place).toBe(piecesOf("24h", NOW));
});

test("a link of last week shows what it showed, with the slider at its end", () => {
	const { place, question } = sliceOf("24h", "2026-11-15T05:00:00Z", NOW);
	expect(place).toBe(0);
	expect(question?.since).toBe("2026-11-15T05:00:00Z");
});
