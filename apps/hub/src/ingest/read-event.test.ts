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

it("takes a sound event as it is, and of any other what is sound", () => {
	const at = "2026-11-22T02:00:00.123456+00:00";
	const client = { name: "a", ip: "192.0.2.1", port: 25 };
	const sound = {
		kind: "disconnect",
		raw: "b".repeat(5_000),
		at,
		client,
		commands: { ehlo: [1, 1], commands: [1, 1] },
	};
	expect(readEvent({ ...sound, raw: "b" })).toEqual({ ...sound, raw: "b" });
	expect(readEvent(sound)).toEqual(sound);
	const before = JSON.stringify(sound);
	for (const [odd, kept] of [
		[{ __proto__: null, unknown: 1 }, {}],
		[{ pid: "7" }, {}],
		[{ program: "p".repeat(5_000) }, { program: "p".repeat(4_096) }],
		[{ client: { ip: "192.0.2.1", port: "25", more: 1 } }, { client: { ip: "192.0.2.1" } }],
		[{ commands: { ehlo: "x", commands: [1, 1] } }, { commands: { commands: [1, 1] } }],
		[{ commands: { ehlo: [1, 1] } }, {}],
		[{ at: "yesterday" }, {}],
		[JSON.parse('{"__proto__":{"queueId":"A"},"constructor":1}'), {}],
	] as const) {
		const { client: _, commands: __, at: ___, ...rest } = sound;
		expect(readEvent({ ...rest, ...odd })).toEqual({ ...rest, ...kept });
		expect(readEvent(JSON.parse(JSON.stringify({ ...rest, ...odd }))).queueId).toBeUndefined();
	}
	expect(JSON.stringify(sound)).toBe(before);
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
