import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TERM_FIELDS } from "./fields.ts";
import { formatQuery, parseQuery, type Term } from "./language.ts";

// 2022-12-06 10:00 in Tokyo, a Tuesday
const now = Date.parse("2022-12-06T01:00:00Z");
const tokyo = { now, zone: "Asia/Tokyo" };

function terms(text: string): string[] {
	return parseQuery(text, tokyo).terms.map((term) => `${term.negated ? "-" : ""}${term.field}=${term.value}`);
}

describe("several addresses are any of them", () => {
	it.each([
		["anna@example.com, bo@example.org", "address=anna@example.com,bo@example.org"],
		["anna@example.com\nbo@example.org\n\nanna@example.com\n", "address=anna@example.com,bo@example.org"],
		["anna@example.com;bo@example.org;", "address=anna@example.com,bo@example.org"],
		[
			'Anna Berg <anna@example.com>, "Olsen, Bo" <bo@example.org>, <cy@example.net>',
			"address=anna@example.com,bo@example.org,cy@example.net",
		],
		["Berg, Anna <anna@example.com>; Olsen, Bo <bo@example.org>", "address=anna@example.com,bo@example.org"],
		["To: anna@example.com,\n\tbo@example.org", "to=anna@example.com,bo@example.org"],
		["宛先: 鈴木 <suzuki@example.jp>、佐藤 <sato@example.jp>", "to=suzuki@example.jp,sato@example.jp"],
		["1. anna@example.com\n2. bo@example.org", "address=anna@example.com,bo@example.org"],
		["- anna@example.com\n- mailto:bo@example.org", "address=anna@example.com,bo@example.org"],
		["Name\tMail\nAnna\tanna@example.com\nBo\tbo@example.org", "address=anna@example.com,bo@example.org"],
		["anna@example.com (Anna Berg)\nbo@example.org (Bo)", "address=anna@example.com,bo@example.org"],
	])("%s", (text, expected) => {
		expect(terms(text)).toEqual([expected]);
	});

	it("as a value of a field, beside others, excluded, and as it is written again", () => {
		expect(terms("since:1d to:anna@example.com, bo@example.org -from:cy@example.net,di@example.net")).toEqual(
			["since=1d", "to=anna@example.com,bo@example.org", "-from=cy@example.net,di@example.net"],
		);
		const written = formatQuery(parseQuery("since:1d anna@example.com, bo@example.org", tokyo));
		expect(written).toBe("since:1d anna@example.com,bo@example.org");
		expect(terms(written)).toEqual(["since=1d", "address=anna@example.com,bo@example.org"]);
	});

	it("a space alone is between two terms that must both hold, and words stay words", () => {
		expect(terms("anna@example.com bo@example.org")).toEqual([
			"address=anna@example.com",
			"address=bo@example.org",
		]);
		expect(terms("invoice, anna@example.com, bo@example.org")[0]).toBe("text=invoice,");
		expect(terms("anna@example.com,")).toEqual(["address=anna@example.com"]);
		expect(terms("anna@example.com,,bo@example.org")).toEqual(["address=anna@example.com,bo@example.org"]);
		expect(terms(",")).toEqual(["text=,"]);
	});

	it("more than are looked for at once are said", () => {
		const many = Array.from({ length: 70 }, (_, n) => `user${n}@example.com`).join("\n");
		const query = parseQuery(many, tokyo);
		expect(query.terms[0]?.value.split(",")).toHaveLength(64);
		expect(query.problems[0]).toContain("64");
		const written = parseQuery(`to:${many.replaceAll("\n", ",")}`, tokyo);
		expect(written.problems[0]).toContain("64");
	});
});

describe("bare words are recognised by shape", () => {
	it.each([
		["tu@example.com", "address=tu@example.com"],
		["<tu@example.com>", "address=tu@example.com"],
		["<20221205183811.8983.30194A77@example.com>", "address=20221205183811.8983.30194A77@example.com"],
		["*@example.com", "address=*@example.com"],
		['"john doe"@example.com', 'address="john doe"@example.com'],
		["@example.com", "domain=example.com"],
		["203.0.113.112", "ip=203.0.113.112"],
		["203.0.113.0/24", "ip=203.0.113.0/24"],
		["2001:db8::25", "ip=2001:db8::25"],
		["fe80::1", "ip=fe80::1"],
		["mail.example.net[203.0.113.112]:25", "ip=203.0.113.112"],
		["mail.example.net", "name=mail.example.net"],
		["mx5.mail.icloud.com.", "name=mx5.mail.icloud.com"],
		["mail.example.net:587", "name=mail.example.net"],
		["8B84D8D1CF", "queue=8B84D8D1CF"],
		["EEC702AAC0E", "queue=EEC702AAC0E"],
		["4NRCkc2M3kz9vR2", "queue=4NRCkc2M3kz9vR2"],
		["2BAJe5xm014009", "queue=2BAJe5xm014009"],
		["KAA14009", "queue=KAA14009"],
		["1p2Xyz-0004Ab-Cd", "queue=1p2Xyz-0004Ab-Cd"],
		["1tAbCd-000000012Ef-3GhI", "queue=1tAbCd-000000012Ef-3GhI"],
		["9d1c8a0cbf3e77f2", "queue=9d1c8a0cbf3e77f2"],
		["5.7.1", "dsn=5.7.1"],
		["invoice", "text=invoice"],
		["relay1", "text=relay1"],
		["https://example.com/x", "text=https://example.com/x"],
		["届かない", "text=届かない"],
	])("%s", (word, expected) => {
		expect(terms(word)).toEqual([expected]);
	});
});

describe("named terms", () => {
	it("take values, exclusions, quotes and wide characters", () => {
		expect(terms('from:tu@example.com -status:delivered text:"over quota"')).toEqual([
			"from=tu@example.com",
			"-status=delivered",
			"text=over quota",
		]);
		expect(terms("from: tu@example.com to:x@example.net")).toEqual([
			"from=tu@example.com",
			"to=x@example.net",
		]);
		expect(terms("差出人　from：tu@example.com")).toEqual(["text=差出人", "from=tu@example.com"]);
		expect(terms('from:""')).toEqual(["from="]);
	});

	it("name the nearest field for an unknown one", () => {
		expect(parseQuery("form:tu@example.com", tokyo).problems).toEqual([
			"There is no field “form:”. Did you mean “from:”?",
		]);
		expect(parseQuery("sender:tu@example.com", tokyo).problems[0]).toContain("“from:”");
		expect(parseQuery("qeue:1", { ...tokyo, lang: "ja" }).problems[0]).toContain("「queue:」");
	});

	it("complain about what cannot be read and go on", () => {
		const query = parseQuery('since:whenever size:big from: "open', tokyo);
		expect(query.problems).toHaveLength(3);
		expect(query.terms).toEqual([{ field: "from", value: "open", negated: false }]);
	});
});

describe("times are the viewer's", () => {
	const span = (text: string) => {
		const found = parseQuery(text, tokyo).terms[0]?.span;
		const at = found?.min ?? (found?.max === undefined ? undefined : found.max + 1);
		return at === undefined ? undefined : new Date(at).toISOString();
	};
	it.each([
		["since:2h", "2022-12-05T23:00:00.000Z"],
		["since:yesterday", "2022-12-04T15:00:00.000Z"],
		["until:yesterday", "2022-12-05T15:00:00.000Z"],
		['since:"yesterday 18:00"', "2022-12-05T09:00:00.000Z"],
		["since:2022-12-05", "2022-12-04T15:00:00.000Z"],
		["until:2022-12-05", "2022-12-05T15:00:00.000Z"],
		["since:2022-12-05T18:38", "2022-12-05T09:38:00.000Z"],
		["until:2022-12-05T18:38", "2022-12-05T09:39:00.000Z"],
		["since:2022-12-05T18:38:12Z", "2022-12-05T18:38:12.000Z"],
		["since:2022-12-05T18:38:12.5+01:00", "2022-12-05T17:38:12.500Z"],
		['since:"Dec 5 18:38:12"', "2022-12-05T09:38:12.000Z"],
		["since:12/31", "2021-12-30T15:00:00.000Z"],
		["since:9:30", "2022-12-06T00:30:00.000Z"],
		["since:18:38", "2022-12-05T09:38:00.000Z"],
		["since:monday", "2022-12-04T15:00:00.000Z"],
		["since:昨日", "2022-12-04T15:00:00.000Z"],
	])("%s", (text, expected) => {
		expect(span(text)).toBe(expected);
	});

	it("know summer time", () => {
		const berlin = { now: Date.parse("2022-10-31T12:00:00Z"), zone: "Europe/Berlin" };
		const day = (text: string) => parseQuery(text, berlin).terms[0]?.span;
		expect(day("since:2022-10-30")?.min).toBe(Date.parse("2022-10-30T00:00:00+02:00"));
		expect(day("until:2022-10-30")?.max).toBe(Date.parse("2022-10-31T00:00:00+01:00") - 1);
	});

	it.each(["2022-13-01", "2022-02-30", "25:00", "soon", "12:99"])("refuse %s", (value) => {
		expect(parseQuery(`since:${value}`, tokyo).terms).toEqual([]);
	});
});

describe("sizes", () => {
	it.each([
		["size:1284", { min: 1284, max: 1284 }],
		["size:>1M", { min: 1_048_577 }],
		["size:<=10k", { max: 10_240 }],
		["size:10k..2MB", { min: 10_240, max: 2_097_152 }],
	])("%s", (text, expected) => {
		expect(parseQuery(text, tokyo).terms[0]?.span).toEqual(expected);
	});
});

describe("delays", () => {
	it.each([
		["delay:>5m", { min: 300_001 }],
		["delay:<=1.5h", { max: 5_400_000 }],
		["delay:30s..2h", { min: 30_000, max: 7_200_000 }],
		["delay:>=90", { min: 90_000 }],
		["delay:<200ms", { max: 199 }],
	])("%s", (text, expected) => {
		expect(parseQuery(text, tokyo).terms[0]?.span).toEqual(expected);
	});

	it("that cannot be read are complained about", () => {
		expect(parseQuery("delay:long", tokyo)).toMatchObject({
			terms: [],
			problems: [expect.stringContaining("delay:>5m")],
		});
	});
});

describe("what formatQuery writes parses to the same terms", () => {
	const reparsed = (found: Term[]) => parseQuery(formatQuery({ terms: found }), tokyo);

	it("for any terms", () => {
		const value = fc.oneof(
			fc.string({ minLength: 1, unit: "grapheme" }),
			fc.constantFrom(
				"a to=x@y.z",
				"Dec 5 18:38:12 tu8 x",
				"“",
				"\\",
				'"',
				"-",
				"a:b",
				"x@y",
				"//",
				"Message-ID: <a@b>",
			),
		);
		const anyTerm = fc.record({
			field: fc.constantFrom(
				...TERM_FIELDS.filter((field) => !["since", "until", "size", "delay"].includes(field)),
			),
			value,
			negated: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(anyTerm, { maxLength: 5 }), (found) => {
				expect(reparsed(found)).toEqual({ terms: found, problems: [] });
			}),
		);
	});

	it("for anything that was typed", () => {
		const piece = fc.oneof(
			fc.string({ unit: "grapheme" }),
			fc.constantFrom(
				" ",
				'"',
				"-",
				"from:",
				"since:",
				"2h",
				"yesterday",
				"size:>1M",
				"delay:>5m",
				"tu@example.com",
				"\n",
				"to=<",
			),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
				const { terms: found } = parseQuery(pieces.join(""), tokyo);
				expect(reparsed(found).terms).toEqual(found);
			}),
		);
	});
});
