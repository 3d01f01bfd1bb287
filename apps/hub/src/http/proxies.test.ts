/**
 * The examples of `deploy/proxy`, run: a real nginx and a real Caddy with these very files (address, port and certificate put
 * in their place), below a sub-path. What a machine does not have is not run; Traefik's is none of Debian's programs.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JourneyAnswer, LiveMessage, SearchAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { makeSecret } from "../accounts/secrets.ts";
import { batchesOf, mailTraffic, messageId } from "../testing/mail-traffic.ts";
import { Inbox } from "../testing/test-agent.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const example = (name: string) =>
	readFileSync(fileURLToPath(new URL(`../../../../deploy/proxy/${name}`, import.meta.url)), "utf8");
const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

let dir: string;
let proxy: ChildProcess | undefined;
let hub: TestHub;
let port: number;
beforeEach(async () => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-proxy-"));
	mkdirSync(join(dir, "web/assets"), { recursive: true });
	writeFileSync(join(dir, "web/index.html"), '<title>page</title><script src="./assets/a.js"></script>');
	writeFileSync(join(dir, "web/assets/a.js"), "1");
	const key = [
		"-keyout",
		join(dir, "key.pem"),
		"-out",
		join(dir, "cert.pem"),
		"-addext",
		"subjectAltName=DNS:localhost",
	];
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
	execFileSync("openssl", [...made, "-subj", "/CN=localhost", ...key], { stdio: "ignore" });
	port = await freePort();
	hub = await startHub({
		webDir: join(dir, "web"),
		publicUrl: `https://localhost:${port}/trail`,
		trustedProxies: ["127.0.0.1", "::1"],
	});
});
afterEach(async () => {
	const ended = proxy && new Promise((resolve) => proxy?.once("exit", resolve));
	proxy?.kill("SIGTERM");
	await ended;
	proxy = undefined;
	await hub.close();
	rmSync(dir, { recursive: true });
});

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
		});
	});
}

interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: string;
}
function ask(
	path: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
	const { method = "GET", headers = {}, body } = options;
	return new Promise((resolve, reject) => {
		const url = `https://localhost:${port}${path}`;
		const asked = request(url, { method, headers, rejectUnauthorized: false, agent: false }, (answer) => {
			let text = "";
			answer.on("data", (chunk) => {
				text += String(chunk);
			});
			answer.on("end", () =>
				resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
			);
		});
		asked.on("error", reject).end(body);
	});
}
async function answers(): Promise<void> {
	for (let i = 0; i < 100; i++) {
		const up = await ask("/trail/health").then(
			({ status }) => status === 200,
			() => false,
		);
		if (up) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error("the proxy does not answer");
}

/** Everything that browsers, scripts and agents need of a proxy. */
async function everything(): Promise<void> {
	await answers();
	expect((await ask("/trail")).headers.location).toMatch(/\/trail\/$/);
	const { value } = await makeSecret(hub.store, "sign-in", Date.now());
	const first = await ask(`/trail/?key=${value}`);
	expect([first.status, first.headers.location]).toEqual([302, "./"]);
	expect(first.headers["strict-transport-security"]).toContain("max-age");
	const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";
	expect(cookie).toMatch(/^__Host-/);
	const origin = `https://localhost:${port}`;

	expect((await ask("/trail/journey/mx/A1/t", { headers: { cookie } })).body).toContain(
		'src="../../../assets/a.js"',
	);
	expect((await ask("/trail/assets/a.js")).body).toBe("1");

	const traffic = mailTraffic(0, 2);
	const agent = await hub.agentAt(`${origin}/trail`, "out");
	await agent.deliver(batchesOf(traffic.out, 500));
	const search = await ask("/trail/api/search?q=", { headers: { cookie } });
	const { rows } = JSON.parse(search.body) as SearchAnswer;
	expect(rows.map((row) => row.messageId)).toEqual([messageId(1), messageId(0)]);
	const path = `/trail/api/journeys/${encodeURIComponent(rows[0]?.id ?? "")}`;
	expect(path).toContain("%2F");
	const journey = JSON.parse((await ask(path, { headers: { cookie } })).body) as JourneyAnswer;
	expect(journey.journey.id).toBe(rows[0]?.id);

	const post = (from: string) =>
		ask("/trail/api/agents/tokens", {
			method: "POST",
			headers: { cookie, origin: from, "content-type": "application/json" },
			body: "{}",
		});
	expect((await post(origin)).status).toBe(200);
	expect((await post("https://evil.example")).status).toBe(403);

	const headers = { cookie, origin };
	const socket = new WebSocket(`wss://localhost:${port}/trail/live`, { headers, rejectUnauthorized: false });
	const inbox = new Inbox<LiveMessage>(socket);
	await new Promise((resolve) => socket.on("open", resolve));
	socket.send(JSON.stringify({ type: "subscribe" }));
	expect(await inbox.next()).toMatchObject({ type: "subscribed", rows: [{}, {}] });
	socket.close();
	agent.socket.close();
}

describe("the examples", () => {
	it.runIf(has("nginx", "-v"))("of nginx serves page, API, browsers and agents below its path", async () => {
		const site = example("nginx.conf")
			.replace("listen 443 ssl http2;", `listen 127.0.0.1:${port} ssl http2;`)
			.replace("\tlisten [::]:443 ssl http2;\n", "")
			.replaceAll("mail.example.com", "localhost")
			.replaceAll("/etc/ssl/mailtrail", dir)
			.replace("/var/log/nginx/mailtrail.log", join(dir, "access.log"))
			.replace("127.0.0.1:8025", new URL(hub.url).host);
		const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
			(of) => `${of}_temp_path ${dir}/${of};`,
		);
		const user = process.getuid?.() === 0 ? "user root;" : "";
		const all = `${user} daemon off; pid ${dir}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary.join(" ")} ${site} }`;
		writeFileSync(join(dir, "nginx.conf"), all);
		proxy = spawn("nginx", ["-p", dir, "-e", "stderr", "-c", join(dir, "nginx.conf")], { stdio: "inherit" });
		await everything();
		expect(readFileSync(join(dir, "access.log"), "utf8")).not.toMatch(/key=|q=/);
	});

	it.runIf(has("caddy", "version"))(
		"of Caddy serves page, API, browsers and agents below its path",
		async () => {
			const site = example("Caddyfile")
				.replace("mail.example.com {", `https://localhost:${port} {\n\ttls ${dir}/cert.pem ${dir}/key.pem`)
				.replace("127.0.0.1:8025", new URL(hub.url).host);
			writeFileSync(join(dir, "Caddyfile"), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
			const env = { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
			const args = ["run", "--config", join(dir, "Caddyfile"), "--adapter", "caddyfile"];
			proxy = spawn("caddy", args, { stdio: "ignore", env });
			await everything();
		},
	);

	it("of all three name the same settings of the hub", () => {
		for (const name of ["nginx.conf", "Caddyfile", "traefik.yaml"]) {
			expect(example(name)).toContain('#   public_url = "https://mail.example.com/trail"\n');
			expect(example(name)).toContain('#   trusted_proxies = ["127.0.0.1", "::1"]\n');
		}
	});
});
