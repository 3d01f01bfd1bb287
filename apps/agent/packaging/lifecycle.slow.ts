/**
 * The .deb in the life of a real Debian: installed, enrolled, upgraded, removed, purged, in a root that debootstrap makes
 * (or a copy of the one that MAILTRAIL_DEBIAN_ROOT names). Needs root; says so where something is missing.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
	appendFileSync,
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestHub, TOKEN } from "../src/testing/test-hub.ts";
import { ROOT } from "./package-files.ts";

const SUITE = "bookworm";
const STATE = "/var/lib/mailtrail-agent";

const work = mkdtempSync(join(tmpdir(), "mailtrail-lifecycle-"));
const root = join(work, "root");
const at = (path: string) => join(root, path);
const hub = new TestHub();

const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };

/** In mounts of its own: programs expect /proc and /dev, and nothing of them stays behind. */
function entering(command: string): string[] {
	const mounts = `mount -t proc proc ${root}/proc; mount --rbind /dev ${root}/dev`;
	return ["--mount", "sh", "-ec", `${mounts}; exec chroot ${root} sh -ec "$0"`, command];
}

/** What the command says; the test's hub, in this process, cannot answer it. */
function inRoot(command: string): string {
	return execFileSync("unshare", entering(`exec 2>&1; ${command}`), { encoding: "utf8", env });
}

function startInRoot(command: string): ChildProcess {
	return spawn("unshare", entering(`exec ${command}`), { env, stdio: ["ignore", "pipe", "inherit"] });
}

async function outputOf(child: ChildProcess): Promise<string> {
	let text = "";
	for await (const chunk of child.stdout ?? []) text += String(chunk);
	return text;
}

function build(version: string, out: string): string {
	const args = ["packaging/build-packages.ts", "--target", "linux-x64", "--version", version, "--out", out];
	execFileSync(process.execPath, args, {
		cwd: join(ROOT, "apps/agent"),
		// what a commit has for itself, also where somebody commits between two builds
		env: { ...process.env, SOURCE_DATE_EPOCH: "1795348800" },
		stdio: ["ignore", "ignore", "inherit"],
	});
	return join(out, `mailtrail-agent_${version}_amd64.deb`);
}

/** Brings a package into the root. */
function bring(deb: string): void {
	execFileSync("cp", [deb, at("/tmp/agent.deb")]);
}

beforeAll(async () => {
	if (process.getuid?.() !== 0)
		throw new Error("run this as root: it makes a Debian root and installs into it");
	const ready = process.env.MAILTRAIL_DEBIAN_ROOT;
	if (ready !== undefined) execFileSync("cp", ["-a", "--one-file-system", ready, root]);
	else {
		const mirror = process.env.MAILTRAIL_DEBIAN_MIRROR ?? "http://deb.debian.org/debian";
		execFileSync("debootstrap", ["--variant=minbase", SUITE, root, mirror], { stdio: "ignore" });
	}
	mkdirSync(at("/run/systemd"), { recursive: true });
	writeFileSync(at("/etc/hosts"), "127.0.0.1 localhost\n");
	writeFileSync(at("/var/log/mail.log"), "", { mode: 0o640 });
	chownSync(at("/var/log/mail.log"), 0, 4);
	chmodSync(at("/var/log/mail.log"), 0o640);
	await hub.start();
});

afterAll(async () => {
	await hub.stop();
	rmSync(work, { recursive: true, force: true });
});

describe("the .deb in a Debian root", () => {
	let before: string;

	it("is the same bytes from the same commit", () => {
		const [first, second] = ["1", "2"].map((n) => readFileSync(build("1.0.0", join(work, `out${n}`))));
		expect(first!.equals(second!)).toBe(true);
	});

	it("installs: user, groups, folder, texts; nothing runs", () => {
		before = inRoot("cat /etc/passwd /etc/group");
		bring(join(work, "out1/mailtrail-agent_1.0.0_amd64.deb"));
		const said = inRoot("dpkg -i /tmp/agent.deb");
		expect(said).toContain("mailtrail-agent enrol");
		expect(inRoot("id -nG mailtrail-agent").trim().split(" ").sort()).toEqual([
			"adm",
			"mailtrail-agent",
			"systemd-journal",
		]);
		expect(inRoot(`stat -c '%U:%G %a' ${STATE}`).trim()).toBe("mailtrail-agent:mailtrail-agent 700");
		expect(inRoot("mailtrail-agent --version")).toMatch(/^\d+\.\d+\.\d+$/m);
		expect(existsSync(at("/etc/systemd/system/multi-user.target.wants/mailtrail-agent.service"))).toBe(false);
		expect(inRoot("dpkg -L mailtrail-agent")).toContain("/usr/share/man/man8/mailtrail-agent.8");
	});

	it("is enrolled by root and runs as its own user, which reads the log", async () => {
		const said = await outputOf(startInRoot(`mailtrail-agent enrol ${hub.url} --token ${TOKEN} --host mx1`));
		expect(said).toContain("/var/log/mail.log");
		expect(inRoot(`stat -c '%U %a' ${STATE}/enrolment.json`).trim()).toBe("mailtrail-agent 600");
		appendFileSync(at("/var/log/mail.log"), "Nov 22 03:00:00 mx postfix/qmgr[1]: 4bX: removed\n");
		const who = "--reuid mailtrail-agent --regid mailtrail-agent --init-groups --no-new-privs";
		const agent = startInRoot(`setpriv ${who} mailtrail-agent run --state ${STATE}`);
		await hub.until(() => hub.lines.size === 1);
		expect(hub.texts()[0]).toContain("removed");
		agent.kill();
	});

	it("is upgraded: settings, key and place stay", () => {
		appendFileSync(at("/etc/mailtrail/agent.toml"), 'zone = "Asia/Tokyo"\n');
		const key = readFileSync(at(`${STATE}/enrolment.json`), "utf8");
		bring(build("1.0.1", join(work, "out3")));
		inRoot("dpkg -i /tmp/agent.deb");
		expect(inRoot("dpkg-query -W mailtrail-agent")).toBe("mailtrail-agent\t1.0.1\n");
		expect(readFileSync(at("/etc/mailtrail/agent.toml"), "utf8")).toContain("Asia/Tokyo");
		expect(readFileSync(at(`${STATE}/enrolment.json`), "utf8")).toBe(key);
	});

	it("is removed: settings and key stay for the next time", () => {
		inRoot("dpkg -r mailtrail-agent");
		expect(existsSync(at("/usr/bin/mailtrail-agent"))).toBe(false);
		expect(statSync(at(`${STATE}/enrolment.json`)).size).toBeGreaterThan(0);
		expect(existsSync(at("/etc/mailtrail/agent.toml"))).toBe(true);
	});

	it("is purged: nothing is left of it", () => {
		inRoot("dpkg -P mailtrail-agent");
		const left = inRoot("find / -xdev -name '*mailtrail*' -not -path '/var/log/*' -not -path '/tmp/*'");
		expect(left).toBe("");
		// the group systemd-journal is of the system, not ours
		const after = inRoot("cat /etc/passwd /etc/group | grep -v '^systemd-journal:'");
		expect(after).toBe(before.replaceAll(/^systemd-journal:.*\n/gm, ""));
	});
});
