import { describe, expect, test } from "vitest";
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
		{ page: "journey", id: "a/b?c#d/e%f", evidenceOnly: true, to: "u+v@b.example" },
		{ page: "hosts" },
		{ page: "checks", target: "someone@example.net", port: 587 },
		{ page: "checks", target: "" },
	])("read back what they were written from: %j", (route) => {
		expect(read(writeRoute(route))).toEqual(route);
	});

	test("broken percent encoding is text, not a crash", () => {
		expect(read("/journey/%E0%A4%A/x")).toMatchObject({ page: "journey" });
		expect(findHref("from:tu@example.com")).toBe("/?q=from:tu@example.com");
	});
});
