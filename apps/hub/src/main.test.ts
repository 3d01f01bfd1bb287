/** The hub as a process: what it prints, how it ends, and that a kill at any moment loses and doubles nothing. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EnrolResponse, HostsAnswer, SearchAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "./testing/mail-traffic.ts";
import { type AgentIdentity, newKey, TestAgent } from "./testing/test-agent.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
let dir: string;
let children: ChildProcess[];
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-main-"));
	children = [];
});
afterEach(() => {
	for (const child of children) child.kill("SIGKILL");
	rmSync(dir, { recursive: true, force: true });
});

function run(...args: string[]): { status: number | null; out: string; err: string } {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
	return { status, out: stdout.trim(), err: stderr.trim() };
}

/** Starts the hub; resolves with its one line. */
async function serve(...args: string[]): Promise<{ child: ChildProcess; line: string; url: string }> {
	const child = spawn(process.execPath, [MAIN, "--data", dir, "--port", "0", ...args]);
	children.push(child);
	const line = await new Promise<string>((resolve, reject) => {
		child.stdout?.once("data", (data) => resolve(String(data)));
		child.stderr?.once("data", (data) => reject(new Error(String(data))));
	});
	return { child, line, url: new URL(line.slice(line.indexOf("http")).trim()).origin };
}

async function enrol(url: string, host: string): Promise<AgentIdentity> {
	const { key, publicKey } = newKey();
	const token = run("token", "--data", dir, "--host", host).out;
	const body = JSON.stringify({ token, host, publicKey });
	const headers = { "content-type": "application/json" };
	const answer = await fetch(`${url}/api/agents/enrol`, { method: "POST", headers, body });
	const { agent } = (await answer.json()) as EnrolResponse;
	return { agent, host, key };
}

describe("the command", () => {
	it("says what is wrong with its words", () => {
		expect(run("--prot", "1")).toMatchObject({ status: 2, err: expect.stringContaining("--port") });
		expect(run("serv")).toMatchObject({ status: 2, err: expect.stringContaining("unknown command serv") });
		expect(run("--port", "x")).toMatchObject({ status: 2 });
		expect(run("--help")).toMatchObject({ status: 0, out: expect.stringContaining("api-token") });
	});

	it("signs in by its link once, and by a new one", async () => {
		const { line, url } = await serve();
		expect(line).toMatch(/^[^\n]*http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{43}\n$/);
		const link = line.slice(line.indexOf("http")).trim();
		const open = (address: string) => fetch(address, { redirect: "manual" });
		expect((await open(link)).status).toBe(302);
		expect((await open(link)).status).toBe(410);
		const fresh = run("link", "--data", dir).out;
		expect(new URL(fresh).origin).toBe(url);
		expect((await open(fresh)).status).toBe(302);
	});

	it("ends cleanly when told to", async () => {
		const { child } = await serve();
		const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
		child.kill("SIGTERM");
		expect(await ended).toBe(0);
	});

	it("revokes a host's agent beside the running hub", async () => {
		const { url } = await serve();
		const agent = new TestAgent(url);
		await agent.hello(await enrol(url, "mx"));
		expect(run("revoke", "--data", dir)).toMatchObject({ status: 2 });
		expect(run("revoke", "--data", dir, "--host", "nobody")).toMatchObject({ status: 2 });
		expect(run("revoke", "--data", dir, "--host", "mx")).toMatchObject({ status: 0 });
		expect(await agent.inbox.next()).toMatchObject({ type: "refuse", reason: "revoked" });
	});

	it("puts its certificate into a token only where it can be seen", async () => {
		expect(run("token", "--data", dir, "--pin", "http://hub.example")).toMatchObject({ status: 2 });
		expect(run("token", "--data", dir, "--pin", "https://127.0.0.1:1")).toMatchObject({ status: 2, out: "" });
	});

	it("says when the port or the data is taken", async () => {
		const taken = createServer().listen(0, "127.0.0.1");
		await new Promise((resolve) => taken.once("listening", resolve));
		const address = taken.address();
		const port = typeof address === "object" ? String(address?.port) : "";
		const busy = run("--data", dir, "--port", port);
		expect(busy).toMatchObject({ status: 1, err: expect.stringContaining(`port ${port} is in use`) });
		taken.close();
		await serve();
		const second = run("--data", dir, "--port", "0");
		expect(second).toMatchObject({ status: 1, err: expect.stringContaining("another hub is running") });
	});
});

describe("kill -9", () => {
	it("in the middle of batches loses and doubles nothing", { timeout: 60_000 }, async () => {
		const { out } = mailTraffic(0, 400);
		const batches = batchesOf(out, 50);
		let identity: AgentIdentity | undefined;
		let acknowledged = -1;
		let next = 0;
		for (let life = 0; next < batches.length; life++) {
			const { child, url } = await serve();
			identity ??= await enrol(url, "out");
			const agent = new TestAgent(url);
			const welcome = await agent.hello(identity);
			if (welcome.type !== "welcome") throw new Error(JSON.stringify(welcome));
			const committed = welcome.positions[0]?.offset ?? 0;
			next = batches.filter((batch) => batch.position.offset <= committed).length;
			// What was acknowledged is there, whatever happened since.
			expect(next).toBeGreaterThan(acknowledged);
			for (const batch of batches.slice(next)) agent.send(batch);
			const killAfter = life < 4 ? 3 + life : batches.length;
			for (let i = 0; i < killAfter && next < batches.length; i++) {
				const answer = await agent.inbox.next();
				if (answer.type !== "ack") throw new Error(JSON.stringify(answer));
				acknowledged = answer.id;
				next = answer.id + 1;
			}
			if (next < batches.length) child.kill("SIGKILL");
			await (next < batches.length ? agent.inbox.closed : undefined);
			if (next === batches.length) await verify(url);
		}
	});

	async function verify(url: string): Promise<void> {
		const headers = { authorization: `Bearer ${run("api-token", "--data", dir).out}` };
		const get = async <T>(path: string) => (await (await fetch(url + path, { headers })).json()) as T;
		const { hosts } = await get<HostsAnswer>("/api/hosts");
		expect(hosts[0]).toMatchObject({ lines: 2_000, unparsed: 0 });
		let found = 0;
		let cursor = "";
		do {
			const page = await get<SearchAnswer>(`/api/search?q=status:sent&limit=200${cursor}`);
			found += page.rows.length;
			cursor = page.cursor === undefined ? "" : `&cursor=${page.cursor}`;
		} while (cursor !== "");
		expect(found).toBe(400);
	}
});
