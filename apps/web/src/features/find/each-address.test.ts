import type { SearchAnswer } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { AddressCounts, eachAddress } from "./each-address.svelte.ts";

const answer = (total: number): SearchAnswer => ({
	rows: [],
	total,
	totalExact: true,
	took: 1,
	terms: [],
	problems: [],
	coverage: { hosts: 1, connected: 1, imported: 0, notices: [] },
});

test("a question about any of several addresses is one about each, with everything else that was asked", () => {
	expect(eachAddress("since:1d to:anna@example.com,bo@example.org", "en").map(({ q }) => q)).toEqual([
		"since:1d to:anna@example.com",
		"since:1d to:bo@example.org",
	]);
	expect(eachAddress("-to:anna@example.com,bo@example.org", "en")).toEqual([]);
	expect(eachAddress("to:anna@example.com", "en")).toEqual([]);
	const twice = eachAddress("anna@example.com,bo@example.org,anna@example.com", "en");
	expect(twice.map(({ address }) => address)).toEqual(["anna@example.com", "bo@example.org"]);
});

test("a hub that ran out of time is asked on: no mail is said only of what was looked through", async () => {
	const asked: (string | undefined)[] = [];
	const counts = new AddressCounts(async ({ q, cursor }) => {
		if (q.startsWith("bo")) return answer(0);
		asked.push(cursor);
		return { ...answer(0), totalExact: false, cursor: `${asked.length}` };
	});
	await counts.ask("anna@example.com,bo@example.org", "en");
	expect(asked.slice(0, 3)).toEqual([undefined, "1", "2"]);
	expect(counts.missing).toBe(1);
});

test("each is counted, those without any mail are told, and a count that fails leaves the others", async () => {
	const counts = new AddressCounts(async ({ q }) => {
		if (q.startsWith("cy")) throw new Error("away");
		return answer(q.startsWith("anna") ? 3 : 0);
	});
	await counts.ask("anna@example.com,bo@example.org,cy@example.net", "en");
	expect(counts.list.map(({ total }) => total)).toEqual([3, 0, undefined]);
	expect(counts.missing).toBe(1);
});
