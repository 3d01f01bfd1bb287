import { expect, it } from "vitest";
import { LineMarks } from "./line-marks.ts";

const lines = (...texts: string[]) => of(texts);
const of = (texts: readonly string[]) => texts.map((text, offset) => ({ offset, text }));

it("knows lines in their order, with some left out, up to the first that is new", () => {
	const marks = new LineMarks();
	marks.add(lines("a", "b", "b", "c", "d"));
	expect(marks.skip(lines("a", "b"))).toBe(2);
	expect(marks.skip(lines("b", "d", "new", "a"))).toBe(2);
	expect(marks.skip(lines("b"))).toBe(0);
});

it("knows thousands, and tells nothing where there were too many", () => {
	const marks = new LineMarks();
	const many = Array.from({ length: 262_144 }, (_, i) => `line ${i}`);
	marks.add(of(many));
	expect(marks.skip(of(many))).toBe(many.length);
	expect(marks.isWhole).toBe(true);
	marks.add(lines("one more"));
	expect(marks.isWhole).toBe(false);
	expect(marks.skip(lines("line 0"))).toBe(0);
});
