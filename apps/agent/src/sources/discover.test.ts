import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test, vi } from "vitest";
import { maillogFile } from "./discover.ts";
import { isPattern, logsOf, watchPatterns } from "./pattern.ts";

test("Postfix's own log file is found, the last setting counts", () => {
	expect(maillogFile("maillog_file = /var/log/postfix.log\n")).toBe("/var/log/postfix.log");
	expect(maillogFile("#maillog_file=/a\nmaillog_file=/b\nmaillog_file = /c\n")).toBe("/c");
	expect(maillogFile("maillog_file = /dev/stdout\n")).toBeUndefined();
	expect(maillogFile("maillog_file =\n")).toBeUndefined();
});

test("a pattern stands for logs, not for their rotated pieces, also for those that come later", async () => {
	const folder = mkdtempSync(join(tmpdir(), "pattern-"));
	const write = (...names: string[]) => {
		for (const name of names) writeFileSync(join(folder, name), name);
	};
	const pattern = join(folder, "{main,exim-out-}*log*");
	try {
		expect([pattern, join(folder, "mainlog"), "journal"].map(isPattern)).toEqual([true, false, false]);
		expect(logsOf(pattern)).toEqual([]);
		write(
			"mainlog",
			"mainlog.1",
			"mainlog.2.gz",
			"mainlog-20261120",
			"exim-out-log",
			"rejectlog",
			"mainlog.old",
		);
		const logs = logsOf(pattern);
		expect(logs.map((path) => basename(path))).toEqual(["exim-out-log", "mainlog"]);

		const later: string[] = [];
		const stop = watchPatterns([pattern], logs, (path) => later.push(basename(path)));
		rmSync(join(folder, "mainlog"));
		write("mainlog.3", "mainlog-20261121", "main-2log");
		await vi.waitFor(() => expect(later).toEqual(["main-2log"]), { timeout: 10_000 });
		stop();
	} finally {
		rmSync(folder, { recursive: true });
	}
}, 15_000);
