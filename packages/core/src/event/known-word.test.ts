import fc from "fast-check";
import { expect, it } from "vitest";
import { knownWord } from "./known-word.ts";

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
