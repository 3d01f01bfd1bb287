import { describe, expect, it } from "vitest";
import { indexOutside, splitAddresses } from "./outside-quotes.ts";

/** Node's and the browser's: core is written against neither. */
declare const performance: { now(): number };

describe("indexOutside", () => {
	it("passes over quoted strings and angle brackets", () => {
		expect(indexOutside('"a, b", c', ", ")).toBe(6);
		expect(indexOutside('<"a>, b"@x>, c', ", ")).toBe(11);
		expect(indexOutside('"a\\", b", c', ", ")).toBe(8);
	});

	it("takes an opener that nothing closes for a plain character", () => {
		expect(indexOutside('a" , b', ", ")).toBe(3);
		expect(indexOutside("<a, b", ", ")).toBe(2);
		expect(indexOutside("none here", ", ")).toBe(-1);
	});
});

describe("splitAddresses", () => {
	it("splits at the commas between addresses and takes brackets off", () => {
		expect(splitAddresses('<a@x>,<"b, c"@y>, d@z')).toEqual(["a@x", '"b, c"@y', "d@z"]);
		expect(splitAddresses("<>")).toEqual([""]);
		expect(splitAddresses("")).toEqual([]);
	});
});

describe("costs no more than the text's length", () => {
	it.each([
		["quotes within a bracket that nothing closes", `<${'\\"'.repeat(50_000)}, x`],
		["brackets that each hold such a quote", '<\\">'.repeat(25_000)],
		["brackets that nothing closes, commas between", "<,".repeat(50_000)],
	])("%s", (_what, text) => {
		const start = performance.now();
		indexOutside(text, ": ");
		splitAddresses(text);
		expect(performance.now() - start).toBeLessThan(200);
	});
});
