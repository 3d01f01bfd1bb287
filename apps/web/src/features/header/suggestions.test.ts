import type { CompleteAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Searches } from "../../lib/searches.svelte.ts";
import { Suggestions } from "./suggestions.svelte.ts";

const kept = new Map<string, string>();
beforeEach(() => {
	vi.useFakeTimers();
	kept.clear();
	vi.stubGlobal("localStorage", {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value),
	});
});
afterEach(() => vi.useRealTimers());

const answer = (...words: string[]): CompleteAnswer => ({
	suggestions: words.map((word) => ({ word, field: "to", value: word })),
	took: 1,
});

test("an empty box offers what was saved, then what was asked", () => {
	const searches = new Searches();
	searches.asked("status:failed");
	searches.asked("to:@icloud.com");
	searches.toggleSaved("status:failed");
	const suggestions = new Suggestions(searches, async () => answer());
	expect(suggestions.list.map((s) => [s.group, s.text])).toEqual([
		["saved", "status:failed"],
		["recent", "to:@icloud.com"],
	]);
});

test("fast typing asks once, and an answer to an older word is not offered", async () => {
	const asked: string[] = [];
	const suggestions = new Suggestions(new Searches(), async ({ prefix }) => {
		asked.push(prefix);
		return answer("to:hogehoge@icloud.com");
	});
	for (const text of ["x t", "x to", "x to:h"]) suggestions.typed(text, "en");
	await vi.advanceTimersByTimeAsync(200);
	expect(asked).toEqual(["to:h"]);
	expect(suggestions.list[0]?.text).toBe("x to:hogehoge@icloud.com ");
	suggestions.typed("x to:z", "en");
	expect(suggestions.list).toEqual([]);
});

test("the arrows go round by the box itself", async () => {
	const suggestions = new Suggestions(new Searches(), async () => answer("a:1", "a:2"));
	suggestions.typed("a", "en");
	await vi.advanceTimersByTimeAsync(200);
	const places = [1, 1, 1, -1].map((step) => {
		suggestions.move(step as 1 | -1);
		return suggestions.at;
	});
	expect(places).toEqual([0, 1, -1, 1]);
});

test("a question in a caller's words is offered in fields, behind what continues the word", async () => {
	const suggestions = new Suggestions(new Searches(), async () => answer("to:anna@example.com"));
	suggestions.typed("from anna yesterday", "en");
	const said = { group: "said", text: "from:anna since:yesterday until:yesterday", whole: true };
	expect(suggestions.list).toMatchObject([said]);
	await vi.advanceTimersByTimeAsync(200);
	expect(suggestions.list.map(({ group }) => group)).toEqual(["word", "said"]);
	suggestions.typed("from:anna", "en");
	expect(suggestions.list).toEqual([]);
});
