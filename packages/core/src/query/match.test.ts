import { describe, expect, it } from "vitest";
import type { Journey } from "../trace/index.ts";
import type { JourneyRow } from "../wire/index.ts";
import { queryKeys, queryTimeRange } from "./keys.ts";
import { parseQuery } from "./language.ts";
import { askedRecipients, matchesJourney, matchesRow, rowDecides } from "./match.ts";

const context = { now: Date.parse("2022-12-06T01:00:00Z"), zone: "Asia/Tokyo" };

const journey: Journey = {
	id: "tu8/8B84D8D1CF/rmf4qk",
	kind: "message",
	messageIds: ["20221205183811.8983.30194A77@example.com"],
	sender: "TU@mail.example.com",
	subject: "Invoice 42",
	client: { name: "example.org", ip: "198.51.100.100" },
	submittedAt: "2022-12-05T18:38:12+09:00",
	size: 1284,
	recipients: [
		{
			recipient: "tu@example.net",
			original: "sales@example.net",
			outcome: "relayed",
			path: [
				{
					host: "tu8",
					mta: "postfix",
					queueId: "8B84D8D1CF",
					receivedAt: "2022-12-05T18:38:12+09:00",
					lines: [],
				},
			],
			attempts: [
				{
					at: "2022-12-05T18:38:13+09:00",
					host: "tu8",
					queueId: "8B84D8D1CF",
					relay: { name: "mail.example.net", ip: "203.0.113.112", port: 25 },
					status: "sent",
					dsn: "2.0.0",
				},
			],
		},
		{
			recipient: "taro@example.org",
			original: "taro@example.org",
			outcome: "failed",
			path: [],
			attempts: [
				{
					at: "2022-12-05T18:38:14+09:00",
					host: "tu8",
					status: "bounced",
					dsn: "5.1.1",
					relay: { name: "mx.example.org", ip: "2001:db8::25" },
					reply: { code: 550, enhanced: "5.1.1", text: "User unknown" },
				},
			],
		},
	],
	bounces: [],
	notices: [],
};

const row: JourneyRow = {
	id: journey.id,
	kind: "message",
	at: "2022-12-05T18:38:12+09:00",
	updatedAt: "2022-12-05T18:38:14+09:00",
	sender: "TU@mail.example.com",
	recipients: [
		{ recipient: "tu@example.net", outcome: "relayed" },
		{ recipient: "taro@example.org", outcome: "failed" },
	],
	recipientCount: 2,
	outcomes: { relayed: 1, failed: 1 },
	outcome: "failed",
	stops: [{ host: "tu8", mta: "postfix", queueId: "8B84D8D1CF" }],
	messageId: "20221205183811.8983.30194A77@example.com",
	size: 1284,
	cause: "user-unknown",
	attempts: 2,
};

const cases: [query: string, expected: boolean][] = [
	["", true],
	["tu@mail.EXAMPLE.com", true],
	["tu@example.net", true],
	["<20221205183811.8983.30194A77@example.com>", true],
	["nobody@example.net", false],
	["nobody@example.net, tu@example.net", true],
	["nobody@example.net,nobody@example.org", false],
	["to:nobody@example.net,tu@example.net", true],
	["from:tu@example.net,nobody@example.net", false],
	["-to:nobody@example.net,tu@example.net", false],
	["from:tu@mail.example.com to:tu@example.net", true],
	["from:tu@example.net", false],
	["from:tu", true],
	["to:*@example.org", true],
	["to:@example.org", true],
	["@example.com", true],
	["domain:example.com", true],
	["domain:ample.com", false],
	["8B84D8D1CF", true],
	["queue:8b84d8d1cf", false],
	["queue:8B84*", true],
	["host:tu8", true],
	["host:tu", false],
	["example.net", true],
	["status:failed", true],
	["status:bounced", true],
	["status:delayed", false],
	["status:deferred", false],
	["to:taro@example.org status:failed", true],
	["to:tu@example.net status:failed", false],
	["-status:failed", false],
	["-to:someone@example.net", true],
	["since:yesterday", true],
	["since:today", false],
	["until:2022-12-05", true],
	["until:2022-12-04", false],
	['since:"2022-12-05 18:38" until:"2022-12-05 18:38"', true],
	["size:>1k", true],
	["size:<1k", false],
];

describe("how long a recipient had to wait", () => {
	const wait = (text: string) => matchesJourney(parseQuery(text, context), journey);

	it("is counted from the message's first line to the last thing that is known of the recipient", () => {
		expect(wait("delay:>=2s")).toBe(true);
		expect(wait("to:tu@example.net delay:>=2s")).toBe(false);
		expect(wait("delay:>2s")).toBe(false);
	});

	it("is what the MTA says where its log begins too late", () => {
		const [first, ...others] = journey.recipients;
		if (!first) throw new Error("the journey has a recipient");
		const attempts = first.attempts.map((attempt) => ({ ...attempt, delay: 3_600 }));
		const late = { ...journey, recipients: [{ ...first, attempts }, ...others] };
		expect(matchesJourney(parseQuery("to:tu@example.net delay:>59m", context), late)).toBe(true);
	});

	it("is not in a row: the journey is asked", () => {
		expect(rowDecides(parseQuery("delay:>5m", context), row)).toBe(false);
	});
});

describe("a journey and its row answer alike", () => {
	it.each(cases)("%s → %s", (text, expected) => {
		const query = parseQuery(text, context);
		expect(query.problems).toEqual([]);
		expect(matchesJourney(query, journey)).toBe(expected);
		expect(matchesRow(query, row)).toBe(expected);
	});
});

describe("whom a question is about", () => {
	it.each([
		["to:taro@example.org", ["taro@example.org"]],
		["status:failed", ["taro@example.org"]],
		["@example.net", ["tu@example.net"]],
		["tu@mail.example.com", ["tu@example.net", "taro@example.org"]],
		["-status:failed", ["tu@example.net", "taro@example.org"]],
		["to:tu@example.net status:failed", []],
	])("%s → %s", (text, expected) => {
		const asked = askedRecipients(parseQuery(text, context), journey);
		expect(asked.map(({ recipient }) => recipient)).toEqual(expected);
	});
});

describe("what only the journey knows", () => {
	it.each([
		["198.51.100.0/24", true],
		["203.0.113.112", true],
		["ip:203.0.113.*", true],
		["2001:db8::/32", true],
		["ip:192.0.2.1", false],
		["5.1.1", true],
		["dsn:5.1", true],
		["dsn:5.*", true],
		["dsn:5.7", false],
		["invoice", true],
		['"user unknown"', true],
		["status:sent", true],
		["status:deferred", false],
		["to:sales@example.net", true],
		["mx.example.org", true],
	])("%s → %s", (text, expected) => {
		expect(matchesJourney(parseQuery(text, context), journey)).toBe(expected);
	});

	it("a row says that it cannot tell", () => {
		expect(rowDecides(parseQuery("ip:203.0.113.112", context), row)).toBe(false);
		expect(rowDecides(parseQuery("from:tu@example.com status:failed", context), row)).toBe(true);
		expect(rowDecides(parseQuery("status:delayed", context), { ...row, recipientCount: 9 })).toBe(true);
		expect(rowDecides(parseQuery("status:sent", context), row)).toBe(false);
		expect(rowDecides(parseQuery("to:tu@example.net", context), { ...row, recipientCount: 9 })).toBe(false);
	});

	it("finds the cause once it is diagnosed", () => {
		expect(matchesRow(parseQuery("cause:user-unknown", context), row)).toBe(true);
		expect(matchesRow(parseQuery("cause:mailbox-full", context), row)).toBe(false);
	});
});

describe("what a store can look up", () => {
	it("exact values in groups, one group per term", () => {
		const query = parseQuery(
			"from:TU@example.com 8B84D8D1CF -to:x@example.net to:*@example.org since:2h",
			context,
		);
		expect(queryKeys(query)).toEqual([
			[{ field: "sender", value: "tu@example.com" }],
			[{ field: "queueId", value: "8B84D8D1CF" }],
		]);
		expect(queryKeys(parseQuery("<A.b@Example.com>", context))).toEqual([
			[
				{ field: "sender", value: "a.b@example.com" },
				{ field: "recipient", value: "a.b@example.com" },
				{ field: "messageId", value: "A.b@Example.com" },
			],
		]);
	});

	it("of several addresses any is enough: one group", () => {
		expect(queryKeys(parseQuery("from:A@example.com,b@example.com", context))).toEqual([
			[
				{ field: "sender", value: "a@example.com" },
				{ field: "sender", value: "b@example.com" },
			],
		]);
	});

	it("the time range that all terms leave", () => {
		const query = parseQuery("since:yesterday since:2h until:today -since:1h", context);
		expect(queryTimeRange(query)).toEqual({
			since: context.now - 7_200_000,
			until: Date.parse("2022-12-07T00:00:00+09:00") - 1,
		});
		expect(queryTimeRange(parseQuery("tu@example.com", context))).toEqual({});
	});
});
