import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEndpoint, readRelay } from "./relay.ts";

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
