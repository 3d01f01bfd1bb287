import { expect, test } from "vitest";
import { highlight } from "./highlight.ts";

test("ids are strong, proof is marked, the text stays whole", () => {
	const raw = "sendmail[101]: 6AM2ZO9C: to=<x@y>, stat=550 5.7.0 Blocked 6AM2ZO9C";
	const parts = highlight(raw, ["6AM2ZO9C"], ["550 5.7.0 Blocked"]);
	expect(parts.map((p) => p.text).join("")).toBe(raw);
	expect(parts.filter((p) => p.as === "strong").map((p) => p.text)).toEqual(["6AM2ZO9C", "6AM2ZO9C"]);
	expect(parts.filter((p) => p.as === "mark").map((p) => p.text)).toEqual(["550 5.7.0 Blocked"]);
});

test("words that overlap are shown once; what is not there is not marked", () => {
	expect(highlight("abcdef", ["abcd", "cdef"], ["abcdef"])).toEqual([{ text: "abcdef", as: "mark" }]);
	expect(highlight("<b>x</b>", ["nope"], [])).toEqual([{ text: "<b>x</b>", as: "plain" }]);
});
