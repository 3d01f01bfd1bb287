/** `mailtrail import` against a hub that runs: once, again, packed, grown, and without the right to. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = at("../main.ts");
const HUB = at("../../../hub/src/main.ts");

let dir: string;
let hub: ChildProcess;
let url: string;
let token: string;

beforeAll(async () => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-import-"));
	const data = join(dir, "data");
	hub = spawn(process.execPath, [HUB, "--data", data, "--port", "0"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const line = await new Promise<string>((found) => hub.stdout?.once("data", (text) => found(String(text))));
	url = new URL(/http\S+/.exec(line)?.[0] ?? "").origin;
	token = spawnSync(process.execPath, [HUB, "api-token", "--data", data], { encoding: "utf8" }).stdout.trim();
});
afterAll(async () => {
	const ended = new Promise((resolve) => hub.once("exit", resolve));
	hub.kill();
	await ended;
	rmSync(dir, { recursive: true });
});

function run(...args: string[]) {
	const env = { ...process.env, MAILTRAIL_HUB: url, MAILTRAIL_TOKEN: token };
	const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "import", ...args], {
		encoding: "utf8",
		env,
	});
	return { status, out: stdout, err: stderr };
}

const lines = Array.from({ length: 1_200 }, (_, n) => {
	const time = new Date(Date.parse("2026-03-02T08:00:00Z") + n * 1_000).toISOString();
	return `${time} mx postfix/smtp[9]: A1000${n.toString(16).toUpperCase().padStart(5, "0")}: to=<u${n}@example.net>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to example.net[192.0.2.7]:25: Connection timed out)`;
});

it("sends a log once, whatever its name and packing, and what it has grown by", async () => {
	const file = join(dir, "mail.log");
	writeFileSync(file, `${lines.slice(0, 700).join("\n")}\n`);
	expect(run("--host", "old1", file)).toMatchObject({
		status: 0,
		out: `${file}: 700 lines stored, 0 were there\n`,
	});
	expect(run("--host", "old1", file).out).toBe(`${file}: 0 lines stored, 700 were there\n`);
	appendFileSync(file, `${lines.slice(700).join("\n")}\n`);
	const packed = join(dir, "mail.log.1.gz");
	writeFileSync(packed, gzipSync(`${lines.join("\n")}\n`));
	const grown = JSON.parse(run("--host", "old1", "--json", packed).out);
	expect(grown).toEqual({ file: packed, added: 500, known: 700 });
	const answer = await fetch(`${url}/api/search?q=${encodeURIComponent("to:u1100@example.net")}`, {
		headers: { authorization: `Bearer ${token}` },
	});
	expect(await answer.json()).toMatchObject({ total: 1 });
});

it("says what is missing or refused", () => {
	expect(run(join(dir, "mail.log"))).toMatchObject({
		status: 2,
		err: expect.stringContaining("--host NAME"),
	});
	expect(run("--host", "old1", join(dir, "none.log")).status).toBe(2);
	expect(run("--host", "no host", join(dir, "mail.log"))).toMatchObject({
		status: 3,
		err: expect.stringContaining("A host name has"),
	});
});
