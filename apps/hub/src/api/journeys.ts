/** `GET /api/journeys/:id`: one message's whole way with the lines that prove it. `GET /api/lines`: lines by their names. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import type { Hop, Journey } from "@mailtrail/core/trace";
import { ErrorSchema, type HostAnswer, JourneyAnswerSchema, LineSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { gatherWays } from "../journeys/fleet-facts.ts";
import { gatherJourney } from "../journeys/gather-journey.ts";
import { withinScope } from "../journeys/scope.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import { idStem } from "../store/hop-terms.ts";
import type { LineStore, StoredLine } from "../store/store.ts";

const Lang = Type.Optional(Type.Enum(["en", "ja"]));
const ParamsSchema = Type.Object({ id: Type.String({ maxLength: 1024 }) });
const LinesQuerySchema = Type.Object({
	ref: Type.Array(Type.String({ maxLength: 2048 }), { minItems: 1, maxItems: 500 }),
});
/** a list server's message has a line per recipient; the page asks for more by name */
const LINES_MAX = 5_000;

interface Deps {
	store: LineStore;
	hosts: () => Promise<HostAnswer[]>;
	zone: string;
	now: () => number;
}

export function registerJourneys(instance: FastifyInstance, { store, hosts, zone, now }: Deps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.get(
		"/api/journeys/:id",
		{
			config: { need: "messages", audit: "view" },
			schema: {
				summary: "One message's journey; an id that one of its stops has or had will do",
				params: ParamsSchema,
				querystring: Type.Object({ lang: Lang, zone: Type.Optional(Type.String({ maxLength: 64 })) }),
				response: { 200: JourneyAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const hop = await hopOf(store, request.params.id);
			const gathered = hop && (await gatherJourney(store, hop));
			const seen = gathered && withinScope(gathered.journey, theViewer(request).domains);
			if (!seen) throw new HubError("journey-not-found");
			const { lang = "en" } = request.query;
			const reader = { lang, zone: viewerZone(request.query.zone, zone) };
			const ways = await gatherWays(store, seen, reader, now());
			const journey = diagnoseJourney(seen, lang, { ways, silentHosts: silent(await hosts()) });
			const refs = refsOf(journey);
			if (refs.length > LINES_MAX) {
				const text = `The message has ${refs.length} lines; the first ${LINES_MAX} are here.`;
				journey.notices.push({ code: "lines-cut", text });
			}
			const lines = await store.lines(refs.slice(0, LINES_MAX));
			return { journey, lines: inTimeOrder(lines) };
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
		async (request) => ({ lines: inTimeOrder(await store.lines(request.query.ref)) }),
	);
}

/** Hosts of which a log has stopped being written. */
function silent(hosts: HostAnswer[]): string[] {
	return hosts.filter(({ sources }) => sources.some(({ stall }) => stall)).map(({ host }) => host);
}

/** The hop of this id; where its first line has moved since (an earlier one came), the nearest of the same queue id. */
async function hopOf(store: LineStore, id: string): Promise<Hop | undefined> {
	const hops = await store.hopsOfQueue(idStem(id));
	const exact = hops.find((hop) => hop.id === id);
	if (exact) return exact;
	const seconds = Number.parseInt(id.slice(id.lastIndexOf("/") + 1), 36);
	const distance = (hop: Hop) => Math.abs(hop.firstAt / 1000 - (Number.isNaN(seconds) ? 0 : seconds));
	return hops.sort((a, b) => distance(a) - distance(b))[0];
}

function refsOf(journey: Journey): string[] {
	const refs = new Set<string>();
	for (const { path, attempts, diagnosis } of journey.recipients) {
		for (const stop of path) {
			for (const ref of stop.lines) refs.add(ref);
			for (const ref of stop.link?.evidence ?? []) refs.add(ref);
		}
		for (const { line, replyLine } of attempts) {
			if (line !== undefined) refs.add(line);
			if (replyLine !== undefined) refs.add(replyLine);
		}
		for (const ref of diagnosis?.evidence ?? []) refs.add(ref);
	}
	return [...refs];
}

function inTimeOrder(lines: StoredLine[]): StoredLine[] {
	const time = (line: StoredLine) => (line.at === undefined ? 0 : Date.parse(line.at));
	return lines.sort((a, b) => time(a) - time(b) || a.offset - b.offset);
}
