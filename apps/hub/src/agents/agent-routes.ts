/** /api/agents: enrolment, tokens for it, revocation; /agent: the agents' WebSocket. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { EnrolRequestSchema, EnrolResponseSchema, ErrorSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { makeSecret } from "../accounts/secrets.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import type { HubStore } from "../store/store.ts";
import { type OwnAddress, ownCertificate } from "./certificate-of.ts";
import { AgentSocket, type AgentSocketDeps } from "./agent-socket.ts";
import { enrolAgent, isHostName } from "./enrolment.ts";

const TokenRequestSchema = Type.Object({
	host: Type.Optional(Type.String({ maxLength: 255 })),
	/** the https address that the agent will be given: the token then carries the fingerprint of this hub's certificate */
	pin: Type.Optional(Type.String({ maxLength: 255 })),
});
const RevokeAnswerSchema = Type.Object({ agent: Type.String(), host: Type.String() });
/** connections without a hello; an agent says it at once, so the one that is silent longest is none */
const STRANGERS_MAX = 256;
/** how soon a key that was revoked beside this hub is shut out */
const REVOCATION_MS = 1_000;
const TokenAnswerSchema = Type.Object({ token: Type.String(), expiresAt: Type.String() });

export function registerAgentRoutes(
	instance: FastifyInstance,
	deps: { store: HubStore; now: () => number; socket: AgentSocketDeps; address: OwnAddress },
): { stop(): Promise<void> } {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { store, now } = deps;
	app.post(
		"/api/agents/enrol",
		{
			// The one-time token in the body is the credential.
			config: { need: "open", rateLimit: { max: 60, timeWindow: 60_000 } },
			schema: {
				summary: "Enrol an agent with a one-time token",
				security: [],
				body: EnrolRequestSchema,
				response: { 200: EnrolResponseSchema, "4xx": ErrorSchema },
			},
		},
		(request) => enrolAgent(store, request.body, now()),
	);
	app.post(
		"/api/agents/tokens",
		{
			config: { need: "enrol" },
			schema: {
				summary: "Make a one-time enrolment token; for a host that is enrolled already, name it",
				body: Type.Union([TokenRequestSchema, Type.Null()]),
				response: { 200: TokenAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const host = request.body?.host;
			if (host !== undefined && !isHostName(host)) throw new HubError("host-name-invalid");
			const mark = await fingerprintMark(request.body?.pin, deps.address);
			await store.audit({
				at: now(),
				who: theViewer(request).who,
				from: request.ip,
				action: "enrolment token",
				detail: host ?? "any host",
				result: "done",
			});
			const { value, expiresAt } = await makeSecret(store, "enrol", now(), { host });
			return { token: `${value}${mark}`, expiresAt: new Date(expiresAt).toISOString() };
		},
	);
	app.post(
		"/api/agents/:agent/revoke",
		{
			config: { need: "enrol" },
			schema: {
				summary: "Revoke an agent's key: it is disconnected and does not come in again; its lines stay",
				params: Type.Object({ agent: Type.String({ maxLength: 255 }) }),
				response: { 200: RevokeAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const found = await store.findAgent(request.params.agent);
			if (!found) throw new HubError("agent-not-found");
			await store.revokeAgent(found.agent, now());
			const { who } = theViewer(request);
			await store.audit({
				at: now(),
				who,
				from: request.ip,
				action: "revoke",
				detail: found.host,
				result: "done",
			});
			await deps.socket.registry.endRevoked(store);
			return { agent: found.agent, host: found.host };
		},
	);
	// `mailtrail-hub revoke` runs beside this hub
	const revocations = setInterval(() => {
		deps.socket.registry
			.endRevoked(store)
			.catch((error: unknown) => app.log.error({ err: error }, "revoked agents could not be looked for"));
	}, REVOCATION_MS);
	const sockets = new Set<AgentSocket>();
	app.get(
		"/agent",
		{ websocket: true, config: { need: "agent" }, schema: { hide: true } },
		(socket, request) => {
			const connection = new AgentSocket(socket, deps.socket, request.socket);
			sockets.add(connection);
			const strangers = sockets.size > STRANGERS_MAX ? [...sockets].filter((each) => each.isStranger) : [];
			if (strangers.length > STRANGERS_MAX) strangers[0]?.turnAway();
			socket.on("close", () => sockets.delete(connection));
		},
	);
	return {
		stop: async () => {
			clearInterval(revocations);
			await Promise.all([...sockets].map((each) => each.stop()));
		},
	};
}

/** What a token has behind it where the agent shall know this hub by its certificate. */
async function fingerprintMark(pin: string | undefined, address: OwnAddress): Promise<string> {
	if (pin === undefined) return "";
	const mark = await ownCertificate(address).catch((error: unknown) => {
		const why = error instanceof Error ? error.message : String(error);
		throw new HubError("request-invalid", `This hub's certificate could not be looked at: ${why}`);
	});
	if (mark !== undefined) return `.fp-${mark}`;
	throw new HubError(
		"request-invalid",
		"This hub does not know its own certificate: set tls_cert and tls_key, or public_url where a proxy has it.",
	);
}
