/** Agents of other versions, as `packages/core/src/wire/transcripts` has them, over a real socket to this hub. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sign } from "node:crypto";
import { helloProof } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TestAgent } from "../testing/test-agent.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const FOLDER = join(import.meta.dirname, "../../../../packages/core/src/wire/transcripts");

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

it.each(globSync(join(FOLDER, "agent-*.jsonl")).map((path) => [basename(path, ".jsonl"), path]))(
	"%s",
	async (_, path) => {
		const { agent, host, key } = await hub.enrol("out");
		const connection = new TestAgent(hub.url);
		let nonce = "";
		for (const line of readFileSync(path, "utf8").trim().split("\n")) {
			const { from, message } = JSON.parse(line);
			if (from === "hub") {
				const said = await connection.inbox.next();
				expect(said).toMatchObject(message);
				if (said.type === "challenge") ({ nonce } = said);
			} else if (message.type === "hello") {
				const signature = sign(null, Buffer.from(helloProof(nonce, agent)), key).toString("base64");
				connection.socket.send(JSON.stringify({ ...message, agent, host, signature }));
			} else connection.socket.send(JSON.stringify(message));
		}
		expect((await hub.store.counts()).get("out")?.lines).toBe(1);
		connection.socket.close();
	},
);
