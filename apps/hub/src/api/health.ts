/** `GET /health`: answers as soon as the hub does, without a session. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import Type from "typebox";

export function registerHealth(app: FastifyInstance): void {
	app.withTypeProvider<TypeBoxTypeProvider>().get(
		"/health",
		{
			config: { need: "open" },
			schema: {
				summary: "Whether the hub answers",
				security: [],
				response: { 200: Type.Object({ status: Type.Literal("ready") }) },
			},
		},
		async () => ({ status: "ready" as const }),
	);
}
