/**
 * `GET /health`: answers as soon as the hub does. `GET /ready`: whether it can do its work, asked of the store; what stands
 * behind a load balancer is asked this. Both without a session, so both say no more than that.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { within } from "../http/within.ts";
import type { HubStore } from "../store/store.ts";

const STORE_MS = 2_000;

export function registerHealth(instance: FastifyInstance, { store }: { store: HubStore }): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.get(
		"/health",
		{
			config: { need: "open" },
			schema: {
				summary: "Whether the hub answers",
				security: [],
				response: {
					200: Type.Object({ status: Type.Literal("ready") }, { examples: [{ status: "ready" }] }),
				},
			},
		},
		async () => ({ status: "ready" as const }),
	);
	app.get(
		"/ready",
		{
			config: { need: "open" },
			schema: {
				summary: "Whether the hub can do its work: 503 where its store does not answer",
				security: [],
				response: {
					200: Type.Object({ ready: Type.Literal(true) }),
					503: Type.Object({ ready: Type.Literal(false), why: Type.String() }),
				},
			},
		},
		async (request, reply) => {
			try {
				await within(STORE_MS, Promise.all([store.people.settings(), store.counts()]));
				return { ready: true as const };
			} catch (error) {
				request.log.error({ err: error }, "the store does not answer");
				return reply.status(503).send({ ready: false as const, why: "the store does not answer" });
			}
		},
	);
}
