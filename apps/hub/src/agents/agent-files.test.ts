import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentFilesAnswer } from "@mailtrail/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-files-"));
const PACKAGE = "mailtrail-agent_1.0.0_amd64.deb";
let hub: TestHub;
beforeAll(async () => {
	mkdirSync(join(folder, "files"));
	writeFileSync(join(folder, "files", PACKAGE), "a package");
	writeFileSync(join(folder, "files", `${PACKAGE}.sha256`), "its sum");
	writeFileSync(join(folder, "files", "notes.txt"), "not for everybody");
	writeFileSync(join(folder, "mailtrail-agent-secret"), "beside the folder");
	hub = await startHub({ agentFiles: join(folder, "files") });
});
afterAll(async () => {
	await hub.close();
	rmSync(folder, { recursive: true });
});

describe("the agent's files", () => {
	it("are named with their sums to who is signed in", async () => {
		const sha256 = createHash("sha256").update("a package").digest("hex");
		const { files } = (await hub.get("/api/agents/files")) as AgentFilesAnswer;
		expect(files[0]).toEqual({ name: PACKAGE, size: 9, sha256 });
		expect((await hub.app.inject("/api/agents/files")).statusCode).toBe(401);
	});

	it("come with a script of the sum that is told, which takes the file that fits", async () => {
		const { files } = (await hub.get("/api/agents/files")) as AgentFilesAnswer;
		const script = files.at(-1)!;
		const { body, statusCode } = await hub.app.inject(`/agent-files/${script.name}`);
		expect(statusCode).toBe(200);
		expect(createHash("sha256").update(body).digest("hex")).toBe(script.sha256);
		execFileSync("sh", ["-n"], { input: body });
		expect(body).toContain(`x86_64 deb ${PACKAGE} ${files[0]!.sha256}`);
		expect(() =>
			execFileSync("sh", ["-s", "--", "https://hub.example"], { input: body, stdio: "pipe" }),
		).toThrow("HUB TOKEN");
	});

	it("are handed out to a mail host that has no session", async () => {
		const answer = await hub.app.inject(`/agent-files/${PACKAGE}`);
		expect(answer).toMatchObject({ statusCode: 200, body: "a package" });
	});

	it.each([
		"notes.txt",
		"../mailtrail-agent-secret",
		"..%2fmailtrail-agent-secret",
		"",
		"mailtrail-agent-none",
		"mailtrail-agent-%00",
		"mailtrail-agent%5c..%5cnotes.txt",
	])("do not include %j", async (name) => {
		const answer = await hub.app.inject(`/agent-files/${name}`);
		expect([401, 404]).toContain(answer.statusCode);
		expect(answer.body).not.toMatch(/everybody|beside/);
	});
});
