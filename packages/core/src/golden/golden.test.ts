import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
});
