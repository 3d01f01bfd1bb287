import { expect, test } from "vitest";
import { mountAt } from "./base.ts";
import { linkFromHere } from "./link-from-here.ts";

test("a link that only the hub's own machine can open leads to where the page was opened", () => {
	mountAt("https://admin.example.com/mail/assets/index-x.js");
	expect(linkFromHere("http://localhost:8025/?key=abc", "https://admin.example.com")).toBe(
		"https://admin.example.com/mail/?key=abc",
	);
	mountAt("https://admin.example.com/assets/index-x.js");
	expect(linkFromHere("http://127.0.0.1:8025/?key=abc", "https://admin.example.com")).toBe(
		"https://admin.example.com/?key=abc",
	);
});

test("the address that an administrator set stands", () => {
	expect(linkFromHere("https://mail.example.com/t/?key=abc", "http://localhost:8025")).toBe(
		"https://mail.example.com/t/?key=abc",
	);
});
