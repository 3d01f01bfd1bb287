/** Agents over real sockets: the honest one, the lying one, the restarted one. */
import type { AgentMessage, Batch } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic, queueIdOut } from "../testing/mail-traffic.ts";
import { newKey, TestAgent } from "../testing/test-agent.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const { out } = mailTraffic(0, 10);

function firstBatch(): Batch {
	const [batch] = batchesOf(out, 1000);
	if (!batch) throw new Error("no batch");
	return batch;
}

describe("an honest agent", () => {
	it("is acknowledged after the commit and told its positions when it comes back", async () => {
		const identity = await hub.enrol("out");
		const agent = new TestAgent(hub.url);
		expect(await agent.hello(identity)).toEqual({
			type: "welcome",
			protocol: 1,
			positions: [],
			clock: expect.any(Number),
		});
		const batches = batchesOf(out, 20);
		expect(await agent.deliver(batches)).toEqual({ type: "ack", id: 2 });
		agent.socket.close();
		const again = new TestAgent(hub.url);
		const welcome = await again.hello(identity);
		expect(welcome).toMatchObject({ type: "welcome", positions: [batches.at(-1)?.position] });
		expect((await hub.store.counts()).get("out")?.lines).toBe(50);
	});

	it("may send many batches without waiting", async () => {
		const agent = await hub.agent("out");
		const batches = batchesOf(out, 2);
		for (const batch of batches) agent.send(batch);
		for (const { id } of batches) expect(await agent.inbox.next()).toEqual({ type: "ack", id });
	});

	it("replaces its own half-open connection", async () => {
		const identity = await hub.enrol("out");
		const old = new TestAgent(hub.url);
		await old.hello(identity);
		const fresh = new TestAgent(hub.url);
		expect(await fresh.hello(identity)).toMatchObject({ type: "welcome" });
		expect(await old.inbox.next()).toMatchObject({ type: "refuse", reason: "already-connected" });
		await old.inbox.closed;
		expect(await fresh.deliver([firstBatch()])).toMatchObject({ type: "ack" });
	});

	it("is shut out the moment its key is revoked, and stays out; its lines stay", async () => {
		const identity = await hub.enrol("out");
		const agent = new TestAgent(hub.url);
		await agent.hello(identity);
		await agent.deliver([firstBatch()]);
		expect(await hub.post(`/api/agents/${identity.agent}/revoke`, undefined)).toMatchObject({
			status: 200,
			body: { host: "out" },
		});
		expect(await agent.inbox.next()).toMatchObject({ type: "refuse", reason: "revoked", retry: false });
		await agent.inbox.closed;
		expect(await new TestAgent(hub.url).hello(identity)).toMatchObject({ reason: "revoked" });
		expect((await hub.get<{ hosts: unknown[] }>("/api/hosts")).hosts).toEqual([]);
		expect((await hub.store.counts()).get("out")?.lines).toBe(50);
		expect(await hub.store.audits({ limit: 1 })).toMatchObject([{ action: "revoke", detail: "out" }]);
		expect(await hub.post("/api/agents/nobody/revoke", undefined)).toMatchObject({ status: 404 });
	});

	it("is told when the hub stops, and loses nothing", async () => {
		const agent = await hub.agent("out");
		await agent.deliver([firstBatch()]);
		hub = await hub.restart();
		expect(await agent.inbox.next()).toMatchObject({ reason: "hub-stopping", retry: true });
		expect((await hub.store.counts()).get("out")?.lines).toBe(50);
	});

	it("is shown with its health", async () => {
		const agent = await hub.agent("out");
		agent.send({
			type: "health",
			clock: Date.now() + 60_000,
			sources: [{ source: "/var/log/mail.log", lag: 7, size: 9, lastLineAt: 1_700_000_000_000 }],
			memory: 1000,
			queue: { mta: "postfix", messages: 3, oldestAt: 1_700_000_000_000 },
		});
		await agent.deliver([firstBatch()]);
		const { hosts, sample } = await hub.get<{ hosts: Record<string, unknown>[]; sample: boolean }>(
			"/api/hosts",
		);
		expect(sample).toBe(false);
		expect(hosts[0]).toMatchObject({ host: "out", connected: true, lines: 50, unparsed: 0, memory: 1000 });
		expect(hosts[0]?.queue).toEqual({ mta: "postfix", messages: 3, oldestAt: "2023-11-14T22:13:20.000Z" });
		expect(hosts[0]?.clockAhead).toBeCloseTo(60, 0);
		expect(hosts[0]?.sources).toEqual([
			{ source: "/var/log/mail.log", lag: 7, lastLineAt: "2023-11-14T22:13:20.000Z" },
		]);
	});
});

describe("a lying agent", () => {
	it("that opens connections without a word is turned away, and an agent comes in", async () => {
		const silent: TestAgent[] = [];
		for (let n = 0; n < 300; n++) {
			const each = new TestAgent(hub.url);
			await each.inbox.next();
			silent.push(each);
		}
		const agent = await hub.agent("out");
		expect(await agent.deliver([firstBatch()])).toMatchObject({ type: "ack" });
		await Promise.all(silent.slice(0, 40).map((each) => each.inbox.closed));
		expect(silent.at(-1)?.socket.readyState).toBe(1);
		for (const each of silent) each.socket.terminate();
	});

	it("cannot come in as another", async () => {
		const identity = await hub.enrol("out");
		const hello = (who: typeof identity, lies = {}) => new TestAgent(hub.url).hello(who, lies);
		expect(await hello({ ...identity, agent: "nobody" })).toMatchObject({ reason: "unknown-agent" });
		expect(await hello({ ...identity, key: newKey().key })).toMatchObject({ reason: "bad-signature" });
		expect(await hello({ ...identity, host: "in" })).toMatchObject({ reason: "host-mismatch" });
		expect(await hello(identity, { protocol: 2 })).toMatchObject({
			reason: "protocol-unsupported",
			retry: false,
		});
		await hub.enrol("out");
		expect(await hello(identity)).toMatchObject({ reason: "revoked" });
	});

	it("cannot speak before its hello", async () => {
		const agent = new TestAgent(hub.url);
		await agent.inbox.next();
		agent.send(firstBatch());
		expect(await agent.inbox.next()).toMatchObject({ type: "refuse", reason: "malformed" });
	});

	it("is refused for each broken batch, and nobody else is", async () => {
		const honest = await hub.agent("in");
		const batch = firstBatch();
		const [line] = batch.lines;
		if (!line) throw new Error("no line");
		const broken: [string, unknown][] = [
			["malformed", "not an object"],
			["malformed", { ...batch, lines: [{ offset: -1, event: line.event }] }],
			["malformed", { ...batch, lines: [line, line] }],
			["malformed", { ...batch, from: 10 }],
			["malformed", { ...batch, position: { ...batch.position, offset: 3 } }],
			["malformed", { ...batch, position: { ...batch.position, generation: "a:b" } }],
			["malformed", { ...batch, position: { ...batch.position, offset: 2 ** 50 } }],
			["malformed", { ...batch, lines: Array.from({ length: 501 }, (_, i) => ({ ...line, offset: i })) }],
			["position-jumped", { ...batch, from: 5, lines: batch.lines.slice(1) }],
			["too-large", { ...batch, padding: "x".repeat(17_000_000) }],
		];
		for (const [reason, message] of broken) {
			const liar = await hub.agent("liar");
			liar.socket.send(JSON.stringify(message));
			expect(await liar.inbox.next()).toMatchObject({ type: "refuse", reason });
			await liar.inbox.closed;
		}
		expect((await hub.store.counts()).has("liar")).toBe(false);
		expect(await honest.deliver([batch])).toMatchObject({ type: "ack" });
	});

	it("is not heard again for a while after it broke the protocol, and nobody else is kept out", async () => {
		const identity = await hub.enrol("liar");
		const liar = new TestAgent(hub.url);
		await liar.hello(identity);
		liar.socket.send("{}");
		// what follows is not even looked at
		liar.send(firstBatch());
		expect(await liar.inbox.next()).toMatchObject({ type: "refuse", reason: "malformed", retry: false });
		await liar.inbox.closed;
		const again = new TestAgent(hub.url);
		expect(await again.hello(identity)).toMatchObject({ type: "refuse", reason: "malformed", retry: true });
		expect((await hub.store.counts()).has("liar")).toBe(false);
		const honest = await hub.agent("out");
		expect(await honest.deliver([firstBatch()])).toMatchObject({ type: "ack" });
	});

	it("that floods the hub with messages is read later, and another agent is not", async () => {
		const flooder = await hub.agent("flood");
		// what came in one piece has been read already: more than one
		const sources = Array.from({ length: 30 }, (_, n) => ({ source: `/var/log/mail.${n}`, lag: 0, size: 0 }));
		const health: AgentMessage = { type: "health", clock: 0, sources, memory: 1 };
		for (let n = 0; n < 700; n++) flooder.send(health);
		flooder.send(firstBatch());
		const order: string[] = [];
		const flooded = flooder.inbox.next().then(() => order.push("flooder"));
		const honest = await hub.agent("out");
		expect(await honest.deliver([firstBatch()])).toMatchObject({ type: "ack" });
		order.push("honest");
		await flooded;
		expect(order).toEqual(["honest", "flooder"]);
	});

	it("whom nobody knows is not read on: a message is cut before it is whole", async () => {
		const stranger = new TestAgent(hub.url);
		await stranger.inbox.next();
		// ends never: each part is one more of the same message
		const part = "x".repeat(65_536);
		let parts = 0;
		const more = setInterval(() => {
			stranger.socket.send(part, { fin: false });
			parts++;
		}, 5);
		await stranger.inbox.closed;
		clearInterval(more);
		expect(parts).toBeLessThan(200);
	});

	it("writes under its own host only, whatever its events say", async () => {
		const liar = await hub.agent("liar");
		const batch = firstBatch();
		for (const { event } of batch.lines) Object.assign(event, { host: "in", hostname: "in" });
		expect(await liar.deliver([batch])).toMatchObject({ type: "ack" });
		const [hop] = await hub.store.hopsOfQueue(`liar/${queueIdOut(0)}`);
		expect(hop?.host).toBe("liar");
		expect(await hub.store.hopsOfQueue(`in/${queueIdOut(0)}`)).toEqual([]);
	});

	it("cannot hurt with fields of another type; the raw line is kept", async () => {
		const liar = await hub.agent("liar");
		const position = { source: "/m", generation: "g", offset: 100 };
		const common = { raw: "raw text", at: "2026-03-02T08:00:00Z", mta: "postfix", queueId: "ABCDEF1234" };
		const events = [
			{ ...common, kind: "delivery", recipients: "u@example.org" },
			{
				...common,
				kind: "delivery",
				recipients: ["u@example.org"],
				relay: [],
				delays: ["x"],
				reply: { text: 7 },
			},
			{ ...common, kind: "no such kind", sender: {} },
			{ ...common, kind: "received", client: { ip: {} }, at: "yesterday", __proto__: { sender: "x" } },
			{ ...common, kind: "queued", sender: "s".repeat(60_000), size: Number.MAX_VALUE },
		];
		const lines = events.map((event, offset) => ({ offset, event }));
		expect(await liar.deliver([{ type: "batch", id: 1, from: 0, position, lines }])).toMatchObject({
			type: "ack",
		});
		const [hop] = await hub.store.hopsOfQueue("liar/ABCDEF1234");
		expect(hop?.attempts).toHaveLength(1);
		expect(hop?.sender?.length).toBe(4096);
		expect((await hub.store.counts()).get("liar")).toEqual({ lines: 5, unparsed: 2 });
		expect(await hub.store.lines(["liar:/m:g:2"])).toMatchObject([{ raw: "raw text" }]);
	});
});
