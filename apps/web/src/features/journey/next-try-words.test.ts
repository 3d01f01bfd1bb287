import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { ja } from "../../messages/ja.ts";
import { nextTryWords, untilTry } from "./next-try-words.ts";

const AT = "2026-03-02T08:00:00.000Z";
const at = (seconds: number) => Date.parse(AT) + seconds * 1000;

test("the next try is counted down to its second, due for a moment, and then late", () => {
	const told = [-605, -10, -9.4, -0.2, 0, 30, 119, 120, 3_000].map((s) => untilTry(AT, at(s), en, "en"));
	expect(told).toEqual([
		"in 10 min 5 s",
		"in 10 s",
		"in 10 s",
		"in 1 s",
		"due now",
		"due now",
		"due now",
		"was due 2 min ago",
		"was due 50 min ago",
	]);
	expect(untilTry(AT, at(3_000), ja, "ja")).toBe("予定を50 分超過");
});

test("nothing is said where no time is known", () => {
	expect(nextTryWords({ givenUpAt: AT }, at(0), en, "en")).toBeUndefined();
	expect(nextTryWords(undefined, at(0), en, "en")).toBeUndefined();
	expect(nextTryWords({ at: AT, givenUpAt: AT }, at(-60), en, "en")).toBe("next try in 1 min");
});
