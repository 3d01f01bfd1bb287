import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CommandContext, createCommandRunner } from "./run-command.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "mailtrail-command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in the place of the MTA's: writes down what it was called with. */
function program(script: string): string {
	const path = join(folder, "sendmail");
	writeFileSync(path, `#!/bin/sh\n${script}\n`);
	chmodSync(path, 0o755);
	return path;
}

function runner(context: Partial<CommandContext> = {}) {
	return createCommandRunner({
		host: "relay1",
		allow: ["check", "testmail"],
		checkPorts: [25],
		sendmail: "/nowhere/sendmail",
		queue: async () => ({ mta: "postfix", messages: 3 }),
		now: Date.now,
		...context,
	});
}

const CHECK: Command = { name: "check", request: { target: "127.0.0.1", lists: [] } };
const mail = (recipient: string, sender?: string): Command => ({
	name: "testmail",
	request: { recipient, ...(sender === undefined ? {} : { sender }) },
});

describe("what the hub asks for", () => {
	it("is the queue, where the host's file has it", async () => {
		const command: Command = { name: "queue", request: {} };
		expect(await runner({ allow: ["queue"] })(command)).toEqual({
			name: "queue",
			report: { mta: "postfix", messages: 3 },
		});
		expect(await runner()(command)).toMatchObject({ name: "failure", reason: "not-allowed" });
		expect(await runner({ allow: ["queue"], queue: async () => undefined })(command)).toEqual({
			name: "queue",
		});
	});

	it("is refused unless the agent's own file allows it", async () => {
		expect(await runner({ allow: ["testmail"] })(CHECK)).toMatchObject({
			name: "failure",
			reason: "not-allowed",
		});
		expect(await runner({ allow: ["check"] })(mail("a@example.net"))).toMatchObject({
			reason: "not-allowed",
		});
	});

	it("is refused on ports that the file does not name", async () => {
		const refused = await runner()({
			name: "check",
			request: { target: "127.0.0.1", port: 6379, lists: [] },
		});
		expect(refused).toMatchObject({ reason: "not-allowed", text: expect.stringContaining("check_ports") });
	});

	it("is limited by the minute, and free again after it", async () => {
		let now = 1_000_000;
		const run = runner({ now: () => now, sendmail: program("cat > /dev/null") });
		for (let n = 0; n < 6; n++) expect(await run(mail("a@example.net"))).toMatchObject({ name: "testmail" });
		expect(await run(mail("a@example.net"))).toMatchObject({ reason: "too-many" });
		now += 60_000;
		expect(await run(mail("a@example.net"))).toMatchObject({ name: "testmail" });
	});

	it("is limited in how many run at once", async () => {
		const run = runner({ sendmail: program("sleep 0.2; cat > /dev/null") });
		const [first, second] = await Promise.all([run(mail("a@example.net")), run(mail("b@example.net"))]);
		expect([first.name, second.name]).toEqual(["testmail", "failure"]);
	});
});

describe("a reach test", () => {
	it("is made from this host", async () => {
		const server = createServer((socket) => socket.end("421 busy\r\n"));
		await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
		const { port } = server.address() as { port: number };
		const result = await runner({ checkPorts: [port] })({
			name: "check",
			request: { target: "127.0.0.1", port, lists: [] },
		});
		server.close();
		expect(result).toMatchObject({ name: "check", report: { from: "relay1" } });
		if (result.name === "check")
			expect(result.report.findings.map(({ code }) => code)).toContain("greeting-refused");
	});
});

describe("a test message", () => {
	it("is handed to the mail system, with a Message-ID by which to follow it", async () => {
		const sendmail = program(`printf '%s\\n' "$@" > ${folder}/args; cat > ${folder}/message`);
		const result = await runner({ sendmail })(mail("someone@example.net", "ops@example.com"));
		if (result.name !== "testmail") throw new Error(JSON.stringify(result));
		expect(readFileSync(join(folder, "args"), "utf8")).toBe(
			"-i\n-f\nops@example.com\n--\nsomeone@example.net\n",
		);
		const message = readFileSync(join(folder, "message"), "utf8");
		expect(message).toContain(`Message-ID: <${result.report.messageId}>\n`);
		expect(message).toContain("From: <ops@example.com>\nTo: <someone@example.net>\n");
		expect(message).toContain("Auto-Submitted: auto-generated\n");
	});

	it("takes addresses only, no options, headers or second recipients", async () => {
		const run = runner({ sendmail: program("cat > /dev/null") });
		for (const recipient of [
			"-bs@x.example",
			"a@x.example\nBcc: b@y.example",
			"a@x.example, b@y.example",
			"root",
			"|sh@x.example y",
		]) {
			expect(await run(mail(recipient)), recipient).toMatchObject({ name: "failure", reason: "failed" });
		}
		expect(await run(mail("a@x.example", "b@y.example>\nX: y"))).toMatchObject({ name: "failure" });
	});

	it("says what the mail system said when it refuses", async () => {
		const sendmail = program('echo "postdrop: fatal: no space left" >&2; exit 75');
		expect(await runner({ sendmail })(mail("a@example.net"))).toMatchObject({
			reason: "failed",
			text: expect.stringMatching(/exit status 75.*no space left/),
		});
		expect(await runner()(mail("a@example.net"))).toMatchObject({
			text: expect.stringContaining("agent.toml"),
		});
	});
});
