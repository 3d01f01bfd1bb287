/** `GET /api/search`: a question in the language of the search box → rows, newest first. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { describeStall, type Language } from "@mailtrail/core/diagnose";
import { parseQuery } from "@mailtrail/core/query";
import {
	ErrorSchema,
	type HostAnswer,
	type SearchAnswer,
	SearchAnswerSchema,
	SearchQuerySchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { endedSignal } from "../http/ended-signal.ts";
import { theViewer } from "../http/access.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";
import { formatCursor, readCursor } from "./cursor.ts";
import { refuseGuessing } from "./refuse-guessing.ts";

export interface SearchDeps {
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	/** how many have no agent, beside those that have one */
	countImported: (watched: HostAnswer[]) => Promise<number>;
	zone: string;
	now: () => number;
}

const LIMIT_DEFAULT = 50;

export function registerSearch(instance: FastifyInstance, deps: SearchDeps): void {
	instance.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/search",
		{
			config: { need: "messages", audit: "search" },
			schema: {
				summary: "Search messages",
				querystring: SearchQuerySchema,
				response: { 200: SearchAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request, reply): Promise<SearchAnswer> => {
			const { q = "", limit = LIMIT_DEFAULT, cursor, lang = "en", zone } = request.query;
			const started = performance.now();
			const query = parseQuery(q, { now: deps.now(), zone: viewerZone(zone, deps.zone), lang });
			const scope = theViewer(request).domains;
			refuseGuessing(query, scope);
			const page = await deps.ask(
				"search",
				{ query, lang, limit, scope, ...(cursor !== undefined && { cursor: readCursor(cursor) }) },
				endedSignal(reply),
			);
			const hosts = await deps.hosts();
			return {
				rows: page.rows,
				...(page.cursor && { cursor: formatCursor(page.cursor) }),
				total: page.total,
				totalExact: page.totalExact,
				...(page.cursor &&
					page.rows.length < limit && { lookedBackTo: new Date(page.cursor.at).toISOString() }),
				took: Math.round(performance.now() - started),
				terms: query.terms.map(({ field, value, negated }) => ({ field, value, negated })),
				problems: query.problems,
				coverage: { ...coverageOf(hosts, lang), imported: await deps.countImported(hosts) },
			};
		},
	);
}

/** What an answer of "nothing found" is worth: who is watched, and where lines are missing. */
function coverageOf(hosts: HostAnswer[], lang: Language): Omit<SearchAnswer["coverage"], "imported"> {
	const notices: SearchAnswer["coverage"]["notices"] = [];
	const say = WORDS[lang];
	for (const { host, connected, gaps, lastSeenAt, sources } of hosts) {
		if (!connected)
			notices.push({ host, code: "host-not-connected", text: say.away(lastSeenAt && ago(lastSeenAt, lang)) });
		for (const { source, stall } of sources) {
			if (stall)
				notices.push({ host, code: "log-silent", text: describeStall(stall.cause, source, lang).title });
		}
		if (gaps.length > 0) notices.push({ host, code: "lines-missing", text: say.missing(gaps.length) });
	}
	return { hosts: hosts.length, connected: hosts.filter((each) => each.connected).length, notices };
}

/** "7 minutes ago": an answer is read at once, and the hub's zone need not be the reader's. */
function ago(iso: string, lang: Language): string {
	const minutes = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 60_000));
	const [count, unit] =
		minutes < 120
			? ([minutes, "minute"] as const)
			: minutes < 2880
				? ([Math.round(minutes / 60), "hour"] as const)
				: ([Math.round(minutes / 1440), "day"] as const);
	return new Intl.RelativeTimeFormat(lang).format(-count, unit);
}

const WORDS = {
	en: {
		away: (since: string | undefined) =>
			since ? `not connected, last seen ${since}` : "has never connected",
		missing: (gaps: number) => `lines are missing in ${gaps} places of its log`,
	},
	ja: {
		away: (since: string | undefined) => (since ? `未接続(最終接続 ${since})` : "一度も接続していません"),
		missing: (gaps: number) => `ログの ${gaps} か所で行が欠けています`,
	},
};
