import { describe, expect, it } from "vitest";
import type { Dns, Found } from "./dns.ts";
import { findWays } from "./find-ways.ts";
import { reversed } from "./reversed.ts";
import { parseStsPolicy } from "./tls-policy.ts";

const NOT_FOUND: Found<never> = { fault: "not-found", error: "ENOTFOUND" };
const NO_DATA: Found<never> = { fault: "no-data", error: "ENODATA" };

interface Zone {
	addresses?: Record<string, string[]>;
	mx?: Record<string, [number, string][]>;
	aliases?: Record<string, string>;
	broken?: boolean;
}

function zone({ addresses = {}, mx = {}, aliases = {}, broken = false }: Zone): Dns {
	const failed: Found<never> = { fault: "timeout", error: "ETIMEOUT" };
	const known = new Set([...Object.keys(addresses), ...Object.keys(mx)]);
	const missing = (name: string) => (broken ? failed : known.has(name) ? NO_DATA : NOT_FOUND);
	return {
		addresses: async (name: string) => (addresses[name] ? { records: addresses[name] } : missing(name)),
		mx: async (name: string) => {
			const records = mx[name]?.map(([priority, exchange]) => ({ priority, exchange }));
			return records ? { records } : missing(name);
		},
		alias: async (name: string) => aliases[name],
	} as Partial<Dns> as Dns;
}

async function codes(target: string, records: Zone, port?: number) {
	const { ways, findings } = await findWays(
		{ target, lists: [], ...(port === undefined ? {} : { port }) },
		zone(records),
	);
	return {
		codes: findings.map(({ code }) => code),
		ways: ways.map((way) => `${way.host}/${way.address}:${way.port}`),
	};
}

describe("where mail for a target goes", () => {
	it("follows MX by priority, for an address as for its domain", async () => {
		const records: Zone = {
			mx: {
				"example.net": [
					[20, "b.example.net"],
					[10, "a.example.net"],
				],
			},
			addresses: { "a.example.net": ["192.0.2.1", "2001:db8::1"], "b.example.net": ["192.0.2.2"] },
		};
		const expected = {
			codes: ["resolved-elsewhere", "mx-found"],
			ways: ["a.example.net/192.0.2.1:25", "a.example.net/2001:db8::1:25", "b.example.net/192.0.2.2:25"],
		};
		expect(await codes("example.net", records)).toEqual(expected);
		expect(await codes("someone@example.net", records)).toEqual(expected);
	});

	it("takes the host itself on a given port, or where there is no MX", async () => {
		const records: Zone = {
			mx: { "example.net": [[10, "a.example.net"]] },
			addresses: { "example.net": ["192.0.2.9"], "mail.example.net": ["192.0.2.8"] },
		};
		expect(await codes("example.net", records, 587)).toEqual({
			codes: ["resolved"],
			ways: ["example.net/192.0.2.9:587"],
		});
		expect((await codes("mail.example.net", records)).codes).toEqual(["resolved", "mx-none"]);
	});

	it("names the faults of names", async () => {
		expect((await codes("exmaple.net", {})).codes).toEqual(["name-not-found"]);
		expect((await codes("example.net", { mx: { "example.net": [[0, ""]] } })).codes).toEqual([
			"resolved-elsewhere",
			"mx-null",
		]);
		expect((await codes("example.net", { mx: { "example.net": [[0, "gone.example.net"]] } })).codes).toEqual([
			"resolved-elsewhere",
			"mx-unresolved",
		]);
		expect(
			(
				await codes("example.net", {
					mx: { "example.net": [[0, "a.example.net"]] },
					addresses: { "a.example.net": ["192.0.2.1"] },
					aliases: { "a.example.net": "real.example.net" },
				})
			).codes,
		).toEqual(["resolved-elsewhere", "mx-alias"]);
		expect((await codes("example.net", { broken: true })).codes).toEqual(["lookup-timeout"]);
	});

	it("takes an address as it stands, in brackets too", async () => {
		expect((await codes("[192.0.2.7]", {})).ways).toEqual(["192.0.2.7/192.0.2.7:25"]);
		expect((await codes("postmaster@[IPv6:2001:db8::7]", {})).ways).toEqual(["2001:db8::7/2001:db8::7:25"]);
	});
});

describe("block list names", () => {
	it("turn an address around", () => {
		expect(reversed("192.0.2.1")).toBe("1.2.0.192");
		expect(reversed("2001:db8::567:89ab")).toBe(
			"b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2",
		);
	});
});

describe("an MTA-STS policy", () => {
	it("allows the hosts that it lists, one label for a star", () => {
		const policy = parseStsPolicy(
			"version: STSv1\r\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 9\n",
		);
		expect(policy?.mode).toBe("enforce");
		expect(
			["mail.example.com", "a.example.net", "a.b.example.net", "example.net"].map((host) =>
				policy?.allows(host),
			),
		).toEqual([true, true, false, false]);
		expect(parseStsPolicy("mode: perhaps")).toBeUndefined();
	});
});
