/** Passwords: argon2id strings that verify, of this cost and of another, and what is too easy. */
import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword, weakness } from "./passwords.ts";

describe("a password", () => {
	it("verifies against its own hash only, however its letters are composed", async () => {
		const stored = await hashPassword("correct horse bättery");
		expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
		expect(await verifyPassword("correct horse ba\u0308ttery", stored)).toBe(true);
		expect(await verifyPassword("correct horse battery", stored)).toBe(false);
		expect(await verifyPassword("correct horse bättery", undefined)).toBe(false);
		expect(await verifyPassword("", "$argon2id$broken")).toBe(false);
	});

	it("verifies against a hash that argon2(1) made with another cost", async () => {
		// printf 'correct horse battery' | argon2 somesaltsomesalt -id -t 3 -k 4096 -p 2 -l 24 -e
		const stored = "$argon2id$v=19$m=4096,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$BMK1XVQX7e4hWZPObudW7L6h++3BSO04";
		expect(await verifyPassword("correct horse battery", stored)).toBe(true);
		expect(await verifyPassword("correct horse batterx", stored)).toBe(false);
	});

	it("is never the same hash twice", async () => {
		expect(await hashPassword("twice the same one")).not.toBe(await hashPassword("twice the same one"));
	});

	it("is refused when it is short or simple", () => {
		expect(weakness("elevensigns", "kato")).toBe("too-short");
		expect(weakness("aaaaaaaaaaaabbbb", "kato")).toBe("too-simple");
		expect(weakness("mailtrail1234567890", "kato")).toBe("too-simple");
		expect(weakness("katokatokato-1x", "kato")).toBe("too-simple");
		expect(weakness("correct horse battery", "kato")).toBeUndefined();
		expect(weakness("どの番号も覚えていない人です", "kato")).toBeUndefined();
	});
});
