import { describe, expect, it } from "vitest";
import { addressIn, linksIn } from "./links.ts";

describe("links out of a stranger's words", () => {
	it.each([
		[
			"Blocked – see https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111)",
			["https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111"],
		],
		[
			"see http://www.spamhaus.org/query/bl?ip=192.0.2.7, then go.",
			["http://www.spamhaus.org/query/bl?ip=192.0.2.7"],
		],
		["<HTTPS://support.example.com/a> or https://support.example.com/a", ["https://support.example.com/a"]],
		["https://example.comをご覧ください", ["https://example.com"]],
	])("%s", (text, expected) => {
		expect(linksIn(text)).toEqual(expected);
	});

	it.each([
		"javascript:alert(1)",
		"data:text/html,x",
		"https://user:secret@example.com/",
		"https://example.com@evil.example/",
		"http://localhost/",
		"https://-bad-.example/",
		"https://",
		"file:///etc/passwd",
	])("nothing from %s", (text) => {
		expect(linksIn(text)).toEqual([]);
	});

	it("at most three", () => {
		expect(linksIn("https://a.example https://b.example https://c.example https://d.example")).toHaveLength(
			3,
		);
	});
});

describe("the address that a reply names", () => {
	it.each([
		["Client host [192.0.2.7] blocked using zen.spamhaus.org", undefined, "192.0.2.7"],
		["connections from 203.0.113.112 and 192.0.2.7", "203.0.113.112", "192.0.2.7"],
		["lookup.cgi?ip=203.0.113.111", undefined, "203.0.113.111"],
		["[2001:DB8::0:7 12] Our system has detected", undefined, "2001:db8::7"],
		["version 1.2.3.4.5, 999.1.1.1, 12:30:00", undefined, undefined],
	])("%s", (text, own, expected) => {
		expect(addressIn(text, own)).toBe(expected);
	});
});
