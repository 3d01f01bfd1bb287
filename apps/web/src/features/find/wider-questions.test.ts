import { parseQuery } from "@mailtrail/core/query";
import { expect, test } from "vitest";
import { widerQuestions } from "./wider-questions.ts";

const wider = (q: string) => widerQuestions(parseQuery(q, { now: 0, zone: "UTC", lang: "en" }).terms);

test("each term can be left out", () => {
	expect(wider("status:failed host:mx").without).toEqual([
		{ left: "status:failed", q: "host:mx" },
		{ left: "host:mx", q: "status:failed" },
	]);
	expect(wider("status:failed")).toEqual({ without: [] });
});

test("addresses that were asked for together may be meant one by one", () => {
	expect(wider("anna@example.com bo@example.org").anyOf).toEqual({
		q: "anna@example.com,bo@example.org",
		addresses: 2,
	});
});

test("an address on one side: on either side, and everybody in its domain", () => {
	expect(wider("to:anna@example.com status:failed")).toMatchObject({
		eitherSide: "anna@example.com status:failed",
		domain: "domain:example.com status:failed",
	});
	expect(wider("anna@example.com").eitherSide).toBeUndefined();
	expect(wider("anna@example.com").domain).toBe("domain:example.com");
});

test.each([
	"domain:example.com",
	"to:@example.com",
	"to:*@example.com",
	"-to:anna@example.com",
	"from:apache",
])("%s has no one address to widen", (q) => {
	expect(wider(q)).toEqual({ without: [] });
});
