import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { blockLoops, PIECE } from "./block-loops.ts";
import { HeldBytes } from "./held-bytes.ts";
import { findNewlines } from "./newlines.ts";
import { FOLD, mixed } from "./word-slots.ts";
import { WordTable } from "./word-table.ts";

let plain: { WordTable: typeof WordTable; findNewlines: typeof findNewlines };

// the same where there is no WebAssembly
beforeAll(async () => {
	vi.stubGlobal("WebAssembly", undefined);
	vi.resetModules();
	plain = { ...(await import("./word-table.ts")), ...(await import("./newlines.ts")) };
	vi.unstubAllGlobals();
});

afterAll(() => vi.resetModules());

/** few letters, so that words repeat; many newlines */
const letters = fc.constantFrom(..."aAbB01 \n".split("").map((letter) => letter.charCodeAt(0)));
const block = fc.array(letters, { maxLength: 200 });
/** a block of two pieces and a rest: what lies at their borders must be found too */
const long = fc
	.tuple(block, fc.integer({ min: PIECE - 20, max: PIECE + 20 }), block)
	.map(([head, middle, tail]) => {
		const bytes = Array.from({ length: middle }, (_, at) => head[at % 7] ?? 97);
		return [...head, ...bytes, ...tail];
	});

/** What follows a block is of the block before it. */
function held(bytes: readonly number[]): HeldBytes {
	const memory = new Uint8Array(bytes.length + 8).fill(10);
	memory.set(bytes);
	return new HeldBytes(memory, bytes.length);
}

function newlinesOf(find: typeof findNewlines, bytes: HeldBytes): number[] {
	const places: number[] = [];
	find(bytes, (some) => places.push(...some));
	return places;
}

function marksOf(Table: typeof WordTable, of: "words" | "mixed", bytes: HeldBytes): number[] {
	const table = new Table(of);
	const places: number[] = [];
	// every third word of the block
	for (let at = 0; at + 1 < bytes.words.length - 1; at += 3) {
		const first = (bytes.words[at] as number) | FOLD;
		const word = of === "words" ? first : mixed(first, (bytes.words[at + 1] as number) | FOLD);
		table.add(word, at);
	}
	table.forEachMarked(bytes, (at) => places.push(at));
	table.release();
	return places;
}

test("they are there, and find in two blocks one after the other what stands in each", () => {
	expect(blockLoops()).toBeDefined();
	expect(newlinesOf(findNewlines, held([97, 10, 97]))).toEqual([1]);
	expect(newlinesOf(findNewlines, held([10]))).toEqual([0]);
});

test.each([
	["short", block, 300],
	["long", long, 20],
] as const)("%s blocks: the same newlines and marks with and without them", (_, bytes, numRuns) => {
	fc.assert(
		fc.property(bytes, (each) => {
			const own = held(each);
			const newlines = each.flatMap((byte, at) => (byte === 10 ? [at] : []));
			expect(newlinesOf(findNewlines, own)).toEqual(newlines);
			expect(newlinesOf(plain.findNewlines, own)).toEqual(newlines);
			for (const of of ["words", "mixed"] as const)
				expect(marksOf(WordTable, of, own)).toEqual(marksOf(plain.WordTable, of, own));
		}),
		{ numRuns },
	);
});

test("a table that finds no room is searched all the same", () => {
	const bytes = held(Array.from("some words in a block", (letter) => letter.charCodeAt(0)));
	const expected = marksOf(WordTable, "mixed", bytes);
	const tables = Array.from({ length: 20 }, () => new WordTable("mixed"));
	expect(blockLoops()?.take(1 << 20)).toBeUndefined();
	expect(marksOf(WordTable, "mixed", bytes)).toEqual(expected);
	for (const table of tables) table.release();
	expect(expected.length).toBeGreaterThan(0);
});

test("a block that is longer than their memory is searched all the same", () => {
	const bytes = held(Array.from({ length: (1 << 20) + 100 }, (_, at) => (at % 50 === 0 ? 10 : 97)));
	expect(blockLoops()?.canTake(bytes)).toBe(false);
	expect(newlinesOf(findNewlines, bytes)).toHaveLength(Math.ceil(bytes.length / 50));
});
