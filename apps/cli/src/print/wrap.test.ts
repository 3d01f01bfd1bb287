import { expect, test } from "vitest";
import { wrap } from "./wrap.ts";

test("words stay whole, and lines stand in under the first", () => {
	expect(wrap("1. Ask the other side which rule it was, and why.", 24, 3)).toEqual([
		"1. Ask the other side",
		"   which rule it was,",
		"   and why.",
	]);
	expect(wrap("short", 24)).toEqual(["short"]);
	expect(wrap("nobody looks ".repeat(20), undefined)).toHaveLength(1);
	expect(wrap(`see https://example.com/${"x".repeat(30)} there`, 24)).toEqual([
		"see",
		`https://example.com/${"x".repeat(30)}`,
		"there",
	]);
});

test("a Japanese letter takes two columns, and no line begins with a full stop", () => {
	expect(wrap("逆引きの名前を直してもらう必要があります。", 40)).toEqual([
		"逆引きの名前を直してもらう必要がありま",
		"す。",
	]);
	expect(wrap("mx の管理者に連絡してください。ログを見ます。", 30)).toEqual([
		"mx の管理者に連絡してくださ",
		"い。ログを見ます。",
	]);
});
