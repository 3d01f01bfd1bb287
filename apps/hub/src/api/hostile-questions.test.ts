/** Whatever stands in an address: an answer or a refusal that says why, and the hub answers on. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeAll(async () => {
	hub = await startHub({ requestsPerMinute: 1_000_000 });
	const agent = await hub.agent("out");
	await agent.deliver(batchesOf(mailTraffic(0, 20).out, 500));
});
afterAll(() => hub.close());

const PATHS = [
	"/api/search",
	"/api/volume",
	"/api/facets",
	"/api/overview",
	"/api/destinations",
	"/api/flow",
	"/api/related",
	"/api/complete",
	"/api/export",
	"/api/audit",
	"/api/alerts",
	"/api/hosts/out/lines",
	"/api/journeys/out",
];
const PARAMETERS = [
	"q",
	"since",
	"until",
	"zone",
	"limit",
	"cursor",
	"lang",
	"steps",
	"cause",
	"domain",
	"host",
].concat([
	"by",
	"sort",
	"compare",
	"not",
	"prefix",
	"format",
	"before",
	"after",
	"at",
	"source",
	"who",
	"action",
]);
const FIELDS = [
	"from",
	"to",
	"queue",
	"id",
	"text",
	"ip",
	"client",
	"since",
	"until",
	"delay",
	"size",
	"host",
	"status",
].concat(["cause", "outcome", "relay", "code", "nothing", "-to", "-ip", "-since"]);
const VALUES = [
	"",
	"\0",
	"a\0b",
	"%",
	"*",
	"***",
	"*a*b*c*",
	'"',
	'"""',
	'"a"b"',
	"\\",
	'\\"',
	"(((",
	"[::]/0",
	"0.0.0.0/0",
	"0/0",
	"1.2.3.4/33",
	"::/129",
	"999.1.1.1",
	"-1",
	"NaN",
	"Infinity",
	"1e308",
	">1e400",
	">-5s",
	"<0",
	"5..1",
	"9999999999999999999d",
	"+275760-09-13T00:00:00Z",
	"9999-12-31",
	"0000-00-00",
	"2026-02-30T25:61",
	"-271821-04-20T00:00:00Z",
	"1970-01-01",
	"__proto__",
	"constructor",
	"toString",
	"’",
	"\u202e",
	"ı",
	"{}",
	"null",
	"Etc/../../passwd",
	"eyJhIjoxfQ",
	"x".repeat(900),
	"*".repeat(300),
	`${"a*".repeat(200)}b`,
];

/** these take any text, others refuse most of what is given */
const TEXTS = ["q", "q", "since", "until", "zone", "cursor", "cause", "domain", "host", "not", "prefix"];

const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: "binary", maxLength: 30 }));
const term = fc.tuple(fc.constantFrom(...FIELDS), value).map(([field, text]) => `${field}:${text}`);
const words = fc.array(fc.oneof(term, value), { maxLength: 6 }).map((all) => all.join(" "));

const get = async (path: string) => {
	const answer = await hub.app.inject({ path, headers: { cookie: hub.cookie } });
	return { status: answer.statusCode, body: answer.body };
};

it("a search for anything is answered", async () => {
	await fc.assert(
		fc.asyncProperty(words, async (q) => {
			const { status, body } = await get(`/api/search?q=${encodeURIComponent(q)}`);
			expect([200, 400], `${q}: ${body.slice(0, 300)}`).toContain(status);
		}),
		{ numRuns: 300 },
	);
});

it("any value of any parameter is answered or refused", async () => {
	const asked = fc.tuple(
		fc.constantFrom(...PATHS),
		fc.array(fc.tuple(fc.constantFrom(...TEXTS, ...PARAMETERS), value), { maxLength: 4 }),
	);
	await fc.assert(
		fc.asyncProperty(asked, async ([path, given]) => {
			const { status, body } = await get(`${path}?${new URLSearchParams(given).toString()}`);
			expect(status, `${path} ${JSON.stringify(given)}: ${body.slice(0, 300)}`).toBeLessThan(500);
		}),
		{ numRuns: 500 },
	);
});

it.each([
	["ten thousand letters", "x".repeat(10_000)],
	["a thousand terms", "to:a@b.example ".repeat(1_000)],
	["a thousand alternatives", `to:${"a,".repeat(1_000)}b`],
	["a thousand patterns", `to:${"*a*".repeat(300)}`],
	["nested quotes", '"'.repeat(900)],
])("%s", async (_what, q) => {
	const { status } = await get(`/api/search?q=${encodeURIComponent(q)}`);
	expect([200, 400, 414]).toContain(status);
});

it.each(["%", "%zz", "%00", "%ff", "%ed%a0%80", "%c0%af"])("what is no text: %s", async (q) => {
	expect((await get(`/api/search?q=${q}`)).status).toBeLessThan(500);
	expect((await get(`/api/journeys/${q}`)).status).toBeLessThan(500);
	expect((await get(`/api/hosts/${q}/lines`)).status).toBeLessThan(500);
});

it.each(["Infinity", "-Infinity", "1e999"])("no page, step or span is as long as %s", async (number) => {
	for (const asked of [
		"search?limit=",
		"destinations?compare=",
		"volume?steps=",
		"export?limit=",
		"audit?before=",
	])
		expect(await get(`/api/${asked}${number}`)).toMatchObject({ status: 400 });
});
