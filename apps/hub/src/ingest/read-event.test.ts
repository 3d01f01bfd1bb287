import type { WireLine } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import { readEvent } from "./read-event.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const STRANGE: WireLine["event"] & Record<string, unknown> = {
	kind: "delivery",
	raw: "a",
	queueId: "ABCDEF0001",
	mta: "postfix",
	at: "2026-11-22T02:00:00Z",
	recipients: ["a@b.example"],
	action: "nonsense",
	status: {},
};

it("leaves out an action that no outcome can be made of; what filters and stores name stays", () => {
	expect(readEvent(STRANGE)).not.toHaveProperty("action");
	const named = (kind: string, action: string) => readEvent({ ...STRANGE, ...{ kind, action } });
	expect(named("delivery", "relayed")).toHaveProperty("action", "relayed");
	expect(named("verdict", "no action")).toHaveProperty("action", "no action");
});

it("lets no agent's event stop the search for all", async () => {
	const agent = await hub.agent("odd");
	await agent.deliver([
		{
			type: "batch",
			id: 1,
			from: 0,
			position: { source: "mail.log", generation: "g", offset: 10 },
			lines: [{ offset: 0, event: STRANGE }],
		},
	]);
	const { cookie } = hub;
	for (const path of ["/api/search?q=ABCDEF0001", "/api/search?q=a@b.example"]) {
		const answer = await hub.app.inject({ path, headers: { cookie } });
		expect(answer.statusCode).toBe(200);
		expect(answer.json().rows).toHaveLength(1);
	}
});
