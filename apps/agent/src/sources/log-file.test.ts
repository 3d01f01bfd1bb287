import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLog } from "./log-file.ts";

it("waits for no writer of a pipe, and opens no device", () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-log-"));
	const pipe = join(folder, "mail.log");
	execFileSync("mkfifo", [pipe]);
	expect(() => openLog(pipe)).toThrow("is no file");
	expect(() => openLog("/dev/zero")).toThrow("is no file");
	expect(() => openLog(folder)).toThrow("is no file");
	rmSync(folder, { recursive: true });
});
