import { describe, expect, it } from "vitest";
import { htmlText } from "./html-text.ts";

describe("the words of HTML", () => {
	it.each([
		["<p>a</p><p>b &lt;taro@b.example&gt;: 550</p>", "\na\n\nb <taro@b.example>: 550\n"],
		["one<br>two\n three", "one\ntwo three"],
		["<style>p { color: red }</style>x<script>y()", "x"],
		["&amp;lt; &#64; &#x40; &unknown; &#9999999;", "&lt; @ &#x40; &unknown; &#9999999;"],
		["a <b", "a "],
	])("%s", (html, text) => {
		expect(htmlText(html)).toBe(text);
	});

	it("takes no longer for hostile markup than its length", () => {
		const started = Date.now();
		for (const piece of ["<", "<style>", "<style></style>", "&", "&#1;", "<p "])
			htmlText(piece.repeat(100_000));
		expect(Date.now() - started).toBeLessThan(1500);
	});
});
