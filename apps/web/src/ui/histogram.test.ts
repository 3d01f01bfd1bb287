import { parseQuery } from "@mailtrail/core/query";
import type { VolumeAnswer } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { bars, beginsLate, stretch, ticks, writable } from "./histogram.ts";

const volume: VolumeAnswer = {
	from: "2026-11-22T10:00:00.000Z",
	until: "2026-11-22T10:15:00.000Z",
	counted: 1001,
	exact: true,
	took: 1,
	problems: [],
	step: 300,
	buckets: [
		{ at: "2026-11-22T10:00:00.000Z", outcomes: { delivered: 999, failed: 1 } },
		{ at: "2026-11-22T10:05:00.000Z", outcomes: {} },
		{ at: "2026-11-22T10:10:00.000Z", outcomes: { delivered: 1 } },
	],
};

test("one failure in a thousand is still seen, on top", () => {
	const [first, empty] = bars(volume, 60).bars;
	expect(first?.parts.map((part) => part.name)).toEqual(["delivered", "failed"]);
	expect(first?.parts[1]?.height).toBeGreaterThanOrEqual(1.5);
	expect(empty).toMatchObject({ total: 0, parts: [] });
});

test("a picture that is empty for more than half of its width begins where the mail does", () => {
	const [busy, empty] = [{ delivered: 3 }, {}];
	const of = (...outcomes: Record<string, number>[]) =>
		beginsLate({
			...volume,
			buckets: outcomes.map((each, i) => ({
				at: `2026-11-22T10:0${i}:00.000Z`,
				outcomes: each,
			})),
		});
	expect(of(empty, empty, empty, busy)).toBe("2026-11-22T10:03:00.000Z");
	expect(of(empty, empty, busy, empty)).toBeUndefined();
	expect(of(empty, empty, empty, empty)).toBeUndefined();
});

test("a stretch is a question that the search box reads, whichever way it was drawn", () => {
	expect(stretch(volume, 2, 1)).toBe(stretch(volume, 1, 2));
	const { terms, problems } = parseQuery(stretch(volume, 1, 2), {
		now: Date.parse(volume.until),
		zone: "Asia/Tokyo",
	});
	expect(problems).toEqual([]);
	expect(terms.map((term) => term.field)).toEqual(["since", "until"]);
});

test("the axis is written at round moments of the reader's zone", () => {
	const day = {
		...volume,
		buckets: [
			{ at: "2026-11-21T12:30:00.000Z", outcomes: {} },
			{ at: "2026-11-22T12:30:00.000Z", outcomes: {} },
		],
	};
	const tokyo = ticks(day, 6, () => 9 * 3_600_000);
	expect(tokyo.map((at) => new Date(at + 9 * 3_600_000).toISOString().slice(11, 16))).toEqual([
		"00:00",
		"06:00",
		"12:00",
		"18:00",
	]);
});

test("a day's name at the edge is written whole, and the hour that it would cover is not", () => {
	const label = (x: number, text: string, day = false) => ({ at: x, x, text, day });
	const labels = [
		label(0, "Mon 23 Nov", true),
		label(60, "01:00"),
		label(120, "02:00"),
		label(590, "Tue 24 Nov", true),
	];
	expect(writable(labels, 600).map(({ text, anchor }) => [text, anchor])).toEqual([
		["Mon 23 Nov", "start"],
		["02:00", "middle"],
		["Tue 24 Nov", "end"],
	]);
});
