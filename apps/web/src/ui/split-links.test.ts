import { expect, test } from "vitest";
import { splitLinks } from "./split-links.ts";

test("addresses become links without the sentence's punctuation", () => {
	expect(splitLinks("See https://a.example/x?ip=192.0.2.1, then (https://b.example/).")).toEqual([
		{ text: "See " },
		{ text: "https://a.example/x?ip=192.0.2.1", href: "https://a.example/x?ip=192.0.2.1" },
		{ text: ", then (" },
		{ text: "https://b.example/", href: "https://b.example/" },
		{ text: ")." },
	]);
});

test("an address ends where Japanese goes on", () => {
	expect(splitLinks("確認先: https://a.example/x?ip=192.0.2.1接続直後に")).toEqual([
		{ text: "確認先: " },
		{ text: "https://a.example/x?ip=192.0.2.1", href: "https://a.example/x?ip=192.0.2.1" },
		{ text: "接続直後に" },
	]);
});

test("nothing but http and https is a link", () => {
	const text = "javascript:alert(1) data:text/html,x ftp://a.example <script>";
	expect(splitLinks(text)).toEqual([{ text }]);
	expect(splitLinks("")).toEqual([]);
});
