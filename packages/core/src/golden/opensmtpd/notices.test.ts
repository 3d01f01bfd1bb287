import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { located, trace } from "../../trace/tracing.testing.ts";

/** As the notices' own copies of the messages say. */
const REPORTS_ON = {
	"7882a823": "0698a8b2",
	ded07c8f: "9abc3700",
	"8722bbcf": "17a06c25",
	f0b599e7: "bfc8ccf8",
	"96f2cd6a": "2d830ae6",
};
const text = readFileSync(join(import.meta.dirname, "notices-of-one-second/input.log"), "utf8");

it.each([
	["with fractions", text],
	["in whole seconds", text.replace(/^2026-11-22T(\S{8})\S+/gm, "Nov 22 $1")],
])("five notices of one second are joined with their messages, in a log %s", (_, log) => {
	const journeys = trace(located("mx", log));
	const joined = journeys.flatMap(({ id, parent }) =>
		parent ? [[id.split("/")[1], parent.journeyId.split("/")[1]]] : [],
	);
	expect(Object.fromEntries(joined)).toEqual(REPORTS_ON);
});
