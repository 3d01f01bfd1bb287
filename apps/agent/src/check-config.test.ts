import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkConfig } from "./check-config.ts";
import { type PartialConfig, tryConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "check-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const log = join(folder, "mail.log");
writeFileSync(log, "");

const check = (flags: PartialConfig) =>
	checkConfig(
		tryConfig({ files: [], environment: {}, flags }),
		["/etc/mailtrail/agent.toml"],
		join(folder, "none"),
	);

it("says what would be read and asked where all is right, before anybody enrolled", () => {
	const { exit, text } = check({ sources: [log] });
	expect(exit).toBe(0);
	expect(text.split("\n").slice(0, 3)).toEqual([
		"Read: /etc/mailtrail/agent.toml",
		"It will read, and send every line of:",
		`  ${log}`,
	]);
	expect(text).toMatch(/The settings are right\.$/);
});

it.each<[string, PartialConfig, string]>([
	[
		"a log that is not there",
		{ sources: [join(folder, "none.log")] },
		"does not exist; it is read as soon as it does",
	],
	[
		"a program that is not there",
		{ sources: ["journal"], journalctl: "/no/journalctl" },
		"command -v journalctl",
	],
	[
		"a mail program that is not there",
		{ sources: [log], allow: ["testmail"], sendmail: "/no/sendmail" },
		"set sendmail",
	],
])("tells of %s", (_what, flags, words) => {
	const { exit, text } = check(flags);
	expect(exit).toBe(0);
	expect(text).toContain(words);
	expect(text).toMatch(/; what does not work yet is marked\.$/);
});

it("refuses what a run would refuse", () => {
	expect(() => check({ sources: [log], drop: ["foo:bar"] })).toThrow("is no rule");
	expect(() => check({ sources: [log], pseudonym_key: join(folder, "none.key") })).toThrow("--new-key");
});

it("tells every mistake, those of rules and keys too", () => {
	const wrong = { zone: "Nowhere", drop: ["foo:bar", "program:cron", "baz"], pseudonym_key: "/no.key" };
	expect(() => check({ sources: [log], ...wrong })).toThrow(
		/^zone "Nowhere".*\n.*\/no\.key.*\ndrop "foo:bar" is no rule.*\ndrop "baz" is no rule.*$/,
	);
});
