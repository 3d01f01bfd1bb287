/** Settings: which layer wins, what is refused and in which words, and that the check tells no secret. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeSettings, faultsOf } from "./check-config.ts";
import { readConfig, usage } from "./config.ts";
import { CONFIG_KEYS } from "./config-schema.ts";
import { exampleConfig } from "./example-config.ts";

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-hub-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
	const path = join(dir, "hub.toml");
	writeFileSync(path, text);
	return path;
}
const fails = (args: string[], environment = {}) => {
	try {
		readConfig(args, environment);
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
	return "";
};

describe("settings", () => {
	it("come from defaults, file, environment and command line, the later before the earlier", () => {
		const path = file('port = 1\nhost = "192.0.2.1"\nlog = "info"\ntrusted_proxies = ["10.0.0.0/8"]\n');
		expect(readConfig([], {}).settings).toMatchObject({ port: 8025, host: "127.0.0.1", audit_days: 400 });
		const environment = {
			MAILTRAIL_HUB_CONFIG: path,
			MAILTRAIL_HUB_PORT: "2",
			MAILTRAIL_HUB_TRUSTED_PROXIES: "::1",
		};
		expect(readConfig([], environment).settings).toMatchObject({
			port: 2,
			host: "192.0.2.1",
			log: "info",
			trusted_proxies: ["::1"],
		});
		expect(readConfig(["--config", path, "--port", "3"], environment).settings.port).toBe(3);
	});

	it("that nobody knows or that do not fit are refused by name", () => {
		expect(fails(["--config", file("prot = 1")])).toContain("prot is unknown; did you mean port?");
		expect(fails(["--config", file('port = "x"')])).toContain("port must be integer");
		expect(fails(["--config", file("port = ")])).toContain("hub.toml");
		expect(fails(["--config", join(dir, "none")])).toContain("no such file");
		expect(fails([], { MAILTRAIL_HUB_PRT: "1" })).toContain(
			"MAILTRAIL_HUB_PRT is unknown; did you mean PORT?",
		);
		expect(fails([], { MAILTRAIL_HUB_PORT: "x" })).toContain("MAILTRAIL_HUB_PORT must be");
		expect(fails(["--config", file('tls_cert = "a"')])).toContain("belong together");
		expect(fails(["--config", file('smtp_url = "smtp://mx"')])).toContain("mail_from");
		expect(fails(["--config", file('trusted_proxies = ["10.0.0.0/33"]')])).toContain("10.0.0.0/33");
		expect(fails(["--config", file('public_url = "mail.example"')])).toContain("public_url");
	});

	it("are all told by --help", () => {
		for (const key of CONFIG_KEYS) expect(usage()).toContain(`  ${key} `);
	});

	it("keep what --host means for the commands that name a host", () => {
		const { settings, host } = readConfig(["token", "--host", "mx"], {});
		expect([settings.host, host]).toEqual(["127.0.0.1", "mx"]);
	});
});

describe("checking them", () => {
	it("tells what stands in the way, and no password", () => {
		const smtp = 'smtp_url = "smtp://kato:s3cret@mx.example:587"\nmail_from = "trail@example.org"\n';
		const tls = `tls_cert = "${dir}/cert.pem"\ntls_key = "${dir}/key.pem"\n`;
		const { settings } = readConfig(["--config", file(smtp + tls), "--data", dir], {});
		expect(faultsOf(settings, Date.now())).toEqual([`${dir}/cert.pem (tls_cert): there is no such file`]);
		expect(describeSettings(settings)).not.toContain("s3cret");
		expect(describeSettings(settings)).toContain('smtp_url = "smtp://…@mx.example:587"');
	});
});

describe("the example file", () => {
	const path = fileURLToPath(new URL("../../../deploy/hub/hub.toml", import.meta.url));

	it("has every setting as it is, and is right when all of it is taken", () => {
		const text = readFileSync(path, "utf8");
		expect(text).toBe(exampleConfig());
		const taken = file(text.replace(/^#(?=[a-z_]+ = )/gm, ""));
		const { settings } = readConfig(["--config", taken], {});
		expect(Object.keys(settings).sort()).toEqual([...CONFIG_KEYS].sort());
	});
});
