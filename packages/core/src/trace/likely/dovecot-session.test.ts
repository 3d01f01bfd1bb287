import { expect, it } from "vitest";
import { sessionBegan } from "./dovecot-session.ts";

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
