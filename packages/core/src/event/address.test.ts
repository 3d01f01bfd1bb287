import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bareAddress, canonicalIp } from "./address.ts";

describe("canonicalIp", () => {
	it.each([
		["192.0.2.1", "192.0.2.1"],
		["10.0.0.01", "10.0.0.1"],
		["[192.0.2.1]", "192.0.2.1"],
		["IPv6:2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
		["[IPv6:2001:db8::1]", "2001:db8::1"],
		["2001:0db8:0:1:0:0:0:1", "2001:db8:0:1::1"],
		["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
		["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
		["::", "::"],
		["::1", "::1"],
		["fe80::1%eth0", "fe80::1%eth0"],
		["::ffff:192.0.2.1", "192.0.2.1"],
		["::FFFF:C000:0201", "192.0.2.1"],
		["::192.9.5.5", "::c009:505"],
	])("%s is %s", (given, canonical) => {
		expect(canonicalIp(given)).toBe(canonical);
	});

	it.each([
		"",
		"mx.example",
		"256.0.0.1",
		"1.2.3",
		"1.2.3.4.5",
		":::",
		"1::2::3",
		"12345::",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
	])("%j is none", (given) => {
		expect(canonicalIp(given)).toBeUndefined();
	});

	it("is its own canonical form, and the shortest", () => {
		fc.assert(
			fc.property(fc.ipV6(), (ip) => {
				const canonical = canonicalIp(ip);
				expect(canonical).toBeDefined();
				expect(canonicalIp(canonical as string)).toBe(canonical);
			}),
		);
		fc.assert(
			fc.property(fc.ipV4(), (ip) => {
				expect(canonicalIp(ip)).toBe(ip);
			}),
		);
	});
});

describe("bareAddress", () => {
	it("loses its brackets; the null sender is empty", () => {
		expect(bareAddress("<a@b.example>")).toBe("a@b.example");
		expect(bareAddress("<>")).toBe("");
		expect(bareAddress("a@b.example")).toBe("a@b.example");
	});
});
