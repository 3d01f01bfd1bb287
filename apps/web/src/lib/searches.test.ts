import { beforeEach, expect, test, vi } from "vitest";
import { Searches } from "./searches.svelte.ts";

const kept = new Map<string, string>();
beforeEach(() => {
	kept.clear();
	vi.stubGlobal("localStorage", {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value),
	});
});

test("the newest question stands first, once, and outlives the page", () => {
	const searches = new Searches();
	for (const q of ["a@b.example", "status:failed", " a@b.example ", ""]) searches.asked(q);
	expect(searches.recent).toEqual(["a@b.example", "status:failed"]);
	expect(new Searches().recent).toEqual(["a@b.example", "status:failed"]);
	searches.forget();
	expect(new Searches().recent).toEqual([]);
});

test("saving twice takes it away again; what somebody else wrote into the storage is no crash", () => {
	const searches = new Searches();
	searches.toggleSaved("to:@icloud.com");
	expect(searches.isSaved("to:@icloud.com")).toBe(true);
	searches.toggleSaved("to:@icloud.com");
	expect(new Searches().saved).toEqual([]);
	kept.set("mailtrail.saved", '{"not": a list');
	expect(new Searches().saved).toEqual([]);
});

test("two windows of one browser do not take each other's kept searches away", () => {
	const one = new Searches();
	const other = new Searches();
	one.toggleSaved("status:failed");
	one.asked("to:@icloud.com");
	other.toggleSaved("to:@icloud.com");
	other.asked("status:delayed");
	const later = new Searches();
	expect(later.saved.toSorted()).toEqual(["status:failed", "to:@icloud.com"]);
	expect(later.recent).toEqual(["status:delayed", "to:@icloud.com"]);
	one.toggleSaved("to:@icloud.com");
	expect(new Searches().saved).toEqual(["status:failed"]);
});

test("a browser that keeps nothing remembers for as long as the page is open", () => {
	vi.stubGlobal("localStorage", {
		getItem: () => {
			throw new Error("closed");
		},
		setItem: () => {
			throw new Error("closed");
		},
	});
	const searches = new Searches();
	for (const q of ["status:failed", "status:delayed"]) searches.asked(q);
	searches.toggleSaved("status:failed");
	expect([searches.recent, searches.saved]).toEqual([["status:delayed", "status:failed"], ["status:failed"]]);
});
