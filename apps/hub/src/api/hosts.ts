/** `GET /api/hosts`: every enrolled host with its agent's state. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, type HostAnswer, HostsAnswerSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";

export function registerHosts(
	app: FastifyInstance,
	deps: { hosts: () => Promise<HostAnswer[]>; replayed: boolean; loaded: () => boolean },
): void {
	app.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/hosts",
		{
			config: { need: "hosts" },
			schema: {
				summary: "Hosts and their agents",
				response: { 200: HostsAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async () => {
			const sampleLoaded = deps.loaded();
			return {
				hosts: await deps.hosts(),
				sample: deps.replayed || sampleLoaded,
				...(sampleLoaded && { sampleLoaded }),
			};
		},
	);
}
