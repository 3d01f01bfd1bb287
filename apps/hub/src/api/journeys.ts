/** `GET /api/journeys/:id`: one message's whole way with the lines that prove it. `GET /api/lines`: lines by their names. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, type HostAnswer, JourneyAnswerSchema, LineSchema } from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { silentHosts } from "../journeys/silent-hosts.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";

const Lang = Type.Optional(Type.Enum(["en", "ja"]));
const Id = Type.String({ maxLength: 1024 });
const JourneyQuerySchema = Type.Object({
	lang: Lang,
	zone: Type.Optional(Type.String({ maxLength: 64 })),
	masked: Type.Optional(Type.Enum(["1"], { description: "without the people in it, to be handed on" })),
});
type JourneyQuery = Static<typeof JourneyQuerySchema>;
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
	const answer = async (request: FastifyRequest, id: string, { lang = "en", zone: theirs }: JourneyQuery) => {
		const told = await ask("journey", {
			id,
			lang,
			zone: viewerZone(theirs, zone),
			now: now(),
			scope: theViewer(request).domains,
			silentHosts: silentHosts(await hosts()),
		});
		if (!told) throw new HubError("journey-not-found");
		return told;
	};
	const config = { need: "messages", audit: "view" } as const;
	const response = { 200: JourneyAnswerSchema, "4xx": ErrorSchema };
	app.get(
		"/api/journeys/:id",
		{
			config,
			schema: {
				summary: "One message's journey; an id that one of its stops has or had will do",
				params: Type.Object({ id: Id }),
				querystring: JourneyQuerySchema,
				response,
			},
		},
		(request) => answer(request, request.params.id, request.query),
	);
	// an id has slashes, and a proxy that reads the address hands them on as such (nginx, where `proxy_pass` has a path)
	app.get(
		"/api/journeys/*",
		{
			config,
			schema: { hide: true, params: Type.Object({ "*": Id }), querystring: JourneyQuerySchema, response },
		},
		(request) => answer(request, request.params["*"], request.query),
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
