/**
 * Stopping in good order and in bounded time: `preClose` first tells the agents, then every WebSocket is closed, and what
 * still holds a connection after a moment (a peer that does not answer, a request that was never read) is cut.
 */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

const GRACE_MS = 1_000;

/** What `@fastify/websocket` calls when the hub begins to close, in place of its own way. */
export function createPreClose(stopAll: () => Promise<void>) {
	return function preClose(this: FastifyInstance, done: () => void): void {
		stopAll()
			.catch((error: unknown) => this.log.error({ err: error }, "could not stop cleanly"))
			.finally(() => {
				for (const client of this.websocketServer.clients) client.close(1001, "hub is stopping");
				this.websocketServer.close();
				done();
			});
	};
}

export function cutAfterGrace(app: FastifyInstance): void {
	const open = new Set<Socket>();
	app.server.on("connection", (socket) => {
		open.add(socket);
		socket.on("close", () => open.delete(socket));
	});
	app.addHook("preClose", async () => {
		const cut = setTimeout(() => {
			for (const socket of open) socket.destroy();
		}, GRACE_MS);
		cut.unref();
	});
}
