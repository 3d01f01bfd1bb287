/** The hub over HTTP: who comes in, what a search and a journey answer, and that errors and their document stay true. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JourneyAnswer, SearchAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeSecret } from "./accounts/secrets.ts";
import { batchesOf, mailTraffic, messageId, queueIdIn, queueIdOut } from "./testing/mail-traffic.ts";
import { newKey } from "./testing/test-agent.ts";
import { startHub, type TestHub } from "./testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

async function twoHosts(count: number): Promise<void> {
	const traffic = mailTraffic(0, count);
	for (const host of ["in", "out"] as const) {
		const agent = await hub.agent(host);
		await agent.deliver(batchesOf(traffic[host], 500));
		agent.socket.close();
	}
}

const search = (q: string, more = "") =>
	hub.get<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}${more}`);

describe("signing in", () => {
	it("works once with the key in the address", async () => {
		const { value } = await makeSecret(hub.store, "sign-in", Date.now());
		const first = await hub.app.inject(`/?key=${value}`);
		expect(first.statusCode).toBe(302);
		expect(first.headers.location).toBe("./");
		const cookie = String(first.headers["set-cookie"]);
		expect(cookie).toMatch(/^mailtrail_session_0=[\w-]{43};.*HttpOnly; SameSite=Strict$/);
		const page = await hub.app.inject({ path: "/", headers: { cookie: cookie.split(";")[0] ?? "" } });
		expect(page.statusCode).toBe(200);
		expect(page.body).toContain("its page is not built");
		const second = await hub.app.inject(`/?key=${value}`);
		expect(second.statusCode).toBe(410);
		expect(second.body).toContain("mailtrail-hub link --data");
		const again = await hub.app.inject({
			path: `/?key=${value}`,
			headers: { cookie: cookie.split(";")[0] ?? "" },
		});
		expect([again.statusCode, again.headers.location]).toEqual([302, "./"]);
	});

	it("is asked for by the page and the API", async () => {
		expect((await hub.app.inject("/")).statusCode).toBe(401);
		const answer = await hub.app.inject("/api/hosts");
		expect(answer.statusCode).toBe(401);
		expect(answer.json().code).toBe("not-signed-in");
		expect((await hub.app.inject("/health")).json()).toEqual({ status: "ready" });
	});

	it("is asked for however the address is spelt", async () => {
		const { port } = new URL(hub.url);
		const statusOf = (path: string) =>
			new Promise<number>((resolve, reject) => {
				get({ port, path, host: "127.0.0.1" }, (answer) => resolve(answer.resume().statusCode ?? 0)).on(
					"error",
					reject,
				);
			});
		for (const path of ["/%61pi/hosts", "/ap%69/audit", "http://hub.example/api/hosts", "/%61pi/search?q=x"])
			expect([path, await statusOf(path)]).toEqual([path, 401]);
		const answer = await hub.app.inject({ method: "POST", path: "/%61pi/agents/tokens", payload: {} });
		expect(answer.statusCode).toBe(401);
	});

	it("is not needed with an API token", async () => {
		const made = await hub.post("/api/tokens", { name: "script", rights: ["hosts"] });
		const value = made.body.secret ?? "";
		const ask = (token: string) =>
			hub.app.inject({ path: "/api/hosts", headers: { authorization: `Bearer ${token}` } });
		expect((await ask(value)).statusCode).toBe(200);
		expect((await ask(`${value}x`)).statusCode).toBe(401);
	});

	it("does not let another site's page change anything", async () => {
		expect((await hub.post("/api/agents/tokens", {})).status).toBe(200);
		const foreign = await hub.post("/api/agents/tokens", {}, { origin: "http://evil.example" });
		expect(foreign).toMatchObject({ status: 403, body: { code: "wrong-origin" } });
	});

	it("answers with a policy that allows no inline script", async () => {
		const { headers } = await hub.app.inject("/");
		expect(headers["content-security-policy"]).toContain("default-src 'self'");
		expect(headers["content-security-policy"]).not.toContain("unsafe");
	});
});

describe("the built page", () => {
	it("is served for every place in it, its files as they are", async () => {
		const webDir = mkdtempSync(join(tmpdir(), "mailtrail-web-"));
		mkdirSync(join(webDir, "assets"));
		writeFileSync(join(webDir, "index.html"), '<title>page</title><script src="./assets/a.js">');
		writeFileSync(join(webDir, "assets/a.js"), "1");
		const built = await startHub({ webDir });
		const get = (path: string) => built.app.inject({ path, headers: { cookie: built.cookie } });
		expect((await get("/")).body).toContain("page");
		for (const [place, up] of [
			["/journey/x%2Fy", "../"],
			["/journey/mx/A1/t", "../../../"],
			["/live?q=x/y", "./"],
			["/hosts", "./"],
		] as const) {
			const answer = await get(place);
			const html = `<title>page</title><script src="${up}assets/a.js">`;
			expect([place, answer.statusCode, answer.body]).toEqual([place, 200, html]);
			expect((await built.app.inject(place)).statusCode).toBe(401);
		}
		const asset = await get("/assets/a.js");
		expect(asset.body).toBe("1");
		expect(asset.headers["cache-control"]).toContain("immutable");
		expect((await get("/assets/none.js")).json().code).toBe("not-found");
		expect((await get("/api/none")).json().code).toBe("not-found");
		expect((await get("/..%2f..%2fetc/passwd")).body).not.toContain("root:");
		// built anew while the hub runs
		writeFileSync(join(webDir, "index.html"), '<title>newer</title><script src="./assets/b.js">');
		writeFileSync(join(webDir, "assets/b.js"), "2");
		utimesSync(join(webDir, "index.html"), new Date(), new Date(Date.now() + 5_000));
		expect((await get("/hosts")).body).toContain("./assets/b.js");
		expect((await get("/assets/b.js")).body).toBe("2");
		await built.close();
		rmSync(webDir, { recursive: true });
	});
});

describe("enrolment", () => {
	it("takes a token once, and a host's new key only with a token for it", async () => {
		const { body } = await hub.post("/api/agents/tokens", {});
		const { publicKey } = newKey();
		const enrol = (token: string | undefined, host: string, key = publicKey) =>
			hub.post("/api/agents/enrol", { token, host, publicKey: key });
		expect((await enrol(body.token, "bad host")).body.code).toBe("host-name-invalid");
		expect((await enrol(body.token, "mx", "AAAA")).body.code).toBe("public-key-invalid");
		expect(await enrol(body.token, "mx")).toMatchObject({ status: 200, body: { host: "mx" } });
		expect((await enrol(body.token, "mx2")).body.code).toBe("enrolment-token-invalid");
		expect((await enrol("cut", "mx2")).body.code).toBe("enrolment-token-invalid");
		const any = await hub.post("/api/agents/tokens", undefined);
		expect((await enrol(any.body.token, "mx")).body.code).toBe("host-already-enrolled");
		const named = await hub.post("/api/agents/tokens", { host: "mx" });
		expect((await enrol(named.body.token, "other")).body.code).toBe("host-mismatch");
		expect((await enrol(named.body.token, "mx")).status).toBe(200);
	});
});

describe("search", () => {
	it("finds one message of two hosts by everything that names it", async () => {
		await twoHosts(5);
		for (const q of [
			"s3@example.org",
			"to:u3@d3.example.net",
			`id:${messageId(3)}`,
			queueIdOut(3),
			`queue:${queueIdIn(3)}`,
			"domain:d3.example.net",
			"from:s3@example.org to:u3@d3.example.net host:in",
		]) {
			const { rows, total, totalExact } = await search(q);
			expect([q, rows.map((row) => row.messageId)]).toEqual([q, [messageId(3)]]);
			expect([total, totalExact]).toEqual([1, true]);
		}
		const { rows } = await search("status:delivered");
		expect(rows).toHaveLength(5);
		expect((await search("status:failed")).rows).toEqual([]);
	});

	it("pages through everything, newest first, each message once", async () => {
		await twoHosts(25);
		for (const q of ["", "host:in", "domain:example.net"]) {
			const found: (string | undefined)[] = [];
			let cursor = "";
			do {
				const page = await search(q, `&limit=10${cursor}`);
				expect([q, page.total]).toEqual([q, 25]);
				found.push(...page.rows.map((row) => row.messageId));
				cursor = page.cursor === undefined ? "" : `&cursor=${page.cursor}`;
			} while (cursor !== "");
			expect([q, found]).toEqual([q, Array.from({ length: 25 }, (_, i) => messageId(24 - i))]);
		}
	});

	it("is noted once for all its pages, and so is the log that is followed", async () => {
		const fresh = await startHub();
		const get = (path: string) => fresh.app.inject({ path, headers: { cookie: fresh.cookie } });
		const notes = async (action: string) => (await fresh.store.audits({ limit: 50, action })).length;
		const cursor = Buffer.from("[1,1,1]").toString("base64url");
		for (const path of ["q=x", "q=x", `q=x&cursor=${cursor}`, `q=y&cursor=${cursor}`])
			await get(`/api/search?${path}`);
		// asked twice by somebody, scrolled once; a page of what nobody asked for is a question too
		expect(await notes("search")).toBe(3);
		for (let poll = 0; poll < 4; poll++) await get("/api/hosts/mx/lines?limit=5");
		await get("/api/hosts/mx/lines?contains=x");
		expect(await notes("lines")).toBe(2);
		await fresh.close();
	});

	it("asks by time", async () => {
		await twoHosts(10);
		const { rows } = await search("since:2026-03-02T08:00:05Z until:2026-03-02T08:00:06Z");
		expect(rows.map((row) => row.messageId)).toEqual([messageId(6), messageId(5)]);
		const clock = "since:2026-03-02T17:00:05 until:2026-03-02T17:00:06";
		expect((await search(clock, "&zone=Asia/Tokyo")).rows).toHaveLength(2);
		expect((await search(clock, "&zone=No/Where")).rows).toHaveLength(0);
	});

	it("says who is watched and what was not understood", async () => {
		await twoHosts(1);
		const { coverage, problems, terms } = await search("nosuch:x from:a@b.example");
		expect(coverage).toMatchObject({ hosts: 2 });
		expect(problems).toHaveLength(1);
		expect(terms).toEqual([{ field: "from", value: "a@b.example", negated: false }]);
	});

	it("says since when a host is away, in words for people", async () => {
		await twoHosts(1);
		hub = await hub.restart();
		const texts = async (more: string) => (await search("", more)).coverage.notices.map(({ text }) => text);
		const ago = "not connected, last seen 0 minutes ago";
		expect(await texts("")).toEqual([ago, ago]);
		expect((await texts("&lang=ja"))[0]).toBe("未接続(最終接続 0 分前)");
	});

	it("refuses what is no cursor and no limit", async () => {
		expect(await search("", "&cursor=abc")).toMatchObject({ code: "cursor-invalid" });
		expect(await search("", "&limit=1000")).toMatchObject({ code: "request-invalid" });
	});
});

describe("a journey", () => {
	const journey = (id: string) => hub.get<JourneyAnswer>(`/api/journeys/${encodeURIComponent(id)}`);

	it("is found by its own id, by a later stop's and by an id that it had", async () => {
		await twoHosts(3);
		const [row] = (await search(queueIdOut(1))).rows;
		const [later] = await hub.store.hopsOfQueue(`in/${queueIdIn(1)}`);
		const stale = `out/${queueIdOut(1)}/zzzzzz`;
		for (const id of [row?.id, later?.id, stale]) {
			const answer = await journey(id ?? "");
			expect(answer.journey.id).toBe(row?.id);
			expect(answer.journey.recipients[0]?.path.map((stop) => stop.host)).toEqual(["out", "in"]);
			expect(answer.lines).toHaveLength(10);
			expect(answer.lines.map((line) => line.at)).toEqual(answer.lines.map((line) => line.at).sort());
		}
		expect(await journey("out/NOSUCH/1")).toMatchObject({ code: "journey-not-found" });
		// a proxy that reads the address hands its slashes on as slashes; it is masked and noted all the same
		const plain = await hub.get<JourneyAnswer>(`/api/journeys/${row?.id}?masked=1`);
		expect(plain.journey.id).toBe(row?.id);
		expect(JSON.stringify(plain)).not.toMatch(/\b[su]\d+@/);
		expect(await hub.store.audits({ limit: 1 })).toMatchObject([
			{ action: "view", detail: `${row?.id} masked=1` },
		]);
	});

	it("gives the lines by name", async () => {
		await twoHosts(1);
		const ref = encodeURIComponent("in:/var/log/mail.log:g1:0");
		const answer = await hub.get<{ lines: unknown[] }>(`/api/lines?ref=${ref}&ref=nonsense`);
		expect(answer.lines).toMatchObject([{ host: "in", source: "/var/log/mail.log", offset: 0 }]);
	});
});

describe("the API's description", () => {
	it("is OpenAPI 3.1 and has every route", async () => {
		const document = await hub.get<{ openapi: string; paths: Record<string, unknown> }>("/api/openapi.json");
		expect(document.openapi).toBe("3.1.0");
		const routes = hub.app.declaredRoutes
			.map(({ url }) => url.replace(/:(\w+)/g, "{$1}"))
			// `/api/journeys/{id}` with the slashes of its id as they are
			.filter((url) => url !== "/api/journeys/*");
		const api = routes.filter(
			(url) => /^\/(?:api|health|ready|metrics)/.test(url) && url !== "/api/openapi.json",
		);
		expect(Object.keys(document.paths).sort()).toEqual([...new Set(api)].sort());
		expect(api.length).toBeGreaterThan(20);
	});
});
