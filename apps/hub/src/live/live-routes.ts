/** /live: the browsers' WebSocket, with the hosts' state on every change and every few seconds. */
import type { FastifyInstance } from "fastify";
import type { AgentRegistry } from "../agents/agent-registry.ts";
import { LiveSocket, type LiveSocketDeps } from "./live-socket.ts";

const HOSTS_EVERY_MS = 5_000;

export function registerLiveRoutes(
	app: FastifyInstance,
	deps: LiveSocketDeps & { registry: AgentRegistry },
): { stop(): void } {
	const sockets = new Set<LiveSocket>();
	const onError = (error: unknown) => app.log.error({ err: error }, "live connection failed");
	const sendHosts = async () => {
		if (sockets.size === 0) return;
		const hosts = await deps.hosts();
		for (const socket of sockets) socket.sendHosts(hosts);
	};
	const timer = setInterval(() => void sendHosts().catch(onError), HOSTS_EVERY_MS);
	deps.registry.watch(() => void sendHosts().catch(onError));
	app.route({
		method: "GET",
		url: "/live",
		schema: { hide: true },
		// The web page has a place of this name too: whoever opens or reloads it gets the page.
		handler: (_request, reply) => reply.callNotFound(),
		wsHandler: (socket) => {
			const viewer = new LiveSocket(socket, deps, onError);
			sockets.add(viewer);
			socket.on("close", () => sockets.delete(viewer));
		},
	});
	return { stop: () => clearInterval(timer) };
}
