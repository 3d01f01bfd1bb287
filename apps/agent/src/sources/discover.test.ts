import { expect, test } from "vitest";
import { maillogFile } from "./discover.ts";

test("Postfix's own log file is found, the last setting counts", () => {
	expect(maillogFile("maillog_file = /var/log/postfix.log\n")).toBe("/var/log/postfix.log");
	expect(maillogFile("#maillog_file=/a\nmaillog_file=/b\nmaillog_file = /c\n")).toBe("/c");
	expect(maillogFile("maillog_file = /dev/stdout\n")).toBeUndefined();
	expect(maillogFile("maillog_file =\n")).toBeUndefined();
});
