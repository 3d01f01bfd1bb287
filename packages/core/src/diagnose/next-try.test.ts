import { describe, expect, it } from "vitest";
import type { JourneyRecipient } from "../trace/index.ts";
import { nextTryOf } from "./next-try.ts";

const RECEIVED = Date.parse("2026-03-02T08:00:00Z");

/** A message that has waited since 08:00, tried after so many seconds. */
function waiting(mta: string, ...after: number[]): JourneyRecipient {
	const iso = (seconds: number) => new Date(RECEIVED + seconds * 1_000).toISOString();
	return {
		recipient: "a@example.net",
		original: "a@example.net",
		outcome: "delayed",
		path: [{ host: "edge", mta: mta as "postfix", queueId: "A1", receivedAt: iso(0), lines: [] }],
		attempts: after.map((seconds) => ({ at: iso(seconds), host: "edge", queueId: "A1", action: "delayed" })),
	};
}

function nextAfter(mta: string, ...after: number[]): number | undefined {
	const at = nextTryOf(waiting(mta, ...after))?.at;
	return at === undefined ? undefined : (Date.parse(at) - RECEIVED) / 1_000;
}

describe("the next try", () => {
	it("of Postfix doubles the time waited, between five minutes and 4000 seconds", () => {
		expect(nextAfter("postfix", 30)).toBe(330);
		expect(nextAfter("postfix", 30, 330, 1_000)).toBe(2_000);
		expect(nextAfter("postfix", 30, 20_000)).toBe(24_000);
		expect(nextTryOf(waiting("postfix", 30))?.givenUpAt).toBe("2026-03-07T08:00:00.000Z");
	});

	it("of sendmail follows the rhythm of the tries, and is not guessed from one", () => {
		expect(nextAfter("sendmail", 10)).toBeUndefined();
		expect(nextAfter("sendmail", 10, 610)).toBe(1_210);
	});

	it("of a queue that is run every few seconds is told once three tries agree; several servers in a row are no rhythm", () => {
		expect(nextAfter("sendmail", 10, 25)).toBeUndefined();
		expect(nextAfter("sendmail", 10, 25, 41)).toBe(57);
		expect(nextAfter("sendmail", 10, 25, 26)).toBeUndefined();
		expect(nextAfter("sendmail", 10, 11, 12)).toBeUndefined();
	});

	it("of OpenSMTPD is 400 seconds times the squares after it came", () => {
		expect(nextAfter("opensmtpd", 10)).toBe(400);
		expect(nextAfter("opensmtpd", 10, 402)).toBe(1_600);
		expect(nextAfter("opensmtpd", 10, 402, 1_603)).toBe(3_600);
		expect(nextTryOf(waiting("opensmtpd", 10))?.givenUpAt).toBe("2026-03-06T08:00:00.000Z");
	});

	it("of exim goes by its default rule", () => {
		expect(nextAfter("exim", 5)).toBe(905);
		expect(nextAfter("exim", 5, 3_605, 10_000)).toBe(10_000 + 1.5 * 6_395);
		expect(nextAfter("exim", 5, 70_000)).toBe(70_000 + 21_600);
	});

	it("is nothing for a message that does not wait, or in a queue that is not known", () => {
		expect(nextTryOf({ ...waiting("postfix", 30), outcome: "failed" })).toBeUndefined();
		expect(nextTryOf(waiting("amavis", 30))).toBeUndefined();
		expect(nextTryOf(waiting("postfix"))).toBeUndefined();
	});
});
