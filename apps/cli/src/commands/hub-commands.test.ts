/** The commands that administer a hub, against a hub that runs: signing in, people, hosts, tokens, and what is refused. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

// each is some processes, one after the other
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = at("../main.ts");
const HUB = at("../../../hub/src/main.ts");

let dir: string;
let hub: ChildProcess;
let url: string;
let token: string;

beforeAll(async () => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-cli-"));
	hub = spawn(process.execPath, [HUB, "--data", join(dir, "data"), "--port", "0"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const line = await new Promise<string>((resolve) =>
		hub.stdout?.once("data", (data) => resolve(String(data))),
	);
	url = new URL(/http\S+/.exec(line)?.[0] ?? "").origin;
	token = spawnSync(process.execPath, [HUB, "api-token", "--data", join(dir, "data")], {
		encoding: "utf8",
	}).stdout.trim();
}, 60_000);
afterAll(async () => {
	const ended = new Promise((resolve) => hub.once("exit", resolve));
	hub.kill();
	await ended;
	rmSync(dir, { recursive: true });
});

function run(
	args: string[],
	{ input = "", environment = {} }: { input?: string; environment?: NodeJS.ProcessEnv } = {},
) {
	const { MAILTRAIL_HUB: _, MAILTRAIL_TOKEN: __, ...rest } = process.env;
	const env = { ...rest, XDG_CONFIG_HOME: join(dir, "config"), ...environment };
	const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
		encoding: "utf8",
		env,
		input,
	});
	return { status, out: stdout, err: stderr };
}

it("keeps a token from standard input for this user alone, and uses it from then on", () => {
	expect(run(["user", "list"])).toMatchObject({ status: 2, err: expect.stringContaining("mailtrail login") });
	expect(run(["login", url, "--token", "-"], { input: "wrong-wrong-wrong-wrong\n" })).toMatchObject({
		status: 2,
	});
	const signedIn = run(["login", url, "--token", "-"], { input: `${token}\n` });
	expect(signedIn).toMatchObject({ status: 0, err: expect.stringContaining("as administrator") });
	const file = join(dir, "config/mailtrail/hubs.json");
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(JSON.parse(readFileSync(file, "utf8")).last).toBe(url);
	expect(run(["user", "list"])).toMatchObject({ status: 0, out: expect.stringContaining("administrator") });
});

it("asks for no password where there is no terminal", () => {
	expect(run(["login", url])).toMatchObject({ status: 2, err: expect.stringContaining("no terminal") });
});

it("adds people, changes them, and shuts them out", () => {
	const link = run(["user", "add", "sato", "--role", "helpdesk", "--domain", "example.jp"]);
	expect(link.out).toMatch(/^http:\/\/localhost:\d+\/\?key=[\w-]{43}\n$/);
	expect(run(["user", "add", "Sato", "--role", "operator"])).toMatchObject({
		status: 3,
		err: expect.stringContaining("name already"),
	});
	expect(run(["user", "change", "sato", "--role", "operator"]).out).toBe("sato: operator, no password yet\n");
	expect(run(["user", "disable", "sato"]).out).toContain("disabled");
	const listed = run(["user", "list", "--json"])
		.out.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(listed).toContainEqual(expect.objectContaining({ name: "sato", role: "operator", disabled: true }));
	expect(run(["user", "remove", "sato"]).status).toBe(0);
	expect(run(["user", "remove", "sato"])).toMatchObject({
		status: 1,
		err: expect.stringContaining("no account"),
	});
	expect(run(["user", "remove", "administrator"])).toMatchObject({ status: 3 });
});

it("makes tokens that do what they are for, and revokes them", () => {
	const made = run(["token", "create", "hosts only", "--right", "hosts", "--days", "1"]);
	const secret = made.out.trim();
	const environment = { MAILTRAIL_HUB: url, MAILTRAIL_TOKEN: secret };
	expect(run(["host", "list"], { environment })).toMatchObject({ status: 1 });
	expect(run(["user", "list"], { environment })).toMatchObject({
		status: 3,
		err: expect.stringContaining("accounts"),
	});
	expect(run(["token", "create", "x", "--right", "everything"])).toMatchObject({ status: 2 });
	expect(run(["token", "revoke", "hosts only"]).status).toBe(0);
	expect(run(["host", "list"], { environment })).toMatchObject({ status: 3 });
});

it("gives a token that enrols a host", () => {
	expect(run(["host", "token", "mx1"]).out).toMatch(/^[\w-]{43}\n$/);
	expect(run(["host", "revoke", "mx1"])).toMatchObject({ status: 1 });
});

it("says when the hub is not there, and forgets what it is told to", () => {
	const environment = { MAILTRAIL_TOKEN: "x" };
	expect(run(["host", "list", "--hub", "http://127.0.0.1:1"], { environment })).toMatchObject({
		status: 3,
		err: expect.stringContaining("cannot be reached"),
	});
	expect(run(["login", url, "--forget"]).status).toBe(0);
	expect(run(["user", "list"])).toMatchObject({ status: 2 });
});
