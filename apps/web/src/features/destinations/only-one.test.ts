import type { DestinationRow } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { onlyOne } from "./only-one.ts";

const row = (domain: string, accepted: number, failed: number): DestinationRow => ({
	domain,
	recipients: accepted + failed,
	results: { accepted, delayed: 0, failed },
	causes: [],
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
