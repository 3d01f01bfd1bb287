/** What is left of a message that went to several domains, for somebody who is there for one of them. */
import type { Journey, JourneyRecipient } from "@mailtrail/core/trace";
import { expect, it } from "vitest";
import { withinScope } from "./scope.ts";

function to(recipient: string, relay: string): JourneyRecipient {
	const attempts = [{ at: "2026-03-02T08:00:00Z", host: "mx", relay: { name: relay } }];
	return { recipient, original: recipient, outcome: "relayed", path: [], attempts };
}

function notWatched(recipient: string, host: string): Journey["notices"][number] {
	const text = `${host} accepted the message for ${recipient}. No log of that host with this message is known.`;
	return { code: "host-not-watched", text, values: { host, recipient } };
}

const held = { code: "held", text: "mx holds the message as 4A1.", values: { host: "mx", queueId: "4A1" } };
const journey: Journey = {
	id: "mx/4A1/x",
	kind: "message",
	messageIds: [],
	sender: "sato@elsewhere.example",
	recipients: [to("Kato@own.example", "mx.own.example"), to("ito@other.example", "mx.other.example")],
	bounces: [
		{ journeyId: "b1", recipient: "ito@other.example", childQueueId: "b1" },
		{ journeyId: "b2", recipient: "kato@own.example", childQueueId: "b2" },
	],
	answers: [
		{ journeyId: "a1", recipient: "ito@other.example", confidence: "proven" },
		{ journeyId: "a2", recipient: "kato@own.example", confidence: "proven" },
	],
	notices: [
		held,
		notWatched("kato@own.example", "mx.own.example"),
		notWatched("ito@other.example", "mx.other.example"),
		{
			code: "stop-missing",
			text: "Between mx and in the message passed mx.other.example, of which nothing is known.",
		},
	],
};

it("nothing of the others: no recipient, bounce, answer or notice", () => {
	const seen = withinScope(journey, ["own.example"]);
	expect(seen?.notices).toEqual(journey.notices.slice(0, 2));
	expect(seen?.bounces.map(({ journeyId }) => journeyId)).toEqual(["b2"]);
	expect(seen?.answers?.map(({ journeyId }) => journeyId)).toEqual(["a2"]);
	expect(JSON.stringify(seen)).not.toContain("other.example");
});

it("everything of a message from the own domain, nothing of one that has no part in it", () => {
	expect(withinScope(journey, ["elsewhere.example"])).toBe(journey);
	expect(withinScope(journey, ["third.example"])).toBeUndefined();
	expect(withinScope(journey, ["wn.example"])).toBeUndefined();
	expect(withinScope(journey, undefined)).toBe(journey);
});
