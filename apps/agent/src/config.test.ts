import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig, readConfigFile } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): ReturnType<typeof readConfigFile> {
	const path = join(folder, "agent.toml");
	writeFileSync(path, text);
	return readConfigFile(path);
}

describe("the configuration", () => {
	it("is file below environment below command line", () => {
		const config = readConfig({
			file: file('sources = ["/a.log"]\nzone = "Asia/Tokyo"\njournalctl = "/x"\n'),
			environment: { MAILTRAIL_AGENT_ZONE: "Europe/Vienna", MAILTRAIL_AGENT_SOURCES: "/b.log,journal" },
			flags: { sources: ["/c.log"] },
		});
		expect(config).toMatchObject({ sources: ["/c.log"], zone: "Europe/Vienna", journalctl: "/x" });
	});

	it("has defaults for everything", () => {
		const config = readConfig({ file: {}, environment: {}, flags: {} });
		expect(config).toMatchObject({ sources: [], journalctl: "journalctl", allow: ["check"] });
	});

	it("reads lists from the environment, and refuses what is none of them", () => {
		const read = (environment: NodeJS.ProcessEnv) => readConfig({ file: {}, environment, flags: {} });
		expect(read({ MAILTRAIL_AGENT_ALLOW: "", MAILTRAIL_AGENT_CHECK_PORTS: "25,2525" })).toMatchObject({
			allow: [],
			check_ports: [25, 2525],
		});
		expect(() => read({ MAILTRAIL_AGENT_ALLOW: "checks" })).toThrow("MAILTRAIL_AGENT_ALLOW");
		expect(() => read({ MAILTRAIL_AGENT_CHECK_PORTS: "smtp" })).toThrow("MAILTRAIL_AGENT_CHECK_PORTS");
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
		expect(() => file(text)).toThrow(words);
	});

	it("refuses an unknown variable and an unknown zone", () => {
		const read = (environment: NodeJS.ProcessEnv) => readConfig({ file: {}, environment, flags: {} });
		expect(() => read({ MAILTRAIL_AGENT_ZON: "UTC" })).toThrow("did you mean ZONE?");
		expect(() => read({ MAILTRAIL_AGENT_ZONE: "Nowhere" })).toThrow("Asia/Tokyo");
	});
});
