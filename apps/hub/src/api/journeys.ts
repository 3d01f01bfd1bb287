/** `GET /api/journeys/:id`: one message's whole way with the lines that prove it. `GET /api/lines`: lines by their names. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, type HostAnswer, JourneyAnswerSchema, LineSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { silentHosts } from "../journeys/silent-hosts.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";

const Lang = Type.Optional(Type.Enum(["en", "ja"]));
const ParamsSchema = Type.Object({ id: Type.String({ maxLength: 1024 }) });
const LinesQuerySchema = Type.Object({
	ref: Type.Array(Type.String({ maxLength: 2048 }), { minItems: 1, maxItems: 500 }),
});

interface Deps {
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	zone: string;
	now: () => number;
}

export function registerJourneys(instance: FastifyInstance, { ask, hosts, zone, now }: Deps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.get(
		"/api/journeys/:id",
		{
			config: { need: "messages", audit: "view" },
			schema: {
				summary: "One message's journey; an id that one of its stops has or had will do",
				params: ParamsSchema,
				querystring: Type.Object({
					lang: Lang,
					zone: Type.Optional(Type.String({ maxLength: 64 })),
					masked: Type.Optional(
						Type.Enum(["1"], { description: "without the people in it, to be handed on" }),
					),
				}),
				response: { 200: JourneyAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { lang = "en" } = request.query;
			const told = await ask("journey", {
				id: request.params.id,
				lang,
				zone: viewerZone(request.query.zone, zone),
				now: now(),
				scope: theViewer(request).domains,
				silentHosts: silentHosts(await hosts()),
			});
			if (!told) throw new HubError("journey-not-found");
			return told;
		},
	);
	app.get(
		"/api/lines",
		{
			config: { need: ["messages", "lines"], audit: "lines" },
			schema: {
				summary: "Lines by their names",
				querystring: LinesQuerySchema,
				response: { 200: Type.Object({ lines: Type.Array(LineSchema) }), "4xx": ErrorSchema },
			},
		},
		async (request) => ({ lines: await ask("lines", request.query.ref) }),
	);
}
