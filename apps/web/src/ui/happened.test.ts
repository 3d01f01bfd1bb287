import type { JourneyRow } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { en } from "../messages/en.ts";
import { ja } from "../messages/ja.ts";
import { mixedOutcomes, whatHappened } from "./happened.ts";

const now = Date.parse("2026-12-05T18:40:00+09:00");

const row = (more: Partial<JourneyRow>): JourneyRow => ({
	id: "a/1/x",
	kind: "message",
	at: "2026-12-05T18:38:12+09:00",
	updatedAt: "2026-12-05T18:38:12+09:00",
	recipients: [],
	recipientCount: 1,
	outcomes: {},
	outcome: "unknown",
	stops: [],
	attempts: 0,
	...more,
});

test("the diagnosis' title comes first, else the outcome in the reader's words", () => {
	expect(whatHappened(row({ title: "The mailbox is full", outcome: "failed" }), en, "en", now)).toBe(
		"The mailbox is full",
	);
	const junk = [{ recipient: "u@a.example", outcome: "delivered" as const, mailbox: "Junk" }];
	expect(whatHappened(row({ outcome: "delivered", recipients: junk }), en, "en", now)).toBe("filed in Junk");
	expect(whatHappened(row({ outcome: "delivered" }), ja, "ja", now)).toBe(ja.happened.delivered);
	expect(whatHappened(row({ recipientCount: 0 }), en, "en", now)).toBe("under way");
	expect(whatHappened(row({ recipientCount: 0 }), en, "en", now + 86_400_000)).toBe("outcome not known");
	expect(whatHappened(row({ kind: "refused", outcome: "failed" }), en, "en", now)).toBe(
		"refused before it was taken",
	);
});

test("recipients that ended differently are counted, best first", () => {
	const mixed = row({ outcomes: { failed: 5, delivered: 1398, delayed: 9 }, recipientCount: 1412 });
	expect(mixedOutcomes(mixed, en, "en")).toBe("1,398 delivered, 9 delayed, 5 failed");
	expect(whatHappened(mixed, en, "en", now)).toBe("1,398 delivered, 9 delayed, 5 failed");
	expect(whatHappened({ ...mixed, title: "The mailbox is full" }, en, "en", now)).toBe("The mailbox is full");
	expect(mixedOutcomes(row({ outcomes: { delivered: 3 } }), en, "en")).toBeUndefined();
});
