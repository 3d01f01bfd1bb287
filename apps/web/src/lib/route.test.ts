import { describe, expect, test } from "vitest";
import { mountAt } from "./base.ts";
import { findHref, journeyHref, type Route, readRoute, writeRoute } from "./route.ts";

const read = (href: string) => readRoute(new URL(href, "http://hub.example"));

describe("addresses", () => {
	test("name a page each", () => {
		expect(read("/")).toEqual({ page: "find", q: "" });
		expect(read("/?q=from:tu@example.com+-status:delivered")).toEqual({
			page: "find",
			q: "from:tu@example.com -status:delivered",
		});
		expect(read("/live?q=@icloud.com")).toEqual({ page: "live", q: "@icloud.com" });
		expect(read("/hosts/")).toEqual({ page: "hosts" });
		expect(read("/checks?target=example.net&port=99999")).toEqual({ page: "checks", target: "example.net" });
		expect(read("/nothing/here")).toEqual({ page: "lost", path: "/nothing/here" });
	});

	test("hold a journey's id with its slashes", () => {
		expect(journeyHref("edge 1/4gX9/t0")).toBe("/journey/edge%201/4gX9/t0");
		expect(read("/journey/edge%201/4gX9/t0")).toMatchObject({ page: "journey", id: "edge 1/4gX9/t0" });
		expect(read("/journey/edge%201%2F4gX9%2Ft0")).toMatchObject({ id: "edge 1/4gX9/t0" });
	});

	test.each<Route>([
		{ page: "find", q: "a+b@example.com & <x> 100%" },
		{ page: "live", q: "text:日本語" },
		{ page: "journey", id: "a/b?c#d/e%f", evidenceOnly: true, masked: true, to: "u+v@b.example" },
		{ page: "journey", id: "", evidenceOnly: true, masked: true, share: "ba5LMLhxRNpVxx0usfn39NJ1-A4Z_kuY" },
		{ page: "lines", host: "edge 1/x", contains: "status=bounced", kind: "problem" },
		{ page: "map", q: "@icloud.com", span: "7d", until: "2025-03-03", from: "" },
		{ page: "map", q: "", span: "24h", until: "", from: "2026-11-22T05:00:00Z" },
		{ page: "destinations", q: "", span: "24h", until: "", domain: "icloud.com", compare: "24" },
		{ page: "alerts" },
		{ page: "hosts" },
		{ page: "checks", target: "someone@example.net", port: 587 },
		{ page: "checks", target: "" },
		{ page: "checks", target: "", from: "edge 1" },
	])("read back what they were written from: %j", (route) => {
		expect(read(writeRoute(route))).toEqual(route);
	});

	test("stand below the path that a proxy hands on", () => {
		mountAt("http://hub.example/mail/assets/index-x.js");
		expect(journeyHref("edge/1/t0")).toBe("/mail/journey/edge/1/t0");
		expect(read("/mail/live?q=x")).toEqual({ page: "live", q: "x" });
		expect(read("/mail")).toEqual({ page: "find", q: "" });
		expect(read("/elsewhere/")).toEqual({ page: "lost", path: "/elsewhere/" });
		mountAt("http://hub.example/assets/index-x.js");
	});

	test("broken percent encoding is text, not a crash", () => {
		expect(read("/journey/%E0%A4%A/x")).toMatchObject({ page: "journey" });
		expect(findHref("from:tu@example.com")).toBe("/?q=from:tu@example.com");
	});
});
