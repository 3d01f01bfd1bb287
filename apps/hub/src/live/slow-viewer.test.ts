/** A browser that does not read: it is passed over and told the numbers it missed, once it reads again. */
import { EventEmitter } from "node:events";
import { type LiveMessage, RIGHTS } from "@mailtrail/core/wire";
import { expect, it } from "vitest";
import type { WebSocket } from "ws";
import type { Viewer } from "../accounts/viewer.ts";
import { gatherSome } from "../journeys/gather-journey.ts";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf, mailTraffic, messageId } from "../testing/mail-traffic.ts";
import { askHere } from "../questions/questions.ts";
import { startHub } from "../testing/test-hub.ts";
import { LiveBus } from "./live-bus.ts";
import { LiveSocket } from "./live-socket.ts";

class SlowSocket extends EventEmitter {
	readonly OPEN = 1;
	readyState = 1;
	bufferedAmount = 0;
	readonly sent: LiveMessage[] = [];
	send(text: string): void {
		this.sent.push(JSON.parse(text));
	}
	close(): void {
		this.readyState = 3;
	}
}

it("a slow browser gets a gap and slows nobody", async () => {
	const hub = await startHub();
	const { store } = hub;
	const onError = (error: unknown) => {
		throw error;
	};
	const bus = new LiveBus({ windowMs: 5, gather: (hopIds) => gatherSome(store, hopIds, 25), onError });
	const socket = new SlowSocket();
	const deps = { store, ask: askHere(store), bus, hosts: async () => [], zone: "UTC", now: Date.now };
	const account = await store.people.account("owner");
	if (!account) throw new Error("no owner");
	const viewer: Viewer = { account, who: "owner", rights: new Set(RIGHTS) };
	new LiveSocket(socket as unknown as WebSocket, viewer, deps, onError);
	socket.emit("message", JSON.stringify({ type: "subscribe" }));
	const ticks = async (count: number) => {
		for (let i = 0; i < count; i++) {
			const batch = batches.shift();
			if (!batch) throw new Error("no batch");
			const tick = new Promise((resolve) => bus.listen(resolve));
			const result = await store.commit(toLineBatch("out", batch));
			if (result.outcome === "committed") {
				const changed = result.changed.map(({ id }) => id);
				bus.publish(changed, result.gone);
			}
			await tick;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	const batches = batchesOf(mailTraffic(0, 5).out, 5);
	await ticks(1);
	socket.bufferedAmount = 2_000_000;
	await ticks(3);
	socket.bufferedAmount = 0;
	await ticks(1);
	const told = socket.sent.filter(({ type }) => type === "change" || type === "gap");
	expect(told).toMatchObject([
		{ type: "change", seq: 1, row: { messageId: messageId(0) } },
		{ type: "gap", from: 2, to: 4 },
		{ type: "change", seq: 5, row: { messageId: messageId(4) } },
	]);
	bus.close();
	await hub.close();
});
