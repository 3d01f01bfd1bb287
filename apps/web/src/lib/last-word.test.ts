import { expect, test } from "vitest";
import { complete, lastWord, toggleWord } from "./last-word.ts";

test("the last word is what stands behind the last space outside quotes", () => {
	expect(lastWord("from:tu@example.com to:ho")).toEqual({ word: "to:ho", at: 20 });
	expect(lastWord('text:"two wor')).toEqual({ word: 'text:"two wor', at: 0 });
	expect(lastWord("done ")).toEqual({ word: "", at: 5 });
});

test("a value is followed by a space, a field's name by its value", () => {
	expect(complete("since:2h to:ho", "to:hogehoge@icloud.com")).toBe("since:2h to:hogehoge@icloud.com ");
	expect(complete("stat", "status:")).toBe("status:");
});

test("a term that stands is taken out, another is added", () => {
	expect(toggleWord("@icloud.com", "status:failed")).toBe("@icloud.com status:failed");
	expect(toggleWord('status:failed text:"a b"', "status:failed")).toBe('text:"a b"');
	expect(toggleWord("", "host:edge1")).toBe("host:edge1");
});
