/** Figures over many messages, and what to type next: every route of `wire/aggregate-schemas.ts` that answers at once. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	CompleteAnswerSchema,
	CompleteQuerySchema,
	DestinationsAnswerSchema,
	DestinationsQuerySchema,
	ErrorSchema,
	FacetsAnswerSchema,
	FacetsQuerySchema,
	FlowAnswerSchema,
	FlowQuerySchema,
	type HostAnswer,
	OverviewAnswerSchema,
	OverviewQuerySchema,
	RelatedAnswerSchema,
	RelatedQuerySchema,
	VolumeAnswerSchema,
	VolumeQuerySchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { isMasked } from "../accounts/viewer.ts";
import { complete } from "../figures/complete.ts";
import { destinations } from "../figures/destinations.ts";
import { facets } from "../figures/facets.ts";
import { flow } from "../figures/flow.ts";
import { overview } from "../figures/overview.ts";
import type { Asked, Asker } from "../figures/question.ts";
import { related } from "../figures/related.ts";
import { volume } from "../figures/volume.ts";
import { theViewer } from "../http/access.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { LineReads } from "../store/store.ts";
import { refuseGuessing } from "./refuse-guessing.ts";
import { parseQuery } from "@mailtrail/core/query";

export interface AggregateDeps {
	store: LineReads;
	hosts: () => Promise<HostAnswer[]>;
	zone: string;
	now: () => number;
}

export function registerAggregates(instance: FastifyInstance, deps: AggregateDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { store, hosts } = deps;
	const asker = (request: FastifyRequest, reply: FastifyReply) => askerOf(request, reply, deps);
	app.get(
		"/api/volume",
		route("messages", "Recipients over time, by outcome", VolumeQuerySchema, VolumeAnswerSchema),
		async (request, reply) => volume(store, request.query, asker(request, reply)),
	);
	app.get(
		"/api/facets",
		route("messages", "What the found messages have in common", FacetsQuerySchema, FacetsAnswerSchema),
		async (request, reply) => facets(store, request.query, asker(request, reply)),
	);
	app.get(
		"/api/related",
		route("messages", "Who else has this cause", RelatedQuerySchema, RelatedAnswerSchema),
		async (request, reply) => related(store, request.query, asker(request, reply)),
	);
	app.get(
		"/api/complete",
		route("messages", "The last word of a search, continued", CompleteQuerySchema, CompleteAnswerSchema),
		async (request) => complete(store, request.query, { masked: isMasked(theViewer(request)) }),
	);
	app.get(
		"/api/destinations",
		route("aggregates", "Tries by domain and host", DestinationsQuerySchema, DestinationsAnswerSchema),
		async (request, reply) => destinations(store, request.query, asker(request, reply)),
	);
	app.get(
		"/api/flow",
		route("aggregates", "Who hands mail to whom", FlowQuerySchema, FlowAnswerSchema),
		async (request, reply) => flow(store, request.query, asker(request, reply)),
	);
	app.get(
		"/api/overview",
		route("aggregates", "The figures of a dashboard", OverviewQuerySchema, OverviewAnswerSchema),
		async (request, reply) => overview(store, request.query, asker(request, reply), await hosts()),
	);
}

function route<Q extends TSchema, A extends TSchema>(
	need: "messages" | "aggregates",
	summary: string,
	querystring: Q,
	answer: A,
) {
	return {
		config: { need, audit: false },
		schema: { summary, querystring, response: { 200: answer, "4xx": ErrorSchema } },
	} as const;
}

/** Who asks; a scoped viewer's guesses are refused as in a search. */
function askerOf(request: FastifyRequest, reply: FastifyReply, { zone, now }: AggregateDeps): Asker {
	const { zone: asked, lang = "en", q = "" } = request.query as Asked & { zone?: string; lang?: "en" | "ja" };
	const scope = theViewer(request).domains;
	const asker = { now: now(), zone: viewerZone(asked, zone), lang };
	refuseGuessing(parseQuery(q, asker), scope);
	return { ...asker, ...(scope && { scope }), signal: endedSignal(reply) };
}

/** Aborted when the client goes away before it has its answer. */
function endedSignal(reply: FastifyReply): AbortSignal {
	const controller = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) controller.abort();
	});
	return controller.signal;
}
