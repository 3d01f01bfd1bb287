/** Browsers over real sockets: what they see when a line comes, what they missed, and what a slow one is told. */
import type { LiveMessage } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic, messageId } from "../testing/mail-traffic.ts";
import type { Inbox } from "../testing/test-agent.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

type Message<T extends LiveMessage["type"]> = Extract<LiveMessage, { type: T }>;

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const { out, in: arrived } = mailTraffic(0, 3);

/** The next message of this type; hosts come whenever they come. */
async function next<T extends LiveMessage["type"]>(inbox: Inbox<LiveMessage>, type: T): Promise<Message<T>> {
	for (;;) {
		const message = await inbox.next();
		if (message.type === type) return message as Message<T>;
		if (message.type !== "hosts") throw new Error(`${message.type} came instead of ${type}`);
	}
}

async function subscribe(request: Record<string, unknown> = {}) {
	const viewer = hub.live();
	await new Promise((resolve) => viewer.socket.once("open", resolve));
	viewer.socket.send(JSON.stringify({ type: "subscribe", ...request }));
	return { ...viewer, subscribed: await next(viewer.inbox, "subscribed") };
}

describe("a viewer", () => {
	it("sees a line of an agent as a change well within 300 ms", async () => {
		const { inbox } = await subscribe();
		const agent = await hub.agent("out");
		// The quickest of several: what a busy machine adds says nothing about the hub.
		let quickest = Number.POSITIVE_INFINITY;
		for (const batch of batchesOf(out, 5)) {
			const started = performance.now();
			agent.send(batch);
			const { row } = await next(inbox, "change");
			quickest = Math.min(quickest, performance.now() - started);
			expect(row).toMatchObject({ messageId: messageId(batch.id), outcome: "relayed" });
			expect(await agent.inbox.next()).toEqual({ type: "ack", id: batch.id });
		}
		expect(quickest).toBeLessThan(300);
	});

	it("sees two hosts' stops grow into one row", async () => {
		const [first, second] = [await hub.agent("in"), await hub.agent("out")];
		await first.deliver(batchesOf(arrived.slice(0, 5), 10));
		const { inbox, subscribed } = await subscribe();
		expect(subscribed.rows).toHaveLength(1);
		await second.deliver(batchesOf(out.slice(0, 5), 10));
		let { row, replaces } = await next(inbox, "change");
		// the first host's own change may have waited for its window until now
		if (row.stops.length === 1) ({ row, replaces } = await next(inbox, "change"));
		expect(row.stops.map((stop) => stop.host)).toEqual(["out", "in"]);
		expect(row.outcome).toBe("delivered");
		expect(replaces).toContain(subscribed.rows[0]?.id);
	});

	it("gets the rows that answer its query, and problems in words", async () => {
		const agent = await hub.agent("out");
		const { inbox, subscribed } = await subscribe({ q: "to:u1@d1.example.net nosuch:x" });
		expect(subscribed.problems).toHaveLength(1);
		await agent.deliver(batchesOf(out, 100));
		expect((await next(inbox, "change")).row.messageId).toBe(messageId(1));
		const again = await subscribe({ q: "to:u2@d2.example.net" });
		expect(again.subscribed.rows.map((row) => row.messageId)).toEqual([messageId(2)]);
	});

	it("that asks for one of several recipients is told of that one, others of the worst off", async () => {
		const agent = await hub.agent("out");
		const refused = (out[3] ?? "")
			.replace("u0@d0", "other@d0")
			.replace(
				/dsn=2.*/,
				"dsn=5.1.1, status=bounced (host mail.example.net[192.0.2.9] said: 550 5.1.1 no such user)",
			);
		const { inbox: all } = await subscribe();
		const { inbox: one } = await subscribe({ q: "to:u0@d0.example.net" });
		await agent.deliver(batchesOf([...out.slice(0, 4), refused], 10));
		expect((await next(all, "change")).row).toMatchObject({ outcome: "failed" });
		const { row } = await next(one, "change");
		expect(row).toMatchObject({ outcome: "relayed", asked: 1, recipientCount: 2 });
		expect(row.recipients[0]?.recipient).toBe("u0@d0.example.net");
	});

	it("that comes back gets what it missed, each message once", async () => {
		const agent = await hub.agent("out");
		const batches = batchesOf(out, 5);
		const first = await subscribe();
		await agent.deliver(batches.slice(0, 1));
		const { seq } = await next(first.inbox, "change");
		first.socket.close();
		await agent.deliver(batches.slice(1, 2));
		await new Promise((resolve) => setTimeout(resolve, 120));
		await agent.deliver(batches.slice(2));
		await new Promise((resolve) => setTimeout(resolve, 120));
		const { subscribed, inbox } = await subscribe({ epoch: first.subscribed.epoch, after: seq });
		expect(subscribed).toMatchObject({ resumed: true, seq, rows: [] });
		const changes = [await next(inbox, "change"), await next(inbox, "change")];
		expect(changes.map((change) => change.row.messageId)).toEqual([messageId(1), messageId(2)]);
		expect(changes.every((change) => change.seq > seq)).toBe(true);
	});

	it("of another life of the hub starts anew", async () => {
		const agent = await hub.agent("out");
		await agent.deliver(batchesOf(out, 100));
		const { subscribed } = await subscribe({ epoch: "another", after: 3 });
		expect(subscribed.resumed).toBe(false);
		expect(subscribed.rows).toHaveLength(3);
	});

	it("is told the hosts when it subscribes and when one comes or goes", async () => {
		const { inbox } = await subscribe();
		expect(await inbox.next()).toEqual({ type: "hosts", hosts: [] });
		const agent = await hub.agent("out");
		expect(await inbox.next()).toMatchObject({ type: "hosts", hosts: [{ host: "out", connected: true }] });
		agent.socket.close();
		expect(await inbox.next()).toMatchObject({ type: "hosts", hosts: [{ host: "out", connected: false }] });
	});

	it("needs a session and the hub's own origin", async () => {
		const opened = async (headers: Record<string, string>) => {
			const { socket } = hub.live(headers);
			return new Promise((resolve) => {
				socket.once("open", () => resolve("open"));
				socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
			});
		};
		expect(await opened({})).toBe(401);
		expect(await opened({ cookie: hub.cookie })).toBe(403);
		expect(await opened({ cookie: hub.cookie, origin: "http://evil.example" })).toBe(403);
		expect(await opened({ cookie: hub.cookie, origin: hub.url })).toBe("open");
	});
});
