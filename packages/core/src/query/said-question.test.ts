import { expect, it } from "vitest";
import { parseQuery } from "./language.ts";
import { readSaidQuestion } from "./said-question.ts";

const context = { now: Date.parse("2026-11-23T19:00:00Z"), zone: "UTC", lang: "en" } as const;
const said = (text: string) => readSaidQuestion(parseQuery(text, context).terms, context);

it.each([
	["yesterday 18:00-20:00", 'since:"yesterday 18:00" until:"yesterday 20:00"'],
	["yesterday 18:00 – 20:00", 'since:"yesterday 18:00" until:"yesterday 20:00"'],
	[
		"mail to anna@example.com yesterday 18:00–20:00",
		'to:anna@example.com since:"yesterday 18:00" until:"yesterday 20:00"',
	],
	["from ceo to partner", "from:ceo to:partner"],
	["anna@example.com yesterday", "anna@example.com since:yesterday until:yesterday"],
	["invoice today", "invoice since:today"],
	["bigcorp yesterday evening", 'bigcorp since:"yesterday 17:00" until:"yesterday 23:59"'],
	["monday 6-8pm", 'since:"monday 18:00" until:"monday 20:00"'],
	["anna nov 22", 'anna since:"nov 22" until:"nov 22"'],
	["anna 22 nov 18:00", 'anna since:"nov 22 18:00"'],
	// at seven in the evening eight o'clock has been yesterday only
	["20:00-21:00", 'since:"yesterday 20:00" until:"yesterday 21:00"'],
	["18:00-20:00", 'since:"today 18:00" until:"today 20:00"'],
	["昨日の18時〜20時 anna@example.com", 'anna@example.com since:"昨日 18:00" until:"昨日 20:00"'],
	["昨日の夕方", 'since:"昨日 16:00" until:"昨日 19:59"'],
])("%s may mean %s", (text, meant) => {
	expect(said(text)).toBe(meant);
	expect(parseQuery(meant, context).problems).toEqual([]);
});

it.each([
	"invoice 18",
	"to anna@example.com since:2h",
	"who sends so much",
	'"yesterday evening"',
	"-yesterday",
	"anna@example.com",
	"2026",
	"",
])("%s says nothing of this kind", (text) => {
	expect(said(text)).toBeUndefined();
});
