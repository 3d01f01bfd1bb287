/**
 * The hub put together: the register list below is the table of contents. It alone knows the parts; the store is given,
 * listening is the caller's, so tests use `inject` and never a port where they need none.
 */
// before `ws` is loaded
import "./agents/unmask.ts";
import { join } from "node:path";
import type { Server } from "node:http";
import websocket from "@fastify/websocket";
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { SignInDeps } from "./accounts/sign-in.ts";
import { registerAgentFiles } from "./agents/agent-files.ts";
import type { HostAnswer } from "@mailtrail/core/wire";
import { AgentRegistry } from "./agents/agent-registry.ts";
import { ImportedHosts } from "./agents/imported-hosts.ts";
import { Offences } from "./agents/manners.ts";
import { registerAgentRoutes } from "./agents/agent-routes.ts";
import { registerAlerting } from "./alerts/alerting.ts";
import type { MailSettings } from "./alerts/deliver.ts";
import { registerAccounts } from "./api/accounts.ts";
import { registerAudit } from "./api/audit.ts";
import { registerChecks } from "./api/checks.ts";
import { registerAggregates } from "./api/aggregates.ts";
import { registerExport } from "./api/export.ts";
import { registerHealth } from "./api/health.ts";
import { registerHostLines } from "./api/host-lines.ts";
import { registerHosts } from "./api/hosts.ts";
import { registerImport } from "./api/import.ts";
import { registerJourneys } from "./api/journeys.ts";
import { registerOwnAccount } from "./api/own-account.ts";
import { registerSample } from "./api/sample.ts";
import { registerSearch } from "./api/search.ts";
import { registerSession } from "./api/session.ts";
import { registerSettings } from "./api/settings.ts";
import { registerTokens } from "./api/tokens.ts";
import { registerAccess } from "./http/access.ts";
import { registerShares } from "./api/shares.ts";
import { registerStore } from "./api/store.ts";
import { registerCompress } from "./http/compress.ts";
import { createPreClose, cutAfterGrace } from "./http/close-connections.ts";
import { registerErrors } from "./http/errors.ts";
import { registerFiniteNumbers } from "./http/finite-numbers.ts";
import { registerMetrics } from "./http/metrics.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { registerSecurity, sessionCookieName } from "./http/security.ts";
import { createTlsServer, type TlsFiles } from "./http/tls.ts";
import { registerWebAssets } from "./http/web-assets.ts";
import type { Ingest, Publish } from "./ingest/ingest-batch.ts";
import { LiveBus } from "./live/live-bus.ts";
import { registerLiveRoutes } from "./live/live-routes.ts";
import { type Ask, askHere } from "./questions/questions.ts";
import { Sample } from "./sample/sample.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";
import type { HubStore } from "./store/store.ts";
import { VERSION } from "./version.ts";

export interface HubOptions {
	store: HubStore;
	/** stores batches, in this thread or another, and publishes what changed */
	ingest: (publish: Publish) => Ingest;
	/** answers questions elsewhere than in this thread */
	ask?: Ask;
	/** the built web page */
	webDir: string;
	dataDir: string;
	/** prints a sign-in link: what somebody who is not signed in is told to run on the hub */
	linkCommand?: string;
	/** the agent's packages, where they are */
	agentFiles?: string | undefined;
	/** names the session cookie */
	port: number;
	/** the hub speaks TLS itself */
	tls?: TlsFiles | undefined;
	/** the address that browsers know, where it is not the one that they connect to */
	publicUrl?: string | undefined;
	trustedProxies?: string[];
	requestsPerMinute?: number;
	/** takes alerts */
	mail?: MailSettings | undefined;
	auditDays?: number;
	/** what comes in is a recording that is replayed */
	sample?: boolean;
	/** the folder of the recording that can be looked at instead */
	recording?: string | undefined;
	logger?: FastifyServerOptions["logger"];
	now?: () => number;
	/** IANA zone for times in queries that name none */
	zone?: string;
}

/** the largest message that a WebSocket takes before the connection is cut without a word; the sockets refuse earlier */
const PAYLOAD_MAX = 32 * 1_048_576;
/** for who watches live, of a reader in each window of fifty milliseconds */
const LIVE_WORK_MS = 25;
const SWEEP_EVERY_MS = 3_600_000;
const AUDIT_DAYS = 400;
/** how long a request may take to come in whole */
const REQUEST_MS = 60_000;

export async function buildHub(options: HubOptions): Promise<FastifyInstance> {
	const { store, webDir, dataDir, recording, now = Date.now } = options;
	const zone = options.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
	const app = createApp(options);
	const registry = new AgentRegistry();
	const sample = new Sample({
		dir: join(dataDir, "sample-data"),
		recording,
		zone,
		now,
		openStore: openSqliteStore,
	});
	await sample.open();
	const askOwn = options.ask ?? askHere(store);
	const ask = sample.askInstead(askOwn);
	const ownHosts = () => registry.hosts(store);
	const hosts = async () => [...sample.hosts, ...(await ownHosts())];
	const importedHosts = new ImportedHosts({ store, ask: askOwn });
	// what was imported is no part of the sample
	const imported = async (watched: HostAnswer[]) => (sample.isShown ? [] : importedHosts.besides(watched));
	const countImported = async (watched: HostAnswer[]) => (sample.isShown ? 0 : importedHosts.count(watched));
	const bus = new LiveBus({
		gather: (hopIds) => askOwn("changed", { hopIds, workMs: LIVE_WORK_MS }),
		onError: (error) => app.log.error({ err: error }, "live update failed"),
	});
	const ingest = options.ingest((changed, gone) => bus.publish(changed, gone));
	const { linkCommand = `mailtrail-hub link --data ${dataDir}` } = options;
	const people = { accounts: store, now, linkCommand, ...addressOf(options) };

	registerErrors(app);
	registerFiniteNumbers(app);
	await registerSecurity(app, { secure: people.secure, requestsPerMinute: options.requestsPerMinute });
	registerAccess(app, people);
	registerCompress(app);
	await app.register(websocket, {
		options: { maxPayload: PAYLOAD_MAX, perMessageDeflate: false },
		preClose: createPreClose(async () => {
			await agents.stop();
			live.stop();
			bus.close();
		}),
	});
	await registerOpenApi(app);
	registerHealth(app, { store });
	registerPeople(app, people, options);
	registerSearch(app, { ask, hosts, countImported, zone, now });
	registerAggregates(app, { ask, hosts, zone, now });
	registerJourneys(app, { ask, hosts, zone, now });
	registerShares(app, { accounts: store, ask, hosts, zone, now });
	registerHostLines(app, { ask });
	registerExport(app, { reads: () => sample.reads(store), people: store.people, ask, zone, now });
	registerStore(app, { store });
	registerImport(app, { store, ingest });
	registerHosts(app, { hosts, imported, replayed: options.sample === true, loaded: () => sample.isShown });
	registerSample(app, { sample, accounts: store, now });
	registerChecks(app, { registry, accounts: store, now });
	const agents = registerAgentRoutes(app, {
		store,
		now,
		socket: { store, ingest, registry, now, log: app.log, offences: new Offences() },
		address: options,
	});
	await registerAgentFiles(app, options.agentFiles);
	const live = registerLiveRoutes(app, {
		store,
		ask,
		bus,
		hosts,
		zone,
		now,
		registry,
	});
	const { mail, tls } = options;
	const origin = () => people.publicUrl ?? listeningOrigin(app, tls !== undefined);
	const { firing } = registerAlerting(app, { store, ask: askOwn, hosts: ownHosts, now, origin, mail, tls });
	registerMetrics(app, {
		hosts: ownHosts,
		gauges: {
			viewers: { help: "Browsers that watch live", value: () => live.viewers() },
			alerts_firing: { help: "Alerts that stand", value: firing },
		},
	});
	await registerWebAssets(app, { ...people, webDir });

	cutAfterGrace(app);
	app.addHook("onClose", async () => {
		await sample.close();
		await store.close();
	});
	return app;
}

/** How browsers reach the hub, and what follows from it. */
function addressOf({ tls, publicUrl: told, port }: HubOptions) {
	const publicUrl = told?.replace(/\/+$/, "");
	const secure = tls !== undefined || publicUrl?.startsWith("https:") === true;
	const origins = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
	return { publicUrl, secure, origins, cookieName: sessionCookieName(port, secure) };
}

function createApp(options: HubOptions): FastifyInstance {
	const { tls, trustedProxies = [] } = options;
	let tell: (level: "info" | "error", text: string) => void = () => {};
	let stopLooking = () => {};
	const settings: FastifyHttpOptions<Server> = {
		logger: options.logger ?? false,
		bodyLimit: 65_536,
		requestTimeout: REQUEST_MS,
		routerOptions: { maxParamLength: 2_048 },
		trustProxy: trustedProxies.length > 0 && trustedProxies,
	};
	if (tls) {
		settings.serverFactory = (handler) => {
			const { server, stop } = createTlsServer(tls, handler, (level, text) => tell(level, text));
			stopLooking = stop;
			// an https.Server has everything of an http.Server that Fastify asks for, but not its class
			return server as unknown as Server;
		};
	}
	const app = fastify(settings);
	tell = (level, text) => app.log[level](text);
	app.addHook("onClose", async () => stopLooking());
	return app;
}

/** Accounts, sessions, tokens, settings and what was done with them. */
function registerPeople(
	app: FastifyInstance,
	deps: SignInDeps & { origins: readonly string[]; publicUrl: string | undefined; linkCommand: string },
	hub: HubOptions,
): void {
	registerSession(app, deps);
	registerOwnAccount(app, deps);
	registerAccounts(app, {
		...deps,
		origin: () => deps.publicUrl ?? listeningOrigin(app, hub.tls !== undefined),
	});
	registerTokens(app, deps);
	registerSettings(app, {
		...deps,
		fixed: { tls: deps.secure, mail: hub.mail !== undefined, version: VERSION },
	});
	registerAudit(app, deps);
	const auditMs = (hub.auditDays ?? AUDIT_DAYS) * 86_400_000;
	const sweep = setInterval(() => {
		const now = deps.now();
		deps.accounts.people
			.sweep(now, now - auditMs)
			.catch((error: unknown) => app.log.error({ err: error }, "old sessions could not be forgotten"));
	}, SWEEP_EVERY_MS);
	sweep.unref();
	app.addHook("onClose", async () => clearInterval(sweep));
}

function listeningOrigin(app: FastifyInstance, secure: boolean): string {
	const address = app.server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	return `${secure ? "https" : "http"}://localhost:${port}`;
}
