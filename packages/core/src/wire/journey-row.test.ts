import { expect, test } from "vitest";
import type { Journey, JourneyRecipient, Outcome } from "../trace/index.ts";
import { journeyRow } from "./journey-row.ts";

const to = (recipient: string, outcome: Outcome): JourneyRecipient => ({
	recipient,
	original: recipient,
	outcome,
	path: [],
	attempts: [],
});
const recipients = [
	to("fine@example.net", "delivered"),
	to("asked@example.net", "delivered"),
	to("full@example.org", "failed"),
];
const journey: Journey = { id: "x", kind: "message", messageIds: [], recipients, bounces: [], notices: [] };

test("a row tells of the worst off", () => {
	const row = journeyRow(journey);
	expect(row).toMatchObject({ outcome: "failed", outcomes: { delivered: 2, failed: 1 } });
	expect(row.asked).toBeUndefined();
	expect(journeyRow(journey, recipients)).toEqual(row);
});

test("a row tells of those who are asked about, before the others", () => {
	const row = journeyRow(journey, recipients.slice(1, 2));
	expect(row).toMatchObject({
		outcome: "delivered",
		asked: 1,
		recipientCount: 3,
		outcomes: { delivered: 2, failed: 1 },
	});
	expect(row.recipients.map((r) => r.recipient)).toEqual([
		"asked@example.net",
		"full@example.org",
		"fine@example.net",
	]);
});
