/** `docs/search.md` is true: every field stands there, and every example is understood as the field that it shows. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseQuery, TERM_FIELDS } from "../packages/core/src/query/index.ts";

const PAGE = readFileSync(new URL("../docs/search.md", import.meta.url), "utf8");
const EXAMPLES = [...PAGE.matchAll(/`([a-z]+):((?:"[^"`]*"|[^\s`])+)`/g)].map(([, field, value]) => ({
	field,
	value,
}));
const context = { now: Date.parse("2022-12-06T01:00:00Z"), zone: "Asia/Tokyo" };

it.each(EXAMPLES)("$field:$value", ({ field, value }) => {
	const { terms, problems } = parseQuery(`${field}:${value}`, context);
	expect(problems).toEqual([]);
	expect(terms).toMatchObject([{ field }]);
});

it("shows every field that people write; a bare word becomes `address`", () => {
	const shown = new Set(EXAMPLES.map(({ field }) => field));
	expect(TERM_FIELDS.filter((field) => !shown.has(field))).toEqual(["address"]);
});
