import type { DestinationRow } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { onlyOne } from "./only-one.ts";

const row = (domain: string, accepted: number, failed: number, cause = "dnsbl-listed"): DestinationRow => ({
	domain,
	recipients: accepted + failed,
	results: { accepted, delayed: 0, failed },
	causes: [{ cause, title: "", n: failed, query: "" }],
	trend: [],
	relays: [],
	lastAt: "",
});

test("one that fails among others that do not is named", () => {
	const found = onlyOne([row("d.example", 0, 9), row("b.example", 40, 1), row("c.example", 12, 0)]);
	expect([found?.failing.domain, found?.well.length]).toEqual(["d.example", 2]);
});

test("two that fail, too few tries, or nobody who does well: nothing is said", () => {
	expect(onlyOne([row("d.example", 0, 9), row("e.example", 0, 9), row("b.example", 40, 0)])).toBeUndefined();
	expect(onlyOne([row("d.example", 0, 2), row("b.example", 40, 0)])).toBeUndefined();
	expect(onlyOne([row("d.example", 0, 9), row("b.example", 6, 4)])).toBeUndefined();
	expect(onlyOne([row("d.example", 0, 9)])).toBeUndefined();
});

test("letters that went to nobody's mailbox, or were asked to wait, are no fault of the way", () => {
	for (const cause of ["user-unknown", "mailbox-full", "greylisted"])
		expect(onlyOne([row("d.example", 1, 9, cause), row("b.example", 40, 0)])).toBeUndefined();
	expect(
		onlyOne([row("d.example", 1, 9, "one that this page does not know"), row("b.example", 40, 0)]),
	).toBeDefined();
});
