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
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { isMasked } from "../accounts/viewer.ts";
import type { Asked, Asker } from "../figures/question.ts";
import { endedSignal } from "../http/ended-signal.ts";
import { theViewer } from "../http/access.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";
import { refuseGuessing } from "./refuse-guessing.ts";
import { parseQuery } from "@mailtrail/core/query";

export interface AggregateDeps {
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	zone: string;
	now: () => number;
}

export function registerAggregates(instance: FastifyInstance, deps: AggregateDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { ask, hosts } = deps;
	const asker = (request: FastifyRequest) => askerOf(request, deps);
	app.get(
		"/api/volume",
		route("messages", "Recipients over time, by outcome", VolumeQuerySchema, VolumeAnswerSchema),
		async (request, reply) =>
			ask("volume", { asked: request.query, asker: asker(request) }, endedSignal(reply)),
	);
	app.get(
		"/api/facets",
		route("messages", "What the found messages have in common", FacetsQuerySchema, FacetsAnswerSchema),
		async (request, reply) =>
			ask("facets", { asked: request.query, asker: asker(request) }, endedSignal(reply)),
	);
	app.get(
		"/api/related",
		route("messages", "Who else has this cause", RelatedQuerySchema, RelatedAnswerSchema),
		async (request, reply) =>
			ask("related", { asked: request.query, asker: asker(request) }, endedSignal(reply)),
	);
	app.get(
		"/api/complete",
		route("messages", "The last word of a search, continued", CompleteQuerySchema, CompleteAnswerSchema),
		async (request, reply) =>
			ask("complete", { asked: request.query, masked: isMasked(theViewer(request)) }, endedSignal(reply)),
	);
	app.get(
		"/api/destinations",
		route("aggregates", "Tries by domain and host", DestinationsQuerySchema, DestinationsAnswerSchema),
		async (request, reply) =>
			ask("destinations", { asked: request.query, asker: asker(request) }, endedSignal(reply)),
	);
	app.get(
		"/api/flow",
		route("aggregates", "Who hands mail to whom", FlowQuerySchema, FlowAnswerSchema),
		async (request, reply) =>
			ask("flow", { asked: request.query, asker: asker(request) }, endedSignal(reply)),
	);
	app.get(
		"/api/overview",
		route("aggregates", "The figures of a dashboard", OverviewQuerySchema, OverviewAnswerSchema),
		async (request, reply) =>
			ask(
				"overview",
				{ asked: request.query, asker: asker(request), hosts: await hosts() },
				endedSignal(reply),
			),
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
function askerOf(request: FastifyRequest, { zone, now }: AggregateDeps): Omit<Asker, "signal"> {
	const { zone: asked, lang = "en", q = "" } = request.query as Asked & { zone?: string; lang?: "en" | "ja" };
	const scope = theViewer(request).domains;
	const asker = { now: now(), zone: viewerZone(asked, zone), lang };
	refuseGuessing(parseQuery(q, asker), scope);
	return { ...asker, ...(scope && { scope }) };
}
