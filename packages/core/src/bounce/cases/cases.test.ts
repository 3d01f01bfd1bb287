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
		// the diagnosis is the rules' own, tested there; `vitest -u` writes what is new, to be read before it is kept
		const facts = reports.map(({ diagnosis: _, ...report }) => report);
		await expect(`${JSON.stringify(facts, null, "\t")}\n`).toMatchFileSnapshot(join(folder, "reports.json"));
	});
});
