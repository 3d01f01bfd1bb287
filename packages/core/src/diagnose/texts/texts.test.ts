import { describe, expect, it } from "vitest";
import { CAUSES } from "../cause.ts";
import type { CauseText } from "./cause-text.ts";
import { EN } from "./en.ts";
import { fill } from "./fill.ts";
import { JA } from "./ja.ts";

const KNOWN = [
	"destination",
	"host",
	"ip",
	"recipient",
	"sender",
	"link",
	"said",
	"list",
	"lookup",
	"checks",
	"our",
	"Our",
];
const facts = (text: CauseText) =>
	new Set(
		[text.title, text.explanation, ...text.steps].flatMap((part) =>
			[...part.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""),
		),
	);

describe("texts", () => {
	it("stand for every cause in both languages", () => {
		expect(Object.keys(EN.causes)).toEqual(expect.arrayContaining(Object.keys(CAUSES)));
		expect(Object.keys(JA.causes).sort()).toEqual(Object.keys(EN.causes).sort());
	});

	it.each(Object.keys(EN.causes).map((key) => [key as keyof typeof EN.causes]))(
		"%s says the same in both",
		(key) => {
			const en = EN.causes[key];
			const ja = JA.causes[key];
			for (const text of [en, ja]) {
				expect(text.title).not.toBe("");
				expect(text.explanation).not.toBe("");
				expect(text.steps.length).toBeGreaterThan(0);
				for (const name of facts(text)) expect(KNOWN).toContain(name);
			}
			expect(ja.steps.length).toBe(en.steps.length);
			expect(facts(ja).has("link")).toBe(facts(en).has("link"));
			expect(ja.explanation).toMatch(/[ぁ-ん]/);
			expect(en.explanation).not.toMatch(/[ぁ-ん]/);
		},
	);

	it("fill facts once and leave no hole behind", () => {
		const filled = fill("{destination} says{ip}: {recipient}", EN, { recipient: "{sender}@example.net" });
		expect(filled).toBe("The destination says: {sender}@example.net");
		expect(fill("宛先 {recipient} は", JA, {})).toBe("宛先宛先は");
		expect(fill("宛先 {recipient} は", JA, { recipient: "a@example.jp" })).toBe("宛先 a@example.jp は");
		expect(fill("{Our} address{ip} is", EN, { ip: "192.0.2.7", refusedHere: "to-a-client" })).toBe(
			"The client's address 192.0.2.7 is",
		);
	});
});
