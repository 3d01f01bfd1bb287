/**
 * Domain × host, the worst first. What a relay of ours took on the way out is told where it leaves us; a domain whose mail
 * never leaves us is told by the last hand-over. Counted by whole hours.
 */
import { alternatives } from "@mailtrail/core/query";
import type { DestinationRow, DestinationsAnswer, DestinationsQuery } from "@mailtrail/core/wire";
import type { TimeSpan, WayDetailRow, WayRow } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";
import { HOUR_MS } from "../store/hop-sums.ts";
import { type Asker, basisOf, inWholeHours, type Question, readQuestion } from "./question.ts";
import { roundStep } from "./volume.ts";
import { delayOf, detailOf, figuresOf } from "./way-figures.ts";

const LIMIT_DEFAULT = 100;
const TREND_STEPS = 24;
/** seconds: the sums keep no finer trend */
const STEP_MIN = 300;

export async function destinations(
	store: LineReads,
	asked: DestinationsQuery,
	asker: Asker,
): Promise<DestinationsAnswer> {
	const question = await readQuestion(store, asked, asker);
	const only = filterOf(question, asked);
	const span = inWholeHours(question);
	const ways = await waysOf(store, { ...span, ...only }, asked.by ?? "host");
	const compared = asked.compare === undefined ? undefined : earlier(span, asked.compare);
	const before = compared
		? new Map(
				(await waysOf(store, { ...compared, ...only }, asked.by ?? "host")).map((way) => [way.key, way]),
			)
		: undefined;
	ways.sort(ORDER[asked.sort ?? "trouble"]);
	const step = Math.max(STEP_MIN, roundStep(span, TREND_STEPS));
	const limit = asked.limit ?? LIMIT_DEFAULT;
	const rows: DestinationRow[] = [];
	const shown = ways.slice(0, limit);
	const detailsOf = await readDetails(store, shown, { ...span, ...only });
	asker.signal?.throwIfAborted();
	const detailsThen = compared && (await readDetails(store, shown, { ...compared, ...only }));
	asker.signal?.throwIfAborted();
	for (const way of shown) {
		const then = before?.get(way.key);
		const details = detailsOf(way);
		rows.push({
			domain: way.domain,
			...(way.host !== undefined && { host: way.host }),
			...figuresOf(way.sum),
			...detailOf(details, span, step, asker.lang),
			lastAt: new Date(way.sum.lastAt).toISOString(),
			...(way.sum.lastAcceptedAt > 0 && { lastAcceptedAt: new Date(way.sum.lastAcceptedAt).toISOString() }),
			...(then && detailsThen && { before: beforeOf(then, detailsThen(then)) }),
		});
	}
	const counted = ways.reduce((sum, way) => sum + Math.max(0, way.sum.recipients), 0);
	return {
		...basisOf({ ...question, ...span }, { counted, exact: true }),
		...(compared && { compared: { from: iso(compared.since), until: iso(compared.until) } }),
		step,
		rows,
		more: Math.max(0, ways.length - limit),
	};
}

interface Way {
	key: string;
	domain: string;
	host?: string;
	inner: boolean;
	sum: WayRow;
}

/** Terms that name a domain or a host count as parameters; others are said to be left out. */
function filterOf(question: Question, asked: DestinationsQuery): { domain?: string; host?: string } {
	let { domain, host } = asked;
	for (const { field, value, negated } of question.query.terms) {
		if (field === "since" || field === "until") continue;
		const bare = value.replace(/^@/, "").toLowerCase();
		if (!negated && field === "host") host ??= value;
		else if (!negated && (field === "domain" || field === "name")) domain ??= bare;
		else if (!negated && field === "to" && alternatives(value).length === 1)
			domain ??= bare.slice(bare.lastIndexOf("@") + 1);
		else question.problems.push(LEFT_OUT[question.asker.lang](`${field}:${value}`));
	}
	return {
		...(domain !== undefined && { domain: domain.toLowerCase() }),
		...(host !== undefined && { host }),
	};
}

const LEFT_OUT = {
	en: (term: string) => `Destinations are counted for whole domains and hosts: “${term}” is left out.`,
	ja: (term: string) => `宛先の集計はドメインとホスト単位です。「${term}」は無視しました。`,
};

async function waysOf(
	store: LineReads,
	request: TimeSpan & { domain?: string; host?: string },
	by: "host" | "domain",
): Promise<Way[]> {
	const rows = await store.ways(request);
	const leaving = new Set(rows.filter(({ inner }) => !inner).map(({ domain }) => domain));
	const inner = Map.groupBy(
		rows.filter((row) => row.inner),
		({ domain }) => domain,
	);
	const ways = new Map<string, Way>();
	for (const row of rows) {
		if (row.inner && (leaving.has(row.domain) || isHandedOn(row, inner.get(row.domain) ?? []))) continue;
		const { domain } = row;
		const host = by === "host" ? row.host : undefined;
		const key = JSON.stringify([domain, host]);
		const way = ways.get(key);
		if (!way) {
			ways.set(key, { key, domain, inner: row.inner, sum: { ...row }, ...(host !== undefined && { host }) });
			continue;
		}
		for (const name of ["accepted", "delayed", "failed", "recipients", "seconds"] as const)
			way.sum[name] += row[name];
		way.sum.lastAt = Math.max(way.sum.lastAt, row.lastAt);
		way.sum.lastAcceptedAt = Math.max(way.sum.lastAcceptedAt, row.lastAcceptedAt);
	}
	return [...ways.values()];
}

/** The host of ours that took it has a further way for the domain, which tells more; within one host there is none. */
function isHandedOn({ host, to }: WayRow, ways: WayRow[]): boolean {
	if (to === host) return true;
	return ways.some((way) => way.host === to && way.to !== host && way.to !== to);
}

/** The details of all ways that are shown, read at once. */
async function readDetails(
	store: LineReads,
	ways: readonly Way[],
	{ since, until, host }: TimeSpan & { host?: string },
): Promise<(way: Way) => WayDetailRow[]> {
	const domains = [...new Set(ways.map(({ domain }) => domain))];
	const rows = await store.wayDetails({ since, until, domains, ...(host !== undefined && { host }) });
	const byDomain = Map.groupBy(rows, ({ domain }) => domain);
	return (way) =>
		(byDomain.get(way.domain) ?? []).filter(
			(row) => row.inner === way.inner && (way.host === undefined || row.host === way.host),
		);
}

function beforeOf(way: Way, details: WayDetailRow[]): NonNullable<DestinationRow["before"]> {
	const delay = delayOf(details);
	return { ...figuresOf(way.sum), ...(delay && { delay }) };
}

/** Trouble: recipients that wait or failed, more where it is most of them. */
function trouble({ sum }: Way): number {
	const bad = sum.delayed + sum.failed;
	return bad === 0 ? 0 : bad * (0.2 + bad / (bad + Math.max(0, sum.accepted)));
}

const byName = (a: Way, b: Way) => (a.key < b.key ? -1 : 1);
const meanDelay = ({ sum }: Way) => (sum.accepted > 0 ? sum.seconds / sum.accepted : 0);
const ORDER = {
	trouble: (a: Way, b: Way) => trouble(b) - trouble(a) || b.sum.recipients - a.sum.recipients || byName(a, b),
	volume: (a: Way, b: Way) => b.sum.recipients - a.sum.recipients || byName(a, b),
	delay: (a: Way, b: Way) => meanDelay(b) - meanDelay(a) || byName(a, b),
	domain: byName,
};

function earlier({ since, until }: TimeSpan, hours: number): TimeSpan {
	return { since: since - hours * HOUR_MS, until: until - hours * HOUR_MS };
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
