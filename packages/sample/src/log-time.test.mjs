import { expect, test } from "vitest";
import { readTime, writeTime } from "./log-time.mjs";

const TOKYO = { zone: "Asia/Tokyo", year: 2022 };

test("RFC 3339 keeps digits and offset", () => {
	const line = "2026-11-22T05:23:30.952130+00:00 sub postfix/master[1]: x";
	expect(readTime(line, TOKYO)).toBe(Date.UTC(2026, 10, 22, 5, 23, 30, 952));
	expect(writeTime(line, Date.UTC(2027, 0, 1, 0, 0, 0, 7), "UTC")).toBe(
		"2027-01-01T00:00:00.007130+00:00 sub postfix/master[1]: x",
	);
	expect(writeTime("2026-11-22T14:23:30+09:00 a b: c", Date.UTC(2027, 0, 1), "UTC")).toBe(
		"2027-01-01T09:00:00+09:00 a b: c",
	);
});

test("RFC 3164 is read in the recording's zone and written in the reader's", () => {
	const line = "Dec 5 18:38:12 tu8 postfix/qmgr[1]: x";
	expect(readTime(line, TOKYO)).toBe(Date.UTC(2022, 11, 5, 9, 38, 12));
	expect(writeTime(line, Date.UTC(2027, 0, 3, 1, 2, 3), "UTC")).toBe("Jan 3 01:02:03 tu8 postfix/qmgr[1]: x");
	expect(writeTime("Dec  5 18:38:12 x y: z", Date.UTC(2027, 0, 3), "UTC")).toBe("Jan  3 00:00:00 x y: z");
});

test("exim's second time moves along", () => {
	const line = "2026-11-22T05:24:19.520151+00:00 db exim[97]: 2026-11-22 05:24:19 1xV03n-00001Z-1f Completed";
	expect(writeTime(line, Date.UTC(2027, 0, 1, 2, 3, 4), "UTC")).toBe(
		"2027-01-01T02:03:04.000151+00:00 db exim[97]: 2027-01-01 02:03:04 1xV03n-00001Z-1f Completed",
	);
});

test("the rest of a broken line has no time and stays", () => {
	expect(readTime("SHA384 (256/256 bits)", TOKYO)).toBeUndefined();
	expect(writeTime("/0.09/0.17, dsn=2.0.0", 0, "UTC")).toBe("/0.09/0.17, dsn=2.0.0");
});
