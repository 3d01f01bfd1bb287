/** Tokens over HTTP: what they may, how long, and that none makes more of itself. */
import type { NewTokenAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { person } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
let now: number;
beforeEach(async () => {
	now = Date.now();
	hub = await startHub({ now: () => now });
});
afterEach(() => hub.close());

type Headers = Record<string, string>;
async function ask<T = object>(
	method: "GET" | "POST" | "PATCH" | "DELETE",
	path: string,
	{
		payload,
		headers = { origin: hub.url, host: new URL(hub.url).host, cookie: hub.cookie },
	}: { payload?: object; headers?: Headers } = {},
): Promise<{ status: number; body: T & { code?: string } }> {
	const answer = await hub.app.inject({ method, path, headers, ...(payload && { payload }) });
	return { status: answer.statusCode, body: answer.json() };
}

describe("a token", () => {
	const make = (payload: object, headers?: Headers) =>
		ask<NewTokenAnswer>("POST", "/api/tokens", { payload, ...(headers && { headers }) });
	const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
	const works = async (secret: string) =>
		(await ask("GET", "/api/search?q=", { headers: bearer(secret) })).status === 200;

	it("may what it was made for, as long as its maker may, until it ends", async () => {
		const { id, headers } = await person(hub, "operator");
		expect((await make({ name: "x", rights: ["audit"] }, headers)).body.code).toBe("not-allowed");
		const { secret } = (await make({ name: "x", rights: ["messages", "hosts"], days: 1 }, headers)).body;
		expect(await works(secret)).toBe(true);
		expect((await ask("POST", "/api/checks", { headers: bearer(secret), payload: {} })).body.code).toBe(
			"not-allowed",
		);
		now += 86_400_001;
		expect(await works(secret)).toBe(false);
		const other = (await make({ name: "y", rights: ["hosts", "messages", "commands"] }, headers)).body;
		await ask("PATCH", `/api/accounts/${id}`, {
			payload: { role: "helpdesk", domains: ["a.example"] },
		});
		expect(await works(other.secret)).toBe(true);
		expect((await ask("POST", "/api/checks", { headers: bearer(other.secret), payload: {} })).status).toBe(
			403,
		);
		await ask("PATCH", `/api/accounts/${id}`, { payload: { disabled: true } });
		expect(await works(other.secret)).toBe(false);
	});

	it.each(["a\u001b[2Jb", "two\nlines", "right\u202eleft", ""])(
		"has a name of one line, not %j",
		async (name) => {
			expect((await make({ name, rights: ["messages"] })).status).toBe(400);
		},
	);

	it("makes none that may more or lasts longer than itself", async () => {
		const { secret } = (await make({ name: "m", rights: ["accounts", "messages"], days: 1 })).body;
		const headers = bearer(secret);
		expect((await make({ name: "n", rights: ["audit"] }, headers)).body.code).toBe("not-allowed");
		const { token } = (await make({ name: "n", rights: ["messages"], days: 9 }, headers)).body;
		expect(Date.parse(token.expiresAt ?? "")).toBe(now + 86_400_000);
	});

	it("is revoked at once, and never shown again", async () => {
		const { secret, token } = (await make({ name: "m", rights: ["messages"] })).body;
		expect(JSON.stringify((await ask("GET", "/api/tokens")).body)).not.toContain(secret);
		await ask("DELETE", `/api/tokens/${token.id}`);
		expect(await works(secret)).toBe(false);
	});
});
