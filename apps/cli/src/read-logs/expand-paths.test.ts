import { expect, test } from "vitest";
import { BadUse } from "../failure.ts";
import { expandPaths, oldestFirst } from "./expand-paths.ts";

test("rotated pieces come oldest first, whatever compressed them", () => {
	expect(oldestFirst(["mail.log", "mail.log.1", "mail.log.10.gz", "mail.log.2.gz", "mail.log.3.xz"])).toEqual(
		["mail.log.10.gz", "mail.log.3.xz", "mail.log.2.gz", "mail.log.1", "mail.log"],
	);
	expect(oldestFirst(["maillog", "maillog-20260108", "maillog-20251231.zst"])).toEqual([
		"maillog-20251231.zst",
		"maillog-20260108",
		"maillog",
	]);
});

test("a pattern that fits nothing is named", async () => {
	await expect(expandPaths(["/nonexistent/mail*"])).rejects.toThrow(BadUse);
});
