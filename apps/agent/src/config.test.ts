import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PartialConfig, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The settings of a file of this text below the environment and the command line. */
function read(text: string, environment: NodeJS.ProcessEnv = {}, flags: PartialConfig = {}) {
	const path = join(folder, "agent.toml");
	writeFileSync(path, text);
	return readConfig({ files: [path], environment, flags });
}

describe("the configuration", () => {
	it("is file below environment below command line", () => {
		const config = read(
			'sources = ["/a.log"]\nzone = "Asia/Tokyo"\njournalctl = "/x"\n',
			{ MAILTRAIL_AGENT_ZONE: "Europe/Vienna", MAILTRAIL_AGENT_SOURCES: "/b.log,journal" },
			{ sources: ["/c.log"] },
		);
		expect(config).toMatchObject({ sources: ["/c.log"], zone: "Europe/Vienna", journalctl: "/x" });
	});

	it("has defaults for everything", () => {
		const config = readConfig({ files: [], environment: {}, flags: {} });
		expect(config).toMatchObject({ sources: [], journalctl: "journalctl", allow: ["check"] });
	});

	it("reads lists from the environment, and refuses what is none of them", () => {
		expect(read("", { MAILTRAIL_AGENT_ALLOW: "", MAILTRAIL_AGENT_CHECK_PORTS: "25,2525" })).toMatchObject({
			allow: [],
			check_ports: [25, 2525],
		});
		expect(() => read("", { MAILTRAIL_AGENT_ALLOW: "checks" })).toThrow("MAILTRAIL_AGENT_ALLOW");
		expect(() => read("", { MAILTRAIL_AGENT_CHECK_PORTS: "smtp" })).toThrow("MAILTRAIL_AGENT_CHECK_PORTS");
	});

	it.each([
		['source = ["/a"]', "did you mean sources?"],
		["zone = 3", "zone must be text in quotes"],
		['zone = "UTC"\nsources = [', "agent.toml:2:"],
		[
			'sources = "/var/log/mail.log"',
			'sources must be a list, as in sources = ["/var/log/mail.log"], not "/var/log/mail.log"',
		],
		['sources = ["/a", 3]', "sources must be a list, as in"],
		['spool_size = "256"', 'spool_size must be a whole number, as in spool_size = 256, not "256"'],
		["spool_size = -1", "spool_size must be >= 0, not -1"],
		["check_ports = [25, 70000]", "check_ports must be <= 65535, not 70000"],
		['allow = ["chek"]', 'allow: "chek" is unknown; did you mean check?'],
	])("refuses %j with %j", (text, words) => {
		expect(() => read(text)).toThrow(words);
	});

	it("refuses an unknown variable and an unknown zone", () => {
		expect(() => read("", { MAILTRAIL_AGENT_ZON: "UTC" })).toThrow("did you mean ZONE?");
		expect(() => read("", { MAILTRAIL_AGENT_ZONE: "Nowhere" })).toThrow("Asia/Tokyo");
	});

	it("tells all that is wrong at once", () => {
		const text =
			'zone = "Asia/Tokio"\nsource = ["/a"]\nallow = ["chek", "spool"]\nspool_size = -1\nspools = ["/var/mail/a"]\n';
		const environment = { MAILTRAIL_AGENT_ZON: "UTC", MAILTRAIL_AGENT_CHECK_PORTS: "smtp" };
		const path = join(folder, "agent.toml");
		let said = "";
		try {
			read(text, environment);
		} catch (error) {
			said = String(error);
		}
		expect(said.replace(/^Error: /, "").split("\n")).toEqual([
			`${path}: source is unknown; did you mean sources?`,
			`${path}: allow: "chek" is unknown; did you mean check?`,
			`${path}: spool_size must be >= 0, not -1`,
			"MAILTRAIL_AGENT_ZON is unknown; did you mean ZONE?",
			expect.stringContaining("MAILTRAIL_AGENT_CHECK_PORTS must be"),
			expect.stringContaining('zone "Asia/Tokio" is no IANA time zone'),
		]);
	});
});
