import { describe, expect, test } from "vitest";
import { byteSize, calendarDay, clockTime, dayKey, duration, exactTime, roughly } from "./format.ts";

const iso = "2026-12-05T18:38:12.041+09:00";

describe("times in the viewer's zone", () => {
	test("the clock, with and without the fraction of the log", () => {
		expect(clockTime(iso, { zone: "Asia/Tokyo" })).toBe("18:38:12");
		expect(clockTime(iso, { zone: "Europe/Berlin", fraction: true })).toBe("10:38:12.041");
		expect(clockTime("2026-12-05T18:38:12.000+09:00", { zone: "Asia/Tokyo", fraction: true })).toBe(
			"18:38:12",
		);
	});
	test("the exact time carries offset and zone", () => {
		expect(exactTime(iso, "Asia/Tokyo")).toBe("2026-12-05T18:38:12.041+09:00 (Asia/Tokyo)");
		expect(exactTime(iso, "UTC")).toBe("2026-12-05T09:38:12.041+00:00 (UTC)");
	});
	test("the day follows the zone, the year shows only when it is another", () => {
		const late = "2026-12-05T23:30:00+00:00";
		expect(dayKey(late, "UTC")).not.toBe(dayKey(late, "Asia/Tokyo"));
		expect(calendarDay(iso, "en", Date.parse(iso), "Asia/Tokyo")).toBe("Sat 5 Dec");
		expect(calendarDay(iso, "en", Date.parse("2027-01-02T00:00:00Z"), "Asia/Tokyo")).toContain("2026");
		expect(calendarDay(iso, "ja", Date.parse(iso), "Asia/Tokyo")).toBe("12月5日(土)");
	});
	test("what is no time is shown as it is", () => {
		expect(clockTime("soon")).toBe("soon");
		expect(exactTime("soon")).toBe("soon");
	});
});

describe("durations and sizes", () => {
	test.each([
		[0, "0 s"],
		[0.001, "<0.01 s"],
		[0.47, "0.47 s"],
		[1.94, "1.9 s"],
		[59.6, "1 min"],
		[200, "3 min 20 s"],
		[3600, "1 h"],
		[51_660, "14 h 21 min"],
		[183_600, "2 d 3 h"],
		[-1.4, "−1.4 s"],
	])("%d seconds", (seconds, text) => {
		expect(duration(seconds, "en")).toBe(text);
	});
	test("in Japanese", () => {
		expect(duration(51_660, "ja")).toBe("14 時間 21 分");
		expect(roughly(125, "ja")).toBe("2 分");
	});
	test.each([
		[812, "812 B"],
		[1331, "1.3 kB"],
		[10_485_760, "10 MB"],
		[999_600, "1.0 MB"],
	])("%d bytes", (bytes, text) => {
		expect(byteSize(bytes)).toBe(text);
	});
});
