import { expect, test } from "vitest";
import { type RowPlaces, rowAt, topOf } from "./row-places.ts";

const places: RowPlaces = { row: 50, heading: 30, count: 1_000_000, headed: [0, 3, 400_000] };

test("a row stands below all rows and headings before it, and below its own", () => {
	expect(topOf(0, places)).toBe(30);
	expect(topOf(2, places)).toBe(130);
	expect(topOf(3, places)).toBe(210);
	expect(topOf(1_000_000, places)).toBe(50_000_090);
});

test("the row at a place is the one whose top is above it and whose end is not", () => {
	for (const index of [0, 1, 2, 3, 4, 399_999, 400_000, 999_999]) {
		expect(rowAt(topOf(index, places), places)).toBe(index);
		expect(rowAt(topOf(index, places) + 49, places)).toBe(index);
	}
	expect(rowAt(-500, places)).toBe(0);
	expect(rowAt(1e9, places)).toBe(999_999);
});

test("an empty list has no height and its first place", () => {
	const none: RowPlaces = { row: 50, heading: 30, count: 0, headed: [] };
	expect(topOf(0, none)).toBe(0);
	expect(rowAt(10, none)).toBe(0);
});
