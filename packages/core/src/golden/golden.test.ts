import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLineParser } from "../parse/index.ts";
import { listCases, readApproved, readEvents } from "./cases.ts";

describe("golden cases", () => {
	const cases = listCases();

	it("are there", () => {
		expect(cases.length).toBeGreaterThan(0);
	});

	it.each(cases)("$name", ({ folder }) => {
		expect(existsSync(join(folder, "why.md"))).toBe(true);
		expect(readEvents(folder)).toEqual(readApproved(folder));
	});

	it.each(cases)("$name, cut anywhere, still gives events", ({ folder }) => {
		const parser = createLineParser({ zone: "UTC", now: 0 });
		for (const line of readFileSync(join(folder, "input.log"), "utf8").split("\n")) {
			for (let end = 0; end < line.length; end++) {
				expect(parser.parse(line.slice(0, end)).kind.length).toBeGreaterThan(0);
			}
		}
	});
});
