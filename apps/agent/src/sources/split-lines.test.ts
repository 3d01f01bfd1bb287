import { RAW_LENGTH_MAX } from "@mailtrail/core/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitLines } from "./split-lines.ts";

test("only complete lines are taken, offsets are bytes", () => {
	const { lines, next } = splitLines(Buffer.from("é\nb\r\n\ntorn"), 100);
	expect(lines).toEqual([
		{ offset: 100, text: "é" },
		{ offset: 103, text: "b" },
		{ offset: 106, text: "" },
	]);
	expect(next).toBe(107);
});

test("bytes that are no UTF-8 are read as Latin-1, a hole of NULs is no text", () => {
	const { lines } = splitLines(Buffer.from([0, 0, 0x66, 0xfc, 0x72, 10]), 0);
	expect(lines).toEqual([{ offset: 0, text: "für" }]);
});

test("a log of ASCII alone is read as any other: its line ends, its holes and its long lines", () => {
	const { lines, cut } = splitLines(Buffer.from(`a\r\n\0\0b\n\n${"c".repeat(RAW_LENGTH_MAX + 5)}\nd\n`), 7);
	expect(lines).toEqual([
		{ offset: 7, text: "a" },
		{ offset: 10, text: "b" },
		{ offset: 14, text: "" },
		{ offset: 15, text: "c".repeat(RAW_LENGTH_MAX) },
	]);
	expect(cut).toBe(5);
});

test("a line beyond the limit is cut between characters, counted, and ends the batch", () => {
	const long = Buffer.from(`x${"é".repeat(RAW_LENGTH_MAX)}\nnext\n`);
	const { lines, next, cut } = splitLines(long, 0);
	expect(lines).toHaveLength(1);
	expect(lines[0]?.text).toBe(`x${"é".repeat(RAW_LENGTH_MAX / 2 - 1)}`);
	expect(cut).toBe(2 * RAW_LENGTH_MAX + 1 - (RAW_LENGTH_MAX - 1));
	expect(next).toBe(2 * RAW_LENGTH_MAX + 2);
});

test("whatever the bytes, taking lines goes through all of them", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 5000 }), (random) => {
			const bytes = Buffer.from(random.map((byte) => (byte < 40 ? 10 : byte)));
			let at = 0;
			for (;;) {
				const { lines, next } = splitLines(bytes.subarray(at), at);
				if (lines.length === 0) break;
				expect(lines[0]?.offset).toBe(at);
				at = next;
			}
			expect(at).toBe(bytes.lastIndexOf(10) + 1);
		}),
	);
});
