import { createSummary, type Summary } from "@mailtrail/core/summary";
import { expect, test } from "vitest";
import { pen } from "./pen.ts";
import { bytes, printSummary } from "./summary.ts";

const plain = pen({ isTTY: false }, {});

function summaryOf(...lines: string[]): Summary {
	const builder = createSummary();
	const log = builder.log("mx", { zone: "UTC", now: Date.UTC(2026, 10, 30) });
	for (const line of lines) log.line(line);
	log.end();
	const summary = builder.finish(1);
	if (!summary) throw new Error("nothing found");
	return summary;
}

const sent = (to: string): string =>
	`Nov 22 10:00:00 mx postfix/smtp[1]: 4B161400A0: to=<${to}>, relay=mx[192.0.2.2]:25, delay=75, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok)`;

test("bytes in the unit that leaves a readable number", () => {
	expect([0, 1023, 1024, 1_500_000, 2 ** 40].map(bytes)).toEqual([
		"0 B",
		"1023 B",
		"1.0 KiB",
		"1.4 MiB",
		"1.0 TiB",
	]);
});

test("lists say how many rows they leave out, and nothing stands under a heading without rows", () => {
	const text = printSummary(summaryOf(sent("a@x.example"), sent("b@y.example")), {
		pen: plain,
		width: undefined,
	});
	expect(text).toContain("  and 1 more");
	expect(text).toContain("1 min 15 s");
	expect(text).not.toContain("Why bounced");
});

test("on a terminal no line is wider than it; log text steers nothing", () => {
	const text = printSummary(summaryOf(sent(`${"long".repeat(30)}@x.example`), sent("\u001b[31m@y.example")), {
		pen: plain,
		width: 60,
	});
	for (const line of text.split("\n").filter((each) => /long/.test(each)))
		expect(line.length).toBeLessThanOrEqual(60);
	expect(text).not.toContain("\u001b");
});
