/** What wrong tries tell: nothing of which names there are, and no more at once than one after another. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const PASSWORD = "correct horse battery";
let hub: TestHub;
let now: number;
beforeEach(async () => {
	now = Date.now();
	hub = await startHub({ now: () => now });
});
afterEach(() => hub.close());

async function signIn(name: string, password: string): Promise<string | undefined> {
	const { body } = await hub.post("/api/session", { name, password }, { cookie: "" });
	return body.code;
}

it("names that nobody has are shut as accounts are", async () => {
	const codes: (string | undefined)[] = [];
	for (let i = 0; i < 6; i++) codes.push(await signIn(i % 2 ? "Nobody" : "nobody", "wrong"));
	expect(codes.slice(3)).toEqual(["sign-in-failed", "locked", "locked"]);
	now += 61_000;
	expect(await signIn("nobody", "wrong")).toBe("locked");
});

it("of many guesses at once no more are answered than of one after another", async () => {
	await hub.post("/api/accounts", { name: "kato", role: "operator", password: PASSWORD });
	const guesses = [...Array.from({ length: 12 }, () => "wrong"), PASSWORD];
	const codes = await Promise.all(guesses.map((guess) => signIn("kato", guess)));
	expect([codes.filter((code) => code === "sign-in-failed").length, codes.at(-1)]).toEqual([4, "locked"]);
});
