/**
 * The package under a running systemd: a Debian that boots in a container (systemd-nspawn) with rsyslog and journald, where the
 * real unit is started, killed, upgraded, refused and removed. Needs root, debootstrap and systemd-nspawn
 * (MAILTRAIL_SYSTEMD_ROOT names a root that is there already; it is copied).
 */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestHub, TOKEN } from "../src/testing/test-hub.ts";
import { ROOT } from "./package-files.ts";

const SUITE = "bookworm";
const INCLUDE = "systemd,systemd-sysv,rsyslog,procps";
const UNIT = "mailtrail-agent";

const work = mkdtempSync(join(tmpdir(), "mailtrail-systemd-"));
const root = join(work, "root");
const hub = new TestHub();
let container: ChildProcess;
let leader: number;

function build(version: string): void {
	const out = join(work, version);
	const args = ["packaging/build-packages.ts", "--target", "linux-x64", "--version", version, "--out", out];
	execFileSync(process.execPath, args, {
		cwd: join(ROOT, "apps/agent"),
		stdio: ["ignore", "ignore", "inherit"],
	});
	cpSync(join(out, `mailtrail-agent_${version}_amd64.deb`), join(root, `root/${version}.deb`));
}

const run = promisify(execFile);

/** In the container, as root; what it says. The hub answers meanwhile. */
async function inside(command: string): Promise<string> {
	const enter = [
		"-t",
		String(leader),
		"-m",
		"-u",
		"-i",
		"-n",
		"-p",
		"-r",
		"-w",
		"sh",
		"-ec",
		`exec 2>&1; ${command}`,
	];
	const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
	return (await run("nsenter", enter, { env })).stdout.trim();
}

/** The first process of the container, once it is there. */
async function findLeader(): Promise<number> {
	return vi.waitFor(
		() => {
			const children = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, "utf8");
			const [first] = children.trim().split(" ").map(Number);
			if (!first || readFileSync(`/proc/${first}/comm`, "utf8") !== "systemd\n")
				throw new Error("not booted yet");
			return first;
		},
		{ timeout: 60_000, interval: 200 },
	);
}

const log = (...messages: string[]) =>
	inside(messages.map((text) => `logger -t postfix/qmgr -p mail.info '${text}'`).join("; "));
const mainPid = async () => Number(await inside(`systemctl show -p MainPID --value ${UNIT}`));
const removed = (count: number) => Array.from({ length: count }, (_, i) => `4BA7C2BA${300 + i}: removed`);
const told = () => hub.texts().map((text) => text.replace(/^.*?: /, ""));

beforeAll(async () => {
	if (process.getuid?.() !== 0) throw new Error("run this as root: it boots a container");
	const ready = process.env.MAILTRAIL_SYSTEMD_ROOT;
	if (ready !== undefined) execFileSync("cp", ["-a", "--one-file-system", ready, root]);
	else {
		const mirror = process.env.MAILTRAIL_DEBIAN_MIRROR ?? "http://deb.debian.org/debian";
		const args = ["--variant=minbase", `--include=${INCLUDE}`, SUITE, root, mirror];
		execFileSync("debootstrap", args, { stdio: "ignore" });
	}
	for (const version of ["1.0.0", "1.0.1"]) build(version);
	await hub.start();
	const options = ["--register=no", "--keep-unit", "--machine=mailtrail-test", "--kill-signal=SIGRTMIN+3"];
	container = spawn("systemd-nspawn", ["-q", "-D", root, "-b", ...options], { stdio: "ignore" });
	leader = await findLeader();
	await vi.waitFor(
		async () => expect(await inside("systemctl is-system-running || true")).toMatch(/running|degraded/),
		{
			timeout: 60_000,
			interval: 500,
		},
	);
});

afterAll(async () => {
	await hub.stop();
	const ended = new Promise((done) => container.once("exit", done));
	container.kill("SIGTERM");
	await ended;
	rmSync(work, { recursive: true, force: true });
});

describe("the package under systemd", () => {
	it("starts nothing before it is enrolled", async () => {
		await inside("dpkg -i /root/1.0.0.deb");
		expect(await inside(`systemctl is-enabled ${UNIT} || true`)).toBe("disabled");
		await inside(`systemctl start ${UNIT}`);
		expect(await inside(`systemctl is-active ${UNIT} || true`)).toBe("inactive");
	});

	it("runs as its own user without any right, and sends what syslog writes", async () => {
		const lines = removed(20);
		await log(...lines);
		const said = await inside(`mailtrail-agent enrol ${hub.url} --token ${TOKEN} --host box`);
		expect(said).toContain("/var/log/mail.log");
		expect(said).toContain("systemctl enable --now mailtrail-agent");
		await inside(`systemctl enable --now ${UNIT}`);
		await hub.until(() => hub.lines.size === lines.length);
		expect(told()).toEqual(lines);
		const status = await inside(`cat /proc/${await mainPid()}/status`);
		expect(status).toMatch(/^CapEff:\t0+$/m);
		expect(status).toMatch(/^NoNewPrivs:\t1$/m);
		expect(status).toMatch(/^Seccomp:\t2$/m);
		expect(status).not.toMatch(/^Uid:\t0/m);
		// written every two seconds
		await vi.waitFor(async () => expect(await inside("mailtrail-agent status")).toContain("connected to"), {
			timeout: 10_000,
			interval: 500,
		});
		const exposure = await inside(`systemd-analyze security --no-pager ${UNIT} | tail -1`);
		expect(Number(/: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThanOrEqual(2);
	});

	it("comes back after kill -9, with nothing lost or doubled", async () => {
		const before = await mainPid();
		await inside(`kill -9 ${before}`);
		await log("4BA7C2BA400: removed");
		await hub.until(() => hub.lines.size === 21);
		expect(await mainPid()).not.toBe(before);
		expect(new Set(told()).size).toBe(21);
	});

	it("is upgraded while it runs: settings stay, the new program goes on", async () => {
		appendFileSync(join(root, "etc/mailtrail/agent.toml"), 'zone = "Asia/Tokyo"\n');
		const before = await mainPid();
		await inside("dpkg -i /root/1.0.1.deb");
		expect(await mainPid()).not.toBe(before);
		expect(await inside("cat /etc/mailtrail/agent.toml")).toContain("Asia/Tokyo");
		await log("4BA7C2BA401: removed");
		await hub.until(() => hub.lines.size === 22);
	});

	it("stays down when the hub has revoked it", async () => {
		hub.refusal = { type: "refuse", reason: "revoked", text: "This agent was revoked.", retry: false };
		await inside(`systemctl restart ${UNIT}`);
		await vi.waitFor(async () => expect(await inside(`systemctl is-active ${UNIT} || true`)).toBe("failed"), {
			timeout: 30_000,
			interval: 500,
		});
		expect(await inside(`systemctl show -p ExecMainStatus --value ${UNIT}`)).toBe("3");
		expect(await inside(`journalctl -u ${UNIT} --no-pager | tail -5`)).toContain("This agent was revoked");
	});

	it("is removed and purged: stopped, and nothing left", async () => {
		hub.refusal = undefined;
		await inside(`systemctl restart ${UNIT}; dpkg -r mailtrail-agent`);
		expect(await inside(`systemctl is-active ${UNIT} || true`)).not.toBe("active");
		expect(await inside("pgrep -x mailtrail-agent || true")).toBe("");
		await inside("dpkg -P mailtrail-agent");
		const left = await inside(
			"find / -xdev -name '*mailtrail*' -not -path '/var/log/*' -not -path '/proc/*'",
		);
		expect(left).toBe("");
		expect(existsSync(join(root, "etc/systemd/system/multi-user.target.wants/mailtrail-agent.service"))).toBe(
			false,
		);
		expect(readdirSync(join(root, "var/lib"))).not.toContain("mailtrail-agent");
	});
});
