/** TLS by the hub itself and by a proxy before it: cookies and headers that bind the browser to it, and a certificate that is renewed while it runs. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeSecret } from "../accounts/secrets.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import { readTls } from "./tls.ts";

let dir: string;
let hub: TestHub | undefined;
const at = (name: string) => join(dir, name);

beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-tls-"));
	for (const name of ["first", "second"]) {
		const made = [
			"req",
			"-x509",
			"-newkey",
			"ec",
			"-pkeyopt",
			"ec_paramgen_curve:prime256v1",
			"-nodes",
			"-days",
			"9",
		];
		const out = ["-subj", `/CN=${name}`, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)];
		execFileSync("openssl", [...made, ...out], { stdio: "ignore" });
	}
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(async () => {
	await hub?.close();
	hub = undefined;
});

function use(name: string): void {
	copyFileSync(at(`${name}.pem`), at("cert.pem"));
	copyFileSync(at(`${name}.key`), at("key.pem"));
}

interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	subject: string;
}
const ask = (url: string, headers: Record<string, string> = {}) =>
	new Promise<Answer>((resolve, reject) => {
		const asked = request(url, { rejectUnauthorized: false, agent: false, headers }, (answer) => {
			const socket = answer.socket as TLSSocket;
			const { CN } = socket.getPeerCertificate().subject;
			resolve({ status: answer.statusCode ?? 0, headers: answer.headers, subject: String(CN) });
			answer.resume();
		});
		asked.on("error", reject).end();
	});

describe("the hub's own TLS", () => {
	it("gives a cookie that only TLS carries, and says so to the browser", async () => {
		use("first");
		hub = await startHub({ tls: { cert: at("cert.pem"), key: at("key.pem") } });
		const { value } = await makeSecret(hub.store, "sign-in", Date.now());
		const { status, headers } = await ask(`${hub.url}/?key=${value}`);
		expect(status).toBe(302);
		expect(String(headers["set-cookie"])).toMatch(
			/^__Host-mailtrail_session_0=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
		);
		expect(headers["strict-transport-security"]).toBe("max-age=31536000");
		const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
		expect((await ask(`${hub.url}/api/hosts`, { cookie })).status).toBe(200);
		const open = (origin: string) =>
			new Promise((resolve) => {
				const socket = new WebSocket(`${hub?.url.replace("https", "wss")}/live`, {
					rejectUnauthorized: false,
					headers: { cookie, origin },
				});
				socket.on("open", () => resolve(socket.close()));
				socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode));
				socket.on("error", () => {});
			});
		expect(await open(hub.url)).toBeUndefined();
		// the same host without TLS is another origin: whoever sits in the middle could have made that page
		expect(await open(hub.url.replace("https", "http"))).toBe(403);
	});

	it("takes a renewed certificate without a restart, and keeps the old one while the new does not fit", async () => {
		use("first");
		hub = await startHub({ tls: { cert: at("cert.pem"), key: at("key.pem") } });
		const { url } = hub;
		const becomes = async (wanted: string) => {
			for (let i = 0; i < 80; i++) {
				if ((await ask(`${url}/health`)).subject === wanted) return true;
				await new Promise((resolve) => setTimeout(resolve, 100));
			}
			return false;
		};
		expect(await becomes("first")).toBe(true);
		copyFileSync(at("second.pem"), at("cert.pem"));
		utimesSync(at("cert.pem"), 1, 1);
		await new Promise((resolve) => setTimeout(resolve, 2_500));
		expect((await ask(`${url}/health`)).subject).toBe("first");
		copyFileSync(at("second.key"), at("key.pem"));
		utimesSync(at("key.pem"), 1, 1);
		expect(await becomes("second")).toBe(true);
	});

	it("has its fingerprint in a token that asks for it, whatever address the question names", async () => {
		use("first");
		hub = await startHub({ tls: { cert: at("cert.pem"), key: at("key.pem") } });
		const { body } = await hub.post("/api/agents/tokens", { pin: "https://elsewhere.example" });
		const { raw } = new X509Certificate(readFileSync(at("first.pem")));
		const mark = createHash("sha256").update(raw).digest("base64url");
		expect(body.token).toMatch(new RegExp(`^[\\w-]+\\.fp-${mark}$`));
	});

	it("says which file is wrong", () => {
		use("first");
		const read = (cert: string, key: string) => () => readTls({ cert: at(cert), key: at(key) });
		expect(read("first.pem", "second.key")).toThrow("not that of the certificate");
		expect(read("none.pem", "first.key")).toThrow("none.pem (tls_cert): there is no such file");
		writeFileSync(at("empty"), "");
		expect(read("empty", "first.key")).toThrow("no certificate in PEM");
		expect(read("first.pem", "empty")).toThrow("no private key");
	});
});

describe("behind a proxy", () => {
	it("that adds TLS, cookies and headers are those of TLS, and the page's origin is the public one", async () => {
		hub = await startHub({ publicUrl: "https://mail.example/trail/" });
		const { value } = await makeSecret(hub.store, "sign-in", Date.now());
		// whoever only looks whether the address is there does not use it up
		await hub.app.inject({ method: "HEAD", path: `/?key=${value}` });
		const first = await hub.app.inject(`/?key=${value}`);
		expect(String(first.headers["set-cookie"])).toContain("__Host-");
		expect(first.headers["strict-transport-security"]).toBe("max-age=31536000");
		const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";
		const make = (origin: string) =>
			hub?.app.inject({
				method: "POST",
				path: "/api/agents/tokens",
				payload: {},
				headers: { cookie, origin },
			});
		expect((await make("https://mail.example"))?.statusCode).toBe(200);
		expect((await make("https://evil.example"))?.statusCode).toBe(403);
		const payload = { name: "kato", role: "operator" };
		const headers = { cookie, origin: "https://mail.example" };
		const made = await hub.app.inject({ method: "POST", path: "/api/accounts", payload, headers });
		expect(made.json().link).toMatch(/^https:\/\/mail\.example\/trail\/\?key=/);
	});

	it("only those that are trusted say who asked", async () => {
		for (const [trustedProxies, seen] of [
			[["127.0.0.0/8"], "192.0.2.77"],
			[["10.0.0.0/8"], "127.0.0.1"],
			[[], "127.0.0.1"],
		] as [string[], string][]) {
			hub = await startHub({ trustedProxies });
			const headers = {
				"x-forwarded-for": "203.0.113.1, 192.0.2.77",
				origin: hub.url,
				host: new URL(hub.url).host,
			};
			const payload = { name: "nobody", password: "x" };
			await hub.app.inject({ method: "POST", path: "/api/session", payload, headers });
			const [entry] = await hub.store.audits({ limit: 1, action: "sign-in" });
			expect([trustedProxies, entry?.from]).toEqual([trustedProxies, seen]);
			await hub.close();
		}
		hub = undefined;
	});
});
