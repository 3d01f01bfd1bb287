import { expect, test } from "vitest";
import { clientDomain, domainOf, hostDomain } from "./domain.ts";

test("names are shortened where pflogsumm shortens them, and whole where it does not", () => {
	const names = [
		"web01.corp.example.com",
		"mail.example.com",
		"example.com",
		"mx.foo.co.uk",
		"foo.co.uk",
		"mail.example.de",
		"MX.Corp.Example",
	];
	expect(names.map(hostDomain)).toEqual([
		"example.com",
		"example.com",
		"example.com",
		"foo.co.uk",
		"foo.co.uk",
		"mail.example.de",
		"mx.corp.example",
	]);
});

test("a client without a name is its address; a domain needs something before its @", () => {
	expect(clientDomain({ ip: "2001:db8::1" })).toBe("2001:db8::1");
	expect(clientDomain(undefined)).toBe("unknown");
	expect(["a@x", "@x", "a@", "root"].map(domainOf)).toEqual(["x", undefined, undefined, undefined]);
});
