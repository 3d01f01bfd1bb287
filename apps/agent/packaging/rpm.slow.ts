/**
 * The .rpm in the life of a root: installed, upgraded over changed settings, erased. By rpm itself, in a Debian root that
 * debootstrap makes (or a copy of the one that MAILTRAIL_DEBIAN_ROOT names), so without its dependencies on packages of
 * Red Hat's. Needs root, rpm and rpmbuild; says so where something is missing.
 */
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasTool } from "./make-package.ts";
import { ROOT } from "./package-files.ts";

const SUITE = "bookworm";
const STATE = "/var/lib/mailtrail-agent";

const work = mkdtempSync(join(tmpdir(), "mailtrail-rpm-"));
const root = join(work, "root");
const at = (path: string) => join(root, path);

function build(version: string): string {
	const out = join(work, version);
	const args = ["packaging/build-packages.ts", "--target", "linux-x64", "--version", version, "--out", out];
	execFileSync(process.execPath, args, {
		cwd: join(ROOT, "apps/agent"),
		stdio: ["ignore", "ignore", "inherit"],
	});
	return join(out, `mailtrail-agent-${version}-1.x86_64.rpm`);
}

const rpm = (...args: string[]) =>
	execFileSync("rpm", ["--root", root, ...args], { encoding: "utf8", stdio: "pipe" });
const inRoot = (...command: string[]) =>
	execFileSync("chroot", [root, ...command], { encoding: "utf8" }).trim();

beforeAll(() => {
	if (process.getuid?.() !== 0) throw new Error("run this as root: it installs into a root of its own");
	if (!hasTool("rpmbuild")) throw new Error("install rpm: it builds the package and installs it");
	const ready = process.env.MAILTRAIL_DEBIAN_ROOT;
	if (ready !== undefined) execFileSync("cp", ["-a", "--one-file-system", ready, root]);
	else {
		const mirror = process.env.MAILTRAIL_DEBIAN_MIRROR ?? "http://deb.debian.org/debian";
		execFileSync("debootstrap", ["--variant=minbase", SUITE, root, mirror], { stdio: "ignore" });
	}
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("the .rpm", () => {
	it("installs: user, groups, folder, unit, texts", () => {
		rpm("--nodeps", "-i", build("1.0.0"));
		expect(inRoot("id", "-nG", "mailtrail-agent").split(" ").sort()).toEqual([
			"adm",
			"mailtrail-agent",
			"systemd-journal",
		]);
		expect(inRoot("stat", "-c", "%U:%G %a", STATE)).toBe("mailtrail-agent:mailtrail-agent 700");
		expect(inRoot("stat", "-c", "%U %a", "/usr/bin/mailtrail-agent")).toBe("root 755");
		expect(existsSync(at("/usr/lib/systemd/system/mailtrail-agent.service"))).toBe(true);
		expect(rpm("-qd", "mailtrail-agent")).toContain("/usr/share/man/man8/mailtrail-agent.8");
	});

	it("is upgraded: changed settings and the key stay", () => {
		appendFileSync(at("/etc/mailtrail/agent.toml"), 'zone = "Asia/Tokyo"\n');
		writeFileSync(at(`${STATE}/enrolment.json`), "a key", { mode: 0o600 });
		rpm("--nodeps", "-U", build("1.0.1"));
		expect(rpm("-q", "mailtrail-agent").trim()).toBe("mailtrail-agent-1.0.1-1.x86_64");
		expect(readFileSync(at("/etc/mailtrail/agent.toml"), "utf8")).toContain("Asia/Tokyo");
		expect(readFileSync(at(`${STATE}/enrolment.json`), "utf8")).toBe("a key");
	});

	it("is erased: nothing is left but the settings that somebody changed", () => {
		rpm("-e", "mailtrail-agent");
		const left = inRoot("find", "/", "-xdev", "-name", "*mailtrail*", "-not", "-path", "/var/log/*");
		expect(left).toBe("/etc/mailtrail");
		expect(readdirSync(at("/etc/mailtrail"))).toEqual(["agent.toml.rpmsave"]);
		expect(inRoot("sh", "-c", "getent passwd mailtrail-agent || echo none")).toBe("none");
	});
});
