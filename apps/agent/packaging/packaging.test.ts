/** What the packages carry is what this program is: settings, manual, unit. The packages themselves: `lifecycle.slow.ts`. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfigFile } from "../src/config.ts";
import { hasTool } from "./make-package.ts";
import { manualPage } from "./manual-page.ts";
import { MANUAL_FILE, PACKAGE_FILES, ROOT, RPM_SPEC, SETTINGS_FILE } from "./package-files.ts";
import { settings, settingsFile } from "./settings-text.ts";

const folder = mkdtempSync(join(tmpdir(), "packaging-"));
afterAll(() => rmSync(folder, { recursive: true }));

// when one of these fails: pnpm --filter @mailtrail/agent package:texts
describe("the texts that the packages install", () => {
	it("are those of this program", () => {
		expect(readFileSync(SETTINGS_FILE, "utf8")).toBe(settingsFile());
		expect(readFileSync(MANUAL_FILE, "utf8")).toBe(manualPage());
	});

	it("are settings that the agent takes, each of them named once", () => {
		const path = join(folder, "agent.toml");
		writeFileSync(path, settingsFile().replaceAll(/^#(?=\w+ = )/gm, ""));
		const wrong: string[] = [];
		expect(Object.keys(readConfigFile(path, wrong)).sort()).toEqual(
			settings()
				.map(({ name }) => name)
				.sort(),
		);
		expect(readConfigFile(SETTINGS_FILE, wrong)).toEqual({});
		expect(wrong).toEqual([]);
	});
});

describe("a package", () => {
	it("is made from files that are there, and .rpm lists them all", () => {
		const spec = readFileSync(RPM_SPEC, "utf8");
		for (const { from, to, musl } of PACKAGE_FILES) {
			if (from !== undefined) expect(existsSync(from), from).toBe(true);
			if (musl) continue;
			const listed = spec.includes(`/${to}`) || spec.includes(`/${to.split("/").slice(0, -1).join("/")}`);
			expect(listed, to).toBe(true);
		}
	});

	it("keeps its hands off the mail server", () => {
		for (const name of ["postinst", "prerm", "postrm"]) {
			const script = readFileSync(join(ROOT, "deploy/deb", name), "utf8");
			expect(script).not.toMatch(/postfix|exim|sendmail|opensmtpd|dovecot|rsyslog/i);
		}
	});
});

// where systemd is not installed its opinion cannot be asked
describe.runIf(hasTool("systemd-analyze"))("the units", () => {
	it.each(["mailtrail-agent", "mailtrail-hub"])("%s.service is locked up well", (name) => {
		const unit = join(ROOT, `deploy/systemd/${name}.service`);
		const args = ["security", "--offline=true", "--no-pager", unit];
		const [, exposure] =
			/exposure level for \S+: ([\d.]+)/.exec(execFileSync("systemd-analyze", args, { encoding: "utf8" })) ??
			[];
		expect(Number(exposure)).toBeGreaterThan(0);
		expect(Number(exposure)).toBeLessThanOrEqual(2);
	});
});
