import fc from "fast-check";
import { expect, it } from "vitest";
import { knownWord, remembering } from "./known-word.ts";

it("gives what a slice gives, whatever word was at its place before", () => {
	const word = fc.string({
		unit: fc.constantFrom("a", "b", "A", "1", "/", "é", "\u{1f4e7}", " "),
		maxLength: 60,
	});
	fc.assert(
		fc.property(word, word, word, (before, text, behind) => {
			const line = before + text + behind;
			const end = before.length + text.length;
			expect(knownWord(line, before.length, end)).toBe(text);
			expect(knownWord(line, before.length, end)).toBe(text);
		}),
		{ numRuns: 3000 },
	);
});

it("gives words of one place each as itself, in turn", () => {
	// the same length, first, middle and last letters
	for (let turn = 0; turn < 3; turn++)
		for (const word of ["mx1abmx", "mx2abmx", "mx3abmx"])
			expect(knownWord(`host ${word}: x`, 5, 5 + word.length)).toBe(word);
});

it("remembers what a reader gave for a word, for that word alone", () => {
	const read: string[] = [];
	const known = remembering((word) => {
		read.push(word);
		return word.length > 0 ? { word } : undefined;
	});
	for (let turn = 0; turn < 2; turn++) {
		// one place for both, so that each takes the other's
		for (const word of ["mx1abmx", "mx2abmx", "mx2abmx"])
			expect(known(`host ${word}: x`, 5, 12)).toEqual({ word });
		expect(known("host", 4, 4)).toBeUndefined();
	}
	expect(read).toEqual(["mx1abmx", "mx2abmx", "", "mx1abmx", "mx2abmx", ""]);
	const long = "a".repeat(400);
	expect(known(long, 0, 400)).toEqual({ word: long });
});
