import fc from "fast-check";
import { expect, test } from "vitest";
import { LINE_MAX, LineSplitter, type OnLine } from "./split-lines.ts";

function collect(lines: string[]): OnLine {
	return (bytes, start, end) => lines.push(bytes.toString("utf8", start, end));
}

function split(chunks: Buffer[]): string[] {
	const splitter = new LineSplitter();
	const lines: string[] = [];
	const keep = collect(lines);
	for (const chunk of chunks) splitter.push(chunk, keep);
	splitter.end(keep);
	return lines;
}

test("any cutting into chunks gives the same lines, characters of several bytes included", {
	timeout: 60_000,
}, () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, ""))),
			fc.array(fc.nat(40)),
			(lines, cuts) => {
				const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
				const chunks: Buffer[] = [];
				let at = 0;
				for (const cut of cuts) {
					chunks.push(bytes.subarray(at, at + cut));
					at += cut;
				}
				chunks.push(bytes.subarray(at));
				expect(split(chunks)).toEqual(lines);
			},
		),
	);
});

test("a last line without a newline counts, a carriage return before the newline does not", () => {
	expect(split([Buffer.from("a\r\nb")])).toEqual(["a", "b"]);
	expect(split([Buffer.from("\n\n")])).toEqual(["", ""]);
	expect(split([])).toEqual([]);
});

test("a line without end is cut, counted, and the line after it is whole", () => {
	const splitter = new LineSplitter();
	const lines: string[] = [];
	const push = (text: string) => splitter.push(Buffer.from(text), collect(lines));
	for (let mebibytes = 0; mebibytes < 3; mebibytes++) push("x".repeat(1 << 20));
	push("tail\nnext\n");
	expect(lines.map((line) => line.length)).toEqual([LINE_MAX, 4]);
	expect(splitter.cut).toBe(1);
});
