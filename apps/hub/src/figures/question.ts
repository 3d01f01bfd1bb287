/**
 * What all figures are asked with: a span, a query, whom the answer is for. Where the query says nothing but times and a host
 * and the viewer may see everything, the kept sums answer; else the newest messages that answer it are looked at.
 */
import type { Language } from "@mailtrail/core/diagnose";
import { formatQuery, parseQuery, type Query, queryTimeRange, type Term } from "@mailtrail/core/query";
import type { Scope } from "../journeys/scope.ts";
import { HOUR_MS } from "../store/hop-sums.ts";
import type { TimeSpan } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";

/** Who asks, and when. */
export interface Asker {
	/** epoch milliseconds */
	now: number;
	zone: string;
	lang: Language;
	/** the domains that the viewer is there for; absent: all */
	scope?: Scope;
	/** the client went away: nobody waits for the answer */
	signal?: AbortSignal;
}

export interface Asked {
	since?: string;
	until?: string;
	q?: string;
}

export interface Question extends TimeSpan {
	asker: Asker;
	/** with the span's terms */
	query: Query;
	problems: string[];
	/** the sums can answer; of this host alone where it is named */
	bySums: boolean;
	host?: string;
	started: number;
}

const DEFAULT_MS = 86_400_000;
/** nobody has mail of these times: a span is counted in steps and must end */
const LONGEST_MS = 11 * 366 * 86_400_000;

export async function readQuestion(store: LineReads, asked: Asked, asker: Asker): Promise<Question> {
	const started = performance.now();
	const { now, zone, lang } = asker;
	const words = (["since", "until"] as const).flatMap((name) => {
		const value = asked[name]?.trim();
		return value ? [`${name}:"${value.replace(/["\\]/g, "")}"`] : [];
	});
	const context = { now, zone, lang };
	const times = parseQuery(words.join(" "), context);
	const rest = parseQuery(asked.q ?? "", context);
	const terms = [...times.terms, ...rest.terms];
	const { since, until } = await spanOf(store, terms, now);
	const others = terms.filter(({ field }) => field !== "since" && field !== "until");
	const [host] = others;
	const hostOnly =
		others.length === 0 ||
		(others.length === 1 && host?.field === "host" && !host.negated && !host.value.includes("*"));
	return {
		asker,
		since,
		until,
		query: { terms: [...others, ...spanTerms({ since, until })], problems: [] },
		problems: [...times.problems, ...rest.problems],
		bySums: hostOnly && asker.scope === undefined,
		...(hostOnly && host && { host: host.value.toLowerCase() }),
		started,
	};
}

/** What was asked for, cut to what is stored. */
async function spanOf(store: LineReads, terms: Term[], now: number): Promise<TimeSpan> {
	const asked = queryTimeRange({ terms });
	const until = Math.min(asked.until === undefined ? now : asked.until + 1, now + DEFAULT_MS);
	const since = Math.max(asked.since ?? until - DEFAULT_MS, until - LONGEST_MS);
	const stored = await store.timeRange();
	const from = stored ? Math.max(since, Math.min(stored.from, until)) : since;
	return { since: asked.since === undefined ? since : Math.min(from, until), until };
}

function spanTerms({ since, until }: TimeSpan): Term[] {
	const iso = (ms: number) => new Date(ms).toISOString();
	return [
		{ field: "since", value: iso(since), negated: false, span: { min: since } },
		{ field: "until", value: iso(until - 1), negated: false, span: { max: until - 1 } },
	];
}

/** The term that asks for this value, as it is written in the search box. */
export function termText(field: Term["field"], value: string): string {
	return formatQuery({ terms: [{ field, value, negated: false }] });
}

/** The span in whole hours, for what is kept by the hour; it ends no later than it was asked to where that is now. */
export function inWholeHours({ since, until, asker: { now } }: Question): TimeSpan {
	const end = Math.ceil(until / HOUR_MS) * HOUR_MS;
	return { since: Math.floor(since / HOUR_MS) * HOUR_MS, until: Math.min(end, Math.max(until, now)) };
}

/** The part of every answer that says what was counted. */
export function basisOf(
	{ since, until, problems, started }: Question,
	counted: { counted: number; exact: boolean },
): { from: string; until: string; counted: number; exact: boolean; took: number; problems: string[] } {
	const iso = (ms: number) => new Date(ms).toISOString();
	const took = Math.round(performance.now() - started);
	return { from: iso(since), until: iso(until), ...counted, took, problems };
}
