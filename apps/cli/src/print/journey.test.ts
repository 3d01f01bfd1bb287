import type { Journey } from "@mailtrail/core/trace";
import { expect, test } from "vitest";
import { printJourney } from "./journey.ts";
import { pen } from "./pen.ts";
import { duration, localTime } from "./time.ts";

const plain = pen({ isTTY: false }, {});

const JOURNEY: Journey = {
	id: "mx1/A/1",
	kind: "message",
	messageIds: ["a@b.example"],
	sender: "",
	submittedAt: "2026-01-31T09:00:00.000Z",
	size: 1284,
	recipients: [
		{
			recipient: "b@example.net",
			original: "b@example.net",
			outcome: "delayed",
			path: [
				{
					host: "mx1",
					mta: "postfix",
					queueId: "A",
					receivedAt: "2026-01-31T09:00:00Z",
					leftAt: "2026-01-31T09:01:05Z",
					lines: [],
				},
				{ host: "mx2", mta: "postfix", queueId: "B", lines: [] },
			],
			attempts: [
				{ at: "2026-01-31T09:00:30Z", host: "mx2", queueId: "B", reason: "timed out" },
				{
					at: "2026-01-31T09:10:00Z",
					host: "mx2",
					queueId: "B",
					relay: { name: "mail.example.net" },
					reply: { code: 450, text: "\x1b[2J" },
				},
			],
		},
	],
	bounces: [],
	notices: [],
};

test("a journey reads from the headline to the last words, and a stranger's escape codes stay text", () => {
	expect(printJourney(JOURNEY, { pen: plain, lines: new Map(), zone: "Asia/Tokyo", lang: "en" })).toBe(
		[
			"▲ delayed  <> (a bounce) → b@example.net  2026-01-31 18:00:00",
			"  <a@b.example> · 1284 bytes",
			"  ▲ delayed  b@example.net",
			"    ○ mx1 postfix A (1 min 5 s) ── ○ mx2 postfix B",
			"    2 tries, the last at 2026-01-31 18:10:00: mail.example.net: 450 \ufffd[2J",
			"",
		].join("\n"),
	);
});

test("the line of stops goes on below with a whole stop where the terminal ends", () => {
	const style = { pen: plain, lines: new Map(), zone: "Asia/Tokyo", lang: "en" } as const;
	expect(
		printJourney(JOURNEY, { ...style, width: 44 })
			.split("\n")
			.slice(3, 5),
	).toEqual(["    ○ mx1 postfix A (1 min 5 s)", "      ── ○ mx2 postfix B"]);
	expect(printJourney(JOURNEY, { ...style, width: 60 }).split("\n")[3]).toContain("── ○ mx2");
});

test("colours only where somebody sees them", () => {
	expect(pen({ isTTY: true }, {}).bad("x")).toBe("\x1b[31mx\x1b[0m");
	expect(pen({ isTTY: true }, { NO_COLOR: "1" }).bad("x")).toBe("x");
	expect(pen({}, { FORCE_COLOR: "1" }).bad("x")).toBe("\x1b[31mx\x1b[0m");
});

test("lengths of time in two units", () => {
	expect([0.04, 9.94, 59.4, 65, 3600, 248_122].map(duration)).toEqual([
		"0.0 s",
		"9.9 s",
		"59 s",
		"1 min 5 s",
		"1 h",
		"2 d 20 h",
	]);
	expect(localTime("2026-01-31T18:00:00+09:00", "UTC")).toBe("2026-01-31 09:00:00");
});
