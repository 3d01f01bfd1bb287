/** What is asked of hosts: answered, refused, broken off, and noted whatever happens. */
import { createServer } from "node:net";
import type { CheckAnswer, CommandResult, HubMessage } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestAgent } from "../testing/test-agent.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

async function agentThatAllows(...allow: ("check" | "testmail")[]): Promise<TestAgent> {
	const agent = new TestAgent(hub.url);
	expect(await agent.hello(await hub.enrol("relay1"), { allow })).toMatchObject({ type: "welcome" });
	return agent;
}

async function nextCommand(agent: TestAgent): Promise<Extract<HubMessage, { type: "command" }>> {
	const message = await agent.inbox.next();
	if (message.type !== "command") throw new Error(`not a command: ${message.type}`);
	return message;
}

const REPORT: CommandResult = {
	name: "check",
	report: {
		target: "nowhere.example",
		from: "relay1",
		findings: [
			{ step: "resolve", ok: false, ms: 4, code: "name-not-found", values: { name: "nowhere.example" } },
		],
	},
};
const QUESTION = { from: "relay1", target: "nowhere.example", lists: [] };

async function audit(): Promise<{ action: string; detail: string; result: string }[]> {
	return (await hub.get<{ entries: { action: string; detail: string; result: string }[] }>("/api/audit"))
		.entries;
}

describe("a queue", () => {
	const ask = () => hub.post("/api/queues", { from: "relay1" });

	it("is counted by an agent that knows how, and noted", async () => {
		const agent = new TestAgent(hub.url);
		await agent.hello(await hub.enrol("relay1"), { allow: ["queue"], commands: ["check", "queue"] });
		const asked = ask();
		const { id, command } = await nextCommand(agent);
		expect(command).toEqual({ name: "queue", request: {} });
		const oldestAt = Date.parse("2026-11-22T10:00:00Z");
		agent.send({
			type: "result",
			id,
			result: { name: "queue", report: { mta: "postfix", messages: 3, oldestAt } },
		});
		expect(await asked).toMatchObject({
			status: 200,
			body: { mta: "postfix", messages: 3, oldestAt: "2026-11-22T10:00:00.000Z" },
		});
		expect(await audit()).toMatchObject([{ action: "queue", result: "done" }]);
	});

	it("is not asked of an agent of before: the message would end its connection", async () => {
		const agent = new TestAgent(hub.url);
		await agent.hello(await hub.enrol("relay1"), { allow: ["queue"] });
		expect(await ask()).toMatchObject({
			status: 403,
			body: { message: expect.stringContaining("update it") },
		});
	});
});

describe("a check from a host", () => {
	it("is asked of its agent and answered in words", async () => {
		const agent = await agentThatAllows("check");
		const asked = hub.post("/api/checks?lang=ja", QUESTION);
		const { id, command } = await nextCommand(agent);
		expect(command).toEqual({ name: "check", request: { target: "nowhere.example", lists: [] } });
		agent.send({ type: "result", id, result: REPORT });
		const { status, body } = await asked;
		expect(status).toBe(200);
		const answer = body as unknown as CheckAnswer;
		expect(answer.verdict).toMatchObject({
			cause: "name-not-found",
			title: "nowhere.example という名前はありません",
		});
		expect(answer.steps[0]?.detail).toBe("nowhere.example という名前は存在しません");
		expect(await audit()).toMatchObject([{ action: "check", result: "done" }]);
	});

	it("is refused without an agent, and where its file does not allow it", async () => {
		expect(await hub.post("/api/checks", QUESTION)).toMatchObject({
			status: 409,
			body: { code: "host-not-connected" },
		});
		const agent = await agentThatAllows("testmail");
		const refused = await hub.post("/api/checks", QUESTION);
		expect(refused).toMatchObject({ status: 403, body: { code: "command-not-allowed" } });
		expect(refused.body.message).toContain('add "check" to allow');
		expect((await audit()).map(({ result }) => result)).toHaveLength(2);
		agent.socket.close();
	});

	it("ends when the agent goes away, or answers something else", async () => {
		const agent = await agentThatAllows("check");
		const asked = hub.post("/api/checks", QUESTION);
		await nextCommand(agent);
		agent.socket.terminate();
		expect(await asked).toMatchObject({ status: 424, body: { code: "command-failed" } });
		const other = await agentThatAllows("check");
		const strange = hub.post("/api/checks", QUESTION);
		const { id } = await nextCommand(other);
		other.send({
			type: "result",
			id,
			result: { name: "testmail", report: { messageId: "x@y", output: "" } },
		});
		expect(await strange).toMatchObject({ status: 424 });
	});

	it("drops results of nothing that was asked", async () => {
		const agent = await agentThatAllows("check");
		agent.send({ type: "result", id: 77, result: REPORT });
		const asked = hub.post("/api/checks", QUESTION);
		const { id } = await nextCommand(agent);
		agent.send({ type: "result", id, result: REPORT });
		agent.send({ type: "result", id, result: REPORT });
		expect((await asked).status).toBe(200);
	});
});

describe("a check from the hub itself", () => {
	it("tests mail ports only", async () => {
		expect(await hub.post("/api/checks", { target: "127.0.0.1", port: 22, lists: [] })).toMatchObject({
			status: 403,
			body: { code: "command-not-allowed" },
		});
	});

	it("is made from here", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		const { status, body } = await hub.post("/api/checks", { target: "127.0.0.1", port: 465, lists: [] });
		server.close();
		expect(status).toBe(200);
		expect((body as unknown as CheckAnswer).verdict.cause).toBe("port-refused");
	});
});

describe("a test message", () => {
	it("is handed to the host that was named, and the Message-ID comes back", async () => {
		const agent = await agentThatAllows("testmail");
		const asked = hub.post("/api/test-mails", { from: "relay1", recipient: "someone@example.net" });
		const { id, command } = await nextCommand(agent);
		expect(command).toEqual({ name: "testmail", request: { recipient: "someone@example.net" } });
		agent.send({
			type: "result",
			id,
			result: { name: "testmail", report: { messageId: "mailtrail-test.1@relay1", output: "" } },
		});
		expect(await asked).toMatchObject({ status: 200, body: { messageId: "mailtrail-test.1@relay1" } });
		expect(await audit()).toMatchObject([
			{ action: "testmail", detail: expect.stringContaining("someone@example.net") },
		]);
	});
});
