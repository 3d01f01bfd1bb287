/** Names that rotation makes, in the order of age whatever the files' times say. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { listRotated } from "./rotated.ts";

/** Makes the files with shuffled times and lists them. */
function listed(log: string, names: readonly string[]): string[] {
	const folder = mkdtempSync(join(tmpdir(), "rotated-"));
	try {
		for (const [index, name] of names.entries()) {
			writeFileSync(join(folder, name), name);
			const time = 1_700_000_000 + ((index * 7919) % 101);
			utimesSync(join(folder, name), time, time);
		}
		return listRotated(join(folder, log)).map(({ path }) => basename(path));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

it.each([
	["numbers", "mail.log", ["mail.log.12.gz", "mail.log.3.gz", "mail.log.2.gz", "mail.log.1", "mail.log"]],
	["numbers from zero", "maillog", ["maillog.2.bz2", "maillog.1.bz2", "maillog.0.bz2", "maillog"]],
	[
		"dates",
		"maillog",
		[
			"maillog-20251231.xz",
			"maillog-20261115.xz",
			"maillog-20261120-1732060801.gz",
			"maillog-20261122",
			"maillog",
		],
	],
	["dates with dashes and hours", "mail", ["mail-2026-11-20-23.zst", "mail-2026-11-21-00.zst", "mail"]],
	["days first", "mail.log", ["mail.log-30102026.gz", "mail.log-02112026.gz", "mail.log"]],
	["seconds", "mail.log", ["mail.log-1795000000.gz", "mail.log-1795300000.gz", "mail.log"]],
	["years and weeks", "mail.log", ["mail.log-202647.gz", "mail.log-202648.gz", "mail.log"]],
	[
		"postlogd's",
		"postfix.log",
		["postfix.log.20261120-101500.gz", "postfix.log.20261121-101500", "postfix.log"],
	],
	["an extension that is kept", "mail.log", ["mail-20261120.log.gz", "mail-20261121.log", "mail.log"]],
	["exicyclog's", "mainlog", ["mainlog.10.gz", "mainlog.02.gz", "mainlog.01", "mainlog"]],
])("%s", (_style, log, oldestFirst) => {
	expect(listed(log, oldestFirst)).toEqual(oldestFirst);
	expect(listed(log, oldestFirst.toReversed())).toEqual(oldestFirst);
});

it("other files are none of the log's", () => {
	const others = [
		"mail.log.swp",
		"mail.log~",
		"mail.log.d",
		"mail.err.1",
		"mail.log.1.swp",
		"mail-2.log",
		"mailer.log.1",
	];
	expect(listed("mail.log", [...others, "mail.log"])).toEqual(["mail.log"]);
});
