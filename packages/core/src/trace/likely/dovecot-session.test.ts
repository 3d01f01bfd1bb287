import { expect, it } from "vitest";
import { isLaterInSession, mayBeMadeIn, sessionBegan } from "./dovecot-session.ts";

it("reads the time in the ids of Dovecot 2.3's LMTP", () => {
	// 2026-11-22T10:24:23.073048+00:00 mail dovecot: lmtp(u6)<200><8LiZA9fCAmvIAAAAga1dGg>: sieve: msgid=<same@x>: stored mail …
	expect(new Date(sessionBegan("8LiZA9fCAmvIAAAAga1dGg") ?? 0).toISOString()).toBe(
		"2026-11-22T10:24:23.060Z",
	);
	expect(sessionBegan("+CkfKMmgAmt5AAAAj6jPVA:2")).toBeCloseTo(Date.parse("2026-11-22T07:59:05.673Z"), -1);
});

it("reads none in other words", () => {
	expect(sessionBegan("KEHEHfNUAm")).toBeUndefined();
	expect(sessionBegan("not base64 at all, you see")).toBeUndefined();
	expect(sessionBegan("/////9fCAmvIAAAAga1dGg")).toBeUndefined();
	expect(sessionBegan("AAAAAAAAAAAAAAAAAAAAAA")).toBeUndefined();
});

it("makes nothing that arrived before it began, by one clock for both", () => {
	const [id, began] = ["KG3lOc5KA2uNAAAA84M+OQ", sessionBegan("KG3lOc5KA2uNAAAA84M+OQ") ?? 0];
	const [logged, second] = [began + 40, Math.floor(began / 1000) * 1000];
	expect(mayBeMadeIn(id, logged, began + 20)).toBe(true);
	expect(mayBeMadeIn(id, logged, began - 20)).toBe(false);
	// whole seconds may be those that end behind it
	expect(mayBeMadeIn(id, logged, second)).toBe(true);
	expect(mayBeMadeIn(id, logged, second - 1_000)).toBe(false);
	// a log that another machine stamps
	expect(mayBeMadeIn(id, logged - 3_600_000, began - 3_600_000)).toBe(true);
	expect(mayBeMadeIn("no session id", logged, began - 20)).toBe(true);
});

it("knows the later messages of one connection", () => {
	expect(["KG3lOc5KA2uNAAAA84M+OQ:T2", "KG3lOc5KA2uNAAAA84M+OQ:T12:R2"].map(isLaterInSession)).toEqual([
		true,
		true,
	]);
	expect(["KG3lOc5KA2uNAAAA84M+OQ", "KG3lOc5KA2uNAAAA84M+OQ:R2"].map(isLaterInSession)).toEqual([
		false,
		false,
	]);
});
