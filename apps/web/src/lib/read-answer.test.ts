import { expect, test } from "vitest";
import { readAnswer } from "./read-answer.ts";

test("what turns the direction of text is shown, and does nothing; letters from right to left stay", () => {
	const said = { sender: "\u202elive@elpmaxe\u202c@corp.example", recipient: "مستخدم@مثال.example" };
	expect(readAnswer(JSON.stringify(said))).toEqual({
		sender: "\ufffdlive@elpmaxe\ufffd@corp.example",
		recipient: said.recipient,
	});
});
