import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
		expect(await hub.get("/api/agents/files")).toEqual({ files: [{ name: PACKAGE, size: 9, sha256 }] });
		expect((await hub.app.inject("/api/agents/files")).statusCode).toBe(401);
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
	])("do not include %j", async (name) => {
		const answer = await hub.app.inject(`/agent-files/${name}`);
		expect(answer.statusCode).toBeGreaterThanOrEqual(400);
		expect(answer.body).not.toMatch(/everybody|beside/);
	});
});
