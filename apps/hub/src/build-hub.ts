/**
 * The hub put together: the register list below is the table of contents. It alone knows the parts; the store is given,
 * listening is the caller's, so tests use `inject` and never a port where they need none.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import { registerAgentFiles } from "./agents/agent-files.ts";
import { AgentRegistry } from "./agents/agent-registry.ts";
import { registerAgentRoutes } from "./agents/agent-routes.ts";
import { registerAudit } from "./api/audit.ts";
import { registerChecks } from "./api/checks.ts";
import { registerHealth } from "./api/health.ts";
import { registerHosts } from "./api/hosts.ts";
import { registerJourneys } from "./api/journeys.ts";
import { registerSearch } from "./api/search.ts";
import { createPreClose, cutAfterGrace } from "./http/close-connections.ts";
import { registerErrors } from "./http/errors.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { registerSecurity, sessionCookieName } from "./http/security.ts";
import { registerWebAssets } from "./http/web-assets.ts";
import { createIngest } from "./ingest/ingest-batch.ts";
import { gatherTold } from "./journeys/gather-journey.ts";
import { LiveBus } from "./live/live-bus.ts";
import { registerLiveRoutes } from "./live/live-routes.ts";
import type { Store } from "./store/store.ts";

export interface HubOptions {
	store: Store;
	/** the built web page */
	webDir: string;
	dataDir: string;
	/** the agent's packages, where they are */
	agentFiles?: string | undefined;
	/** names the session cookie */
	port: number;
	sample?: boolean;
	logger?: FastifyServerOptions["logger"];
	now?: () => number;
	/** IANA zone for times in queries that name none */
	zone?: string;
}

/** the largest message that a WebSocket takes before the connection is cut without a word; the sockets refuse earlier */
const PAYLOAD_MAX = 32 * 1_048_576;

export async function buildHub(options: HubOptions): Promise<FastifyInstance> {
	const { store, webDir, dataDir, sample = false, now = Date.now } = options;
	const zone = options.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
	const app = fastify({
		logger: options.logger ?? false,
		bodyLimit: 65_536,
		routerOptions: { maxParamLength: 2_048 },
	}).withTypeProvider<TypeBoxTypeProvider>();
	const registry = new AgentRegistry();
	const hosts = () => registry.hosts(store);
	const bus = new LiveBus({
		gather: (hop) => gatherTold(store, hop),
		onError: (error) => app.log.error({ err: error }, "live update failed"),
	});
	const ingest = createIngest(store, bus, now);
	const cookieName = sessionCookieName(options.port);

	registerErrors(app);
	await registerSecurity(app, { accounts: store, cookieName, now });
	await app.register(websocket, {
		options: { maxPayload: PAYLOAD_MAX, perMessageDeflate: false },
		preClose: createPreClose(async () => {
			await agents.stop();
			live.stop();
			bus.close();
		}),
	});
	await registerOpenApi(app);
	registerHealth(app);
	registerSearch(app, { store, hosts, zone, now });
	registerJourneys(app, { store, hosts, zone, now });
	registerHosts(app, { hosts, sample });
	registerChecks(app, { registry, accounts: store, now });
	registerAudit(app, { accounts: store });
	const agents = registerAgentRoutes(app, {
		store,
		now,
		socket: { store, ingest, registry, now, log: app.log },
	});
	await registerAgentFiles(app, options.agentFiles);
	const live = registerLiveRoutes(app, { store, bus, hosts, zone, now, registry });
	await registerWebAssets(app, { accounts: store, cookieName, now, webDir, dataDir });

	cutAfterGrace(app);
	app.addHook("onClose", () => store.close());
	return app;
}
