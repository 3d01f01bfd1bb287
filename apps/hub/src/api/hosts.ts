/** `GET /api/hosts`: every enrolled host with its agent's state, and hosts of which only logs are known. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, type HostAnswer, HostsAnswerSchema, type ImportedHost } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";

export function registerHosts(
	app: FastifyInstance,
	deps: {
		hosts: () => Promise<HostAnswer[]>;
		/** without an agent, beside those that have one */
		imported: (watched: HostAnswer[]) => Promise<ImportedHost[]>;
		replayed: boolean;
		loaded: () => boolean;
	},
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
			const hosts = await deps.hosts();
			return {
				hosts,
				imported: await deps.imported(hosts),
				sample: deps.replayed || sampleLoaded,
				...(sampleLoaded && { sampleLoaded }),
			};
		},
	);
}
