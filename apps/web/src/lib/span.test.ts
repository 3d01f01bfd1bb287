import { expect, test } from "vitest";
import { pastEnd, spanQuestion, spanWords } from "./span.ts";

const NOW = Date.parse("2026-11-22T12:20:00Z");
const ZONE = "Asia/Tokyo";

test("a span ends now, or with the day that is named, in the reader's zone", () => {
	expect(spanQuestion({ span: "24h", until: "" }, NOW, ZONE)).toEqual({ since: "24h" });
	expect(spanQuestion({ span: "24h", until: "2025-03-03" }, NOW, ZONE)).toEqual({
		since: "2025-03-02T15:00:00Z",
		until: "2025-03-03T14:59:59Z",
	});
	expect(spanWords(spanQuestion({ span: "1h", until: "2025-03-03T10:00Z" }, NOW, ZONE))).toEqual([
		"since:2025-03-03T09:01:00Z",
		"until:2025-03-03T10:00:59Z",
	]);
});

test("a day that is not over, one to come and what cannot be read end now", () => {
	for (const until of ["2026-11-22", "2030-01-01", "when it was warm"])
		expect(pastEnd(until, NOW, ZONE)).toBeUndefined();
});
