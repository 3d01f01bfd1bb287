/** The table of errors and its page say the same. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ERRORS } from "./errors.ts";

it("has every error in the docs, and none that is not there any more", () => {
	const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
	const rows = page.split("\n").filter((line) => line.startsWith("| `"));
	const table = Object.entries(ERRORS).map(
		([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
	);
	expect(rows).toEqual(table);
});
