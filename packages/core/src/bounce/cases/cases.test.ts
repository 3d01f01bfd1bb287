/** Messages as programs write them, each in a folder named for what it shows; `reports.json` is what they say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBounce } from "../index.ts";

const CASES = import.meta.dirname;

describe("a message gives one report per recipient", () => {
	it.each(readdirSync(CASES).filter((name) => !name.endsWith(".ts")))("%s", async (name) => {
		const folder = join(CASES, name);
		const reports = await readBounce(readFileSync(join(folder, "message.eml")));
		const expected = JSON.parse(readFileSync(join(folder, "reports.json"), "utf8")) as unknown;
		// the diagnosis is the rules' own, tested there
		expect(reports.map(({ diagnosis: _, ...report }) => JSON.parse(JSON.stringify(report)))).toEqual(
			expected,
		);
	});
});
