import type { JourneyRow } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { spanOfFound } from "./span-of-found.ts";

const now = Date.parse("2026-02-20T12:00:00Z");
const rows = (...times: string[]) => times.map((at) => ({ at }) as JourneyRow);

test("the last day, where more was found than is here", () => {
	expect(
		spanOfFound({ rows: rows("2026-02-20T11:00:00Z", "2026-02-01T11:00:00Z"), cursor: "x" }, now),
	).toEqual({ since: "24h" });
	expect(spanOfFound({ rows: rows("2026-02-20T11:00:00Z") }, now)).toEqual({ since: "24h" });
	expect(spanOfFound({ rows: [] }, now)).toEqual({ since: "24h" });
});

test("all of what is here", () => {
	expect(spanOfFound({ rows: rows("2026-02-20T11:00:00Z", "2026-02-01T11:00:00Z") }, now)).toEqual({
		since: "2026-02-01T11:00:00.000Z",
	});
});

test("the day up to the newest, where nothing is younger", () => {
	expect(
		spanOfFound({ rows: rows("2026-01-12T07:00:00Z", "2026-01-12T06:59:00Z"), cursor: "x" }, now),
	).toEqual({
		since: "2026-01-11T07:01:00.000Z",
		until: "2026-01-12T07:01:00.000Z",
	});
	expect(spanOfFound({ rows: rows("2026-01-12T07:00:00Z", "2025-12-24T18:00:00Z") }, now)).toEqual({
		since: "2025-12-24T18:00:00.000Z",
		until: "2026-01-12T07:01:00.000Z",
	});
});
