import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEndpoint, readEndpointAt, readRelay, readRelayAt } from "./relay.ts";

describe("readEndpoint", () => {
	it.each([
		["mx.example[192.0.2.1]:25", { name: "mx.example", ip: "192.0.2.1", port: 25 }],
		["unknown[2001:DB8::1]", { ip: "2001:db8::1" }],
		["[192.0.2.1]:4711", { ip: "192.0.2.1", port: 4711 }],
		["mx.example:25", { name: "mx.example", port: 25 }],
		["192.0.2.1", { ip: "192.0.2.1" }],
		["unk[unknown]", { name: "unk" }],
		["unknown[192.0.2.1]:unknown", { ip: "192.0.2.1" }],
	])("%s", (given, endpoint) => {
		expect(readEndpoint(given)).toEqual(endpoint);
	});

	it("names nobody where nobody is known", () => {
		expect(readEndpoint("unknown[unknown]")).toBeUndefined();
		expect(readEndpoint("")).toBeUndefined();
	});

	it("never throws", () => {
		fc.assert(fc.property(fc.string(), (text) => void readEndpoint(text)));
	});
});

describe("readRelay", () => {
	it("reads sockets and leaves none out", () => {
		expect(readRelay("none")).toBeUndefined();
		expect(readRelay("mx.a.example[private/dovecot-lmtp]")).toEqual({
			name: "mx.a.example",
			path: "private/dovecot-lmtp",
		});
		expect(readRelay("/run/lmtp")).toEqual({ path: "/run/lmtp" });
	});
});

describe("within a text", () => {
	const line = "connect from mx.example[192.0.2.1]:25 ehlo=1";

	it("reads the same as apart from it, again and again", () => {
		for (let turn = 0; turn < 2; turn++) {
			expect(readEndpointAt(line, 13, 37)).toEqual({ name: "mx.example", ip: "192.0.2.1", port: 25 });
			expect(readRelayAt(line, 13, 37)).toEqual(readRelay("mx.example[192.0.2.1]:25"));
			expect(readEndpointAt(line, 13, 13)).toBeUndefined();
		}
	});

	it("gives an object that is nobody else's", () => {
		const first = readEndpointAt(line, 13, 37);
		if (first) first.name = "changed";
		expect(readEndpointAt(line, 13, 37)?.name).toBe("mx.example");
	});
});
