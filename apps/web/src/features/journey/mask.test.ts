import type { JourneyAnswer } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { maskAddress, maskAnswer } from "./mask.ts";

test("addresses lose their person, wherever they stand; domains, ids and numbers stay", () => {
	expect(maskAddress("No mailbox anna.weber+x@b.example at 203.0.113.1")).toBe(
		"No mailbox a…@b.example at 203.0.113.1",
	);
	expect(maskAddress("山田@例え.example")).toBe("山…@例え.example");
	expect(maskAddress("@icloud.com and a @ b")).toBe("@icloud.com and a @ b");
});

test("nothing of a person is left in the whole answer, and the Message-ID still finds the message", () => {
	const answer = {
		journey: {
			id: "a/1/x",
			kind: "message",
			messageIds: ["bob.2022@corp.example"],
			sender: "bob@corp.example",
			subject: "Your salary",
			sasl: { username: "bob" },
			recipients: [],
			bounces: [],
			notices: [],
		},
		lines: [
			{
				ref: "a:x:0",
				host: "a",
				source: "x",
				offset: 0,
				raw: "A1: client=x, sasl_username=bob, message-id=<bob.2022@corp.example> to=<anna@b.example>",
			},
		],
	} satisfies JourneyAnswer;
	const text = JSON.stringify(maskAnswer(answer));
	expect(text).not.toMatch(/"bob"|bob@|anna|salary|sasl_username=bob\b/);
	expect(text).toContain("message-id=<bob.2022@corp.example> to=<a…@b.example>");
});
