import { expect, test } from "vitest";
import { localTime } from "./time.ts";

test.each([
	["2026-01-31T18:38:12.900Z", "2026-01-31 18:38:12"],
	["2026-12-31T23:59:59.999+00:00", "2026-12-31 23:59:59"],
	["2026-01-01T00:30:00+02:00", "2025-12-31 22:30:00"],
	["1969-12-31T23:59:59Z", "1969-12-31 23:59:59"],
	["no time", "no time"],
])("%s reads the same on UTC and in a zone that has its clock", (iso, expected) => {
	expect(localTime(iso, "UTC")).toBe(expected);
	expect(localTime(iso, "Etc/GMT")).toBe(expected);
});
