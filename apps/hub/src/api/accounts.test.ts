/** People over HTTP: from the first link to passwords, codes, lockout, links for others, and what ends them. */
import type {
	AccountAnswer,
	NewAccountAnswer,
	RecoveryCodes,
	SecondFactorOffer,
	SessionAnswer,
} from "@mailtrail/core/wire";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeSecret } from "../accounts/secrets.ts";
import { signedIn } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const PASSWORD = "correct horse battery";
let hub: TestHub;
let now: number;
beforeEach(async () => {
	now = Date.now();
	hub = await startHub({ now: () => now });
});
afterEach(() => hub.close());

type Headers = Record<string, string>;
interface Answer<T> {
	status: number;
	body: T & { code?: string };
	cookie: string;
}
async function ask<T = object>(
	method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
	path: string,
	{ payload, headers = admin() }: { payload?: object; headers?: Headers } = {},
): Promise<Answer<T>> {
	const answer = await hub.app.inject({ method, path, headers, ...(payload && { payload }) });
	const cookie = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
	const body = answer.headers["content-type"]?.startsWith("application/json") ? answer.json() : {};
	return { status: answer.statusCode, body, cookie };
}
const page = (cookie = "") => ({ origin: hub.url, host: new URL(hub.url).host, ...(cookie && { cookie }) });
const admin = () => page(hub.cookie);
const signIn = (name: string, password: string, code?: string) =>
	ask<SessionAnswer>("POST", "/api/session", {
		payload: { name, password, ...(code && { code }) },
		headers: page(),
	});

async function addPerson(role: string, name = "kato"): Promise<NewAccountAnswer> {
	const payload = {
		name,
		role,
		password: PASSWORD,
		...(role === "helpdesk" && { domains: ["example.net"] }),
	};
	return (await ask<NewAccountAnswer>("POST", "/api/accounts", { payload })).body;
}
const codeOf = (secret: string) =>
	new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now });

async function withSecondFactor(headers: Headers): Promise<{ secret: string; recoveryCodes: string[] }> {
	const { secret, uri } = (await ask<SecondFactorOffer>("POST", "/api/account/second-factor", { headers }))
		.body;
	expect(uri).toContain("issuer=Mailtrail");
	const payload = { code: codeOf(secret) };
	const { body } = await ask<RecoveryCodes>("PUT", "/api/account/second-factor", { payload, headers });
	return { secret, recoveryCodes: body.recoveryCodes };
}

describe("the first administrator", () => {
	it("comes in by the printed link, takes a name and a password, and signs in with them", async () => {
		const { value } = await makeSecret(hub.store, "sign-in", now);
		const linked = await ask("GET", `/?key=${value}`, { headers: {} });
		const headers = page(linked.cookie);
		const before = await ask<SessionAnswer>("GET", "/api/session", { headers });
		expect(before.body).toMatchObject({
			account: { id: "owner", role: "administrator", hasPassword: false },
			passwords: false,
			masked: false,
		});
		const payload = { name: "kato", password: PASSWORD };
		expect((await ask("PUT", "/api/account", { payload, headers })).status).toBe(200);
		const after = await signIn("Kato", PASSWORD);
		expect(after.body.account).toMatchObject({ id: "owner", name: "kato", hasPassword: true });
		expect((await ask<SessionAnswer>("GET", "/api/session", { headers: {} })).body).toMatchObject({
			rights: [],
			passwords: true,
		});
	});

	it("stays, whatever is tried", async () => {
		expect((await ask("DELETE", "/api/accounts/owner")).body.code).toBe("owner-stays");
		const disabled = await ask("PATCH", "/api/accounts/owner", { payload: { disabled: true } });
		expect(disabled.body.code).toBe("owner-stays");
		const lower = await ask("PATCH", "/api/accounts/owner", { payload: { role: "operator" } });
		expect(lower.body.code).toBe("owner-stays");
	});
});

describe("signing in", () => {
	it("tells nothing of which names there are, and locks after some wrong tries", async () => {
		await addPerson("operator");
		expect((await signIn("nobody", PASSWORD)).body.code).toBe("sign-in-failed");
		for (let i = 0; i < 4; i++) expect((await signIn("kato", "wrong")).body.code).toBe("sign-in-failed");
		expect((await signIn("kato", "wrong")).body.code).toBe("locked");
		expect((await signIn("kato", PASSWORD)).body.code).toBe("locked");
		now += 61_000;
		expect((await signIn("kato", "wrong")).body.code).toBe("locked");
		now += 61_000;
		expect((await signIn("kato", PASSWORD)).body.code).toBe("locked");
		now += 61_000;
		expect((await signIn("kato", PASSWORD)).status).toBe(200);
		const tries = await hub.store.audits({ limit: 50, action: "sign-in" });
		expect(tries.map(({ result }) => result)).toContain("refused: locked");
		expect(tries[0]).toMatchObject({ who: "kato", result: "done", from: "127.0.0.1" });
	});

	it("is limited per address", async () => {
		const codes = [];
		for (let i = 0; i < 25; i++) codes.push((await signIn("nobody", "x")).body.code);
		expect(codes.slice(-3)).toEqual(["too-many-requests", "too-many-requests", "too-many-requests"]);
	});

	it("gives a new session each time, and ends the one that was there", async () => {
		await addPerson("operator");
		const first = await signIn("kato", PASSWORD);
		const payload = { name: "kato", password: PASSWORD };
		const second = await ask("POST", "/api/session", { payload, headers: page(first.cookie) });
		expect(second.cookie).not.toBe(first.cookie);
		const old = await ask<SessionAnswer>("GET", "/api/session", { headers: page(first.cookie) });
		expect(old.body.account).toBeUndefined();
	});

	it("from another site's page is not taken", async () => {
		const payload = { name: "kato", password: PASSWORD };
		const headers = { origin: "http://evil.example" };
		expect((await ask("POST", "/api/session", { payload, headers })).body.code).toBe("wrong-origin");
	});

	it("ends by signing out, by idleness and by time", async () => {
		await addPerson("operator");
		const isIn = async (cookie: string) =>
			(await ask<SessionAnswer>("GET", "/api/session", { headers: page(cookie) })).body.account !== undefined;
		const out = (await signIn("kato", PASSWORD)).cookie;
		await ask("DELETE", "/api/session", { headers: page(out) });
		expect(await isIn(out)).toBe(false);
		await ask("PATCH", "/api/settings", { payload: { idleHours: 2, sessionHours: 5 } });
		const { cookie } = await signIn("kato", PASSWORD);
		for (const hours of [1, 2, 3, 4]) {
			now += 3_600_000;
			expect([hours, await isIn(cookie)]).toEqual([hours, true]);
		}
		now += 3_600_000;
		expect(await isIn(cookie)).toBe(false);
		const idle = (await signIn("kato", PASSWORD)).cookie;
		now += 2 * 3_600_000;
		expect(await isIn(idle)).toBe(false);
	});
});

describe("a second factor", () => {
	it("is asked for after the password, each code once", async () => {
		const { account } = await addPerson("operator");
		const headers = await signedIn(hub, account.id);
		const { secret, recoveryCodes } = await withSecondFactor(headers);
		expect(new Set(recoveryCodes).size).toBe(10);
		expect((await signIn("kato", PASSWORD)).body.code).toBe("code-needed");
		expect((await signIn("kato", "wrong wrong wrong")).body.code).toBe("sign-in-failed");
		expect((await signIn("kato", PASSWORD, codeOf(secret))).body.code).toBe("sign-in-failed");
		now += 30_000;
		const code = codeOf(secret);
		expect((await signIn("kato", PASSWORD, code)).status).toBe(200);
		expect((await signIn("kato", PASSWORD, code)).body.code).toBe("sign-in-failed");
		const [one = ""] = recoveryCodes;
		expect((await signIn("kato", PASSWORD, one.toUpperCase())).body.account?.recoveryCodes).toBe(9);
		expect((await signIn("kato", PASSWORD, one)).body.code).toBe("sign-in-failed");
	});

	it("is taken away with a code, or by an administrator", async () => {
		const { account } = await addPerson("operator");
		const headers = await signedIn(hub, account.id);
		const { secret } = await withSecondFactor(headers);
		const remove = (code: string) =>
			ask("POST", "/api/account/second-factor/remove", { payload: { code }, headers });
		expect((await remove("000000")).body.code).toBe("code-wrong");
		now += 30_000;
		expect((await remove(codeOf(secret))).status).toBe(200);
		expect((await signIn("kato", PASSWORD)).status).toBe(200);
		await withSecondFactor(headers);
		await ask("PATCH", `/api/accounts/${account.id}`, { payload: { removeSecondFactor: true } });
		expect((await signIn("kato", PASSWORD)).status).toBe(200);
	});

	it("is the only thing open where everybody must have one", async () => {
		const { account } = await addPerson("operator");
		await ask("PATCH", "/api/settings", { payload: { requireSecondFactor: true } });
		const { cookie, body } = await signIn("kato", PASSWORD);
		expect(body).toMatchObject({ rights: [], mustSetUp: "second-factor" });
		const headers = page(cookie);
		expect((await ask("GET", "/api/search?q=", { headers })).body.code).toBe("second-factor-needed");
		await withSecondFactor(headers);
		expect((await ask("GET", "/api/search?q=", { headers })).status).toBe(200);
		expect(account.role).toBe("operator");
	});
});

describe("other people", () => {
	it("come in by a link first, and set a password without an old one for a while", async () => {
		const payload = { name: "sato", role: "helpdesk", domains: ["@Example.NET"] };
		const made = await ask<NewAccountAnswer>("POST", "/api/accounts", { payload });
		expect(made.body.account.domains).toEqual(["example.net"]);
		const key = new URL(made.body.link ?? "").search;
		const { cookie } = await ask("GET", `/${key}`, { headers: {} });
		const headers = page(cookie);
		const put = (body: object, by = headers) =>
			ask<AccountAnswer>("PUT", "/api/account", { payload: body, headers: by });
		expect((await put({ password: "sato sato sato" })).body.code).toBe("password-weak");
		expect((await put({ password: PASSWORD })).status).toBe(200);
		expect((await put({ password: `${PASSWORD} 2` })).status).toBe(200);
		now += 31 * 60_000;
		expect((await put({ password: `${PASSWORD} 3` })).body.code).toBe("password-wrong");
		const currentPassword = `${PASSWORD} 2`;
		expect((await put({ password: `${PASSWORD} 3`, currentPassword })).status).toBe(200);
		expect((await put({ name: "administrator" })).body.code).toBe("name-taken");
		expect((await ask("GET", `/${key}`, { headers: {} })).status).toBe(410);
	});

	it("lose their sessions with a new role, a new password elsewhere, and when they are shut out", async () => {
		const { account } = await addPerson("operator");
		const isIn = async (headers: Headers) => (await ask("GET", "/api/search?q=", { headers })).status === 200;
		const patch = (payload: object) => ask("PATCH", `/api/accounts/${account.id}`, { payload });
		let mine = await signedIn(hub, account.id);
		await patch({ role: "helpdesk", domains: ["example.net"] });
		expect(await isIn(mine)).toBe(false);
		mine = await signedIn(hub, account.id);
		const elsewhere = await signedIn(hub, account.id);
		const payload = { password: `${PASSWORD} 2`, currentPassword: PASSWORD };
		await ask("PUT", "/api/account", { payload, headers: mine });
		expect([await isIn(mine), await isIn(elsewhere)]).toEqual([true, false]);
		await patch({ disabled: true });
		expect(await isIn(mine)).toBe(false);
		expect((await signIn("kato", `${PASSWORD} 2`)).body.code).toBe("sign-in-failed");
	});

	it("end each other's sessions only with the right to", async () => {
		const kato = await addPerson("operator");
		const sato = await addPerson("operator", "sato");
		const [mine, other] = [await signedIn(hub, kato.account.id), await signedIn(hub, sato.account.id)];
		const list = await ask<{ sessions: { id: string; current: boolean }[] }>("GET", "/api/sessions", {
			headers: other,
		});
		const [session] = list.body.sessions;
		expect(session?.current).toBe(true);
		const end = (headers: Headers) => ask("DELETE", `/api/sessions/${session?.id}`, { headers });
		expect((await end(mine)).body.code).toBe("not-found");
		const peek = await ask("GET", `/api/sessions?account=${sato.account.id}`, { headers: mine });
		expect(peek.body.code).toBe("not-allowed");
		expect((await end(admin())).status).toBe(200);
		expect((await ask("GET", "/api/search?q=", { headers: other })).status).toBe(401);
	});

	it("are changed in what the form names, and nothing else gets into the audit log", async () => {
		const { account } = await addPerson("operator");
		const payload = {
			disabled: false,
			password: "plain text",
			secondFactor: { secret: "A", confirmed: true },
		};
		await ask("PATCH", `/api/accounts/${account.id}`, { payload });
		await ask("PATCH", "/api/settings", { payload: { idleHours: 2, password: "plain text" } });
		expect((await signIn("kato", PASSWORD)).status).toBe(200);
		const entries = JSON.stringify(await hub.store.audits({ limit: 50 }));
		expect(entries).toContain("idleHours");
		expect(entries).not.toContain("plain text");
		expect(Object.keys(await hub.store.people.settings())).not.toContain("password");
	});

	it("who take another name are known by it in the audit log", async () => {
		const { account } = await addPerson("operator");
		await ask("PUT", "/api/account", { payload: { name: "sato" }, headers: await signedIn(hub, account.id) });
		const [entry] = await hub.store.audits({ limit: 1, action: "change own account" });
		expect(entry).toMatchObject({ who: "kato", detail: "name sato" });
	});

	it("cannot be a helpdesk of nothing", async () => {
		for (const domains of [[], ["a b"], ["*.example.net"]]) {
			const payload = { name: "desk", role: "helpdesk", domains };
			expect((await ask("POST", "/api/accounts", { payload })).body.code).toBe("request-invalid");
		}
	});
});
