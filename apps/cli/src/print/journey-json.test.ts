import type { Journey } from "@mailtrail/core/trace";
import { expect, test } from "vitest";
import { journeyJson } from "./journey-json.ts";

const RECIPIENT: Journey["recipients"][number] = {
	recipient: "b@example.net",
	original: "b@example.net",
	outcome: "unknown",
	path: [],
	attempts: [],
};

const JOURNEY: Journey = {
	id: "mx/4jXHYY600rzJjj5",
	kind: "message",
	messageIds: ['\u2028"recipients":[]@example.com'],
	recipients: [],
	bounces: [],
	notices: [],
};

test.each([0, 1, 3])("the same as all at once, with %d recipients", (count) => {
	const journey: Journey = { ...JOURNEY, recipients: Array(count).fill(RECIPIENT) };
	expect([...journeyJson(journey)].join("")).toBe(`${JSON.stringify(journey)}\n`);
});
