import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StepFailed } from "../setup/step.mjs";
import { findMailLogs } from "./mail-logs.mjs";
import { readStartOptions } from "./options.mjs";

const read = (...args) => readStartOptions(args, "/repository", "/home/user");

test("without options: own data directory, an agent, no sample", () => {
	expect(read()).toEqual({ data: "/repository/.mailtrail/data", sample: false, agent: true });
});

test("a relative data directory is the user's", () => {
	expect(read("--data", "trial", "--port=8080", "--sample", "--no-agent", "--host", "::1")).toEqual({
		data: "/home/user/trial",
		port: "8080",
		host: "::1",
		sample: true,
		agent: false,
	});
});

test("wrong options are named", () => {
	expect(() => read("--prot", "1")).toThrow(StepFailed);
	expect(() => read("--port", "70000")).toThrow(/70000/);
	expect(() => read("--data")).toThrow(/needs a value/);
});

test("a mail log counts when there is something in it", () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-logs-"));
	const [full, empty, missing] = ["full", "empty", "missing"].map((name) => join(folder, name));
	writeFileSync(full, "x\n");
	writeFileSync(empty, "");
	expect(findMailLogs([full, empty, missing])).toEqual([full]);
	expect(findMailLogs([empty, missing], missing)).toEqual([]);
	expect(findMailLogs([], "echo")).toEqual(["journal"]);
	rmSync(folder, { recursive: true });
});
