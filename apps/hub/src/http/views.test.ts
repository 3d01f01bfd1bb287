import { describe, expect, it } from "vitest";
import { Views } from "./views.ts";

const entry = { at: 0, who: "mori", action: "lines", detail: "host=mx", result: "done", from: "192.0.2.1" };

describe("a view", () => {
	it("is one however often it is asked for, and another after a while", () => {
		const views = new Views();
		expect(views.begun(entry)).toBe(false);
		expect(views.begun({ ...entry, at: 5_000 })).toBe(true);
		expect(views.begun({ ...entry, at: 14 * 60_000 })).toBe(true);
		expect(views.begun({ ...entry, at: 15 * 60_000 })).toBe(false);
		expect(views.begun({ ...entry, at: 16 * 60_000 })).toBe(true);
	});

	it("is another for somebody else, another host, another end and another place", () => {
		const views = new Views();
		views.begun(entry);
		for (const other of [
			{ who: "kato" },
			{ detail: "host=mx2" },
			{ result: "refused (403)" },
			{ from: "192.0.2.2" },
		])
			expect(views.begun({ ...entry, ...other })).toBe(false);
	});

	it("is forgotten when there are too many, the oldest first: it is noted twice rather than not at all", () => {
		const views = new Views();
		for (let n = 0; n < 5_001; n++) views.begun({ ...entry, detail: `host=${n}` });
		expect(views.begun({ ...entry, detail: "host=5000" })).toBe(true);
		expect(views.begun({ ...entry, detail: "host=0" })).toBe(false);
	});
});
