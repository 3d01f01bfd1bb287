/** /live: the browsers' WebSocket, with the hosts' state on every change and every few seconds. */
import type { FastifyInstance } from "fastify";
import { stillValid } from "../accounts/viewer.ts";
import type { AgentRegistry } from "../agents/agent-registry.ts";
import { theViewer } from "../http/access.ts";
import type { HubStore } from "../store/store.ts";
import { LiveSocket, type LiveSocketDeps } from "./live-socket.ts";

const HOSTS_EVERY_MS = 5_000;
/** what may wait for browsers that do not read: for all of them, for one of a few, for one of a thousand */
const BUFFERED = { all: 67_108_864, most: 1_048_576, least: 65_536 };
/** how long somebody who was shut out may still see what comes */
const ENDED_EVERY_MS = 1_000;

export function registerLiveRoutes(
	app: FastifyInstance,
	deps: LiveSocketDeps & { registry: AgentRegistry; store: HubStore },
): { stop(): void; viewers(): number } {
	const sockets = new Set<LiveSocket>();
	const bufferedMax = () => Math.max(BUFFERED.least, Math.min(BUFFERED.most, BUFFERED.all / sockets.size));
	const onError = (error: unknown) => app.log.error({ err: error }, "live connection failed");
	const sendHosts = async () => {
		if (sockets.size === 0) return;
		const hosts = await deps.hosts();
		for (const socket of sockets) socket.sendHosts(hosts);
	};
	/** a role that changed, a session that was ended: what it opened is closed */
	const endOthers = async () => {
		for (const socket of sockets) {
			if (!(await stillValid(deps.store.people, socket.viewer, deps.now()))) socket.end();
		}
	};
	const timers = [
		setInterval(() => void sendHosts().catch(onError), HOSTS_EVERY_MS),
		setInterval(() => void endOthers().catch(onError), ENDED_EVERY_MS),
	];
	deps.registry.watch(() => void sendHosts().catch(onError));
	app.route({
		method: "GET",
		url: "/live",
		config: { need: "messages", socketOnly: true },
		schema: { hide: true },
		// The web page has a place of this name too: whoever opens or reloads it gets the page.
		handler: (_request, reply) => reply.callNotFound(),
		wsHandler: (socket, request) => {
			const live = new LiveSocket(socket, theViewer(request), { ...deps, bufferedMax }, onError);
			sockets.add(live);
			socket.on("close", () => sockets.delete(live));
		},
	});
	return { stop: () => timers.forEach((timer) => clearInterval(timer)), viewers: () => sockets.size };
}
