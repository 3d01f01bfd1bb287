/** Who hands mail to whom: origins → hosts → hosts → destinations. The largest of each side by name, the rest as one. Counted by whole hours. */
import type { FlowAnswer, FlowQuery } from "@mailtrail/core/wire";
import type { SumRow, WayDetailRow, WayHourRow, WayRow } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";
import { type Asker, basisOf, inWholeHours, readQuestion } from "./question.ts";
import { Tally } from "./sample.ts";

const LIMIT_DEFAULT = 20;
const REST = "*";

type Edge = FlowAnswer["edges"][number];

export async function flow(store: LineReads, asked: FlowQuery, asker: Asker): Promise<FlowAnswer> {
	const question = await readQuestion(store, asked, asker);
	const { host } = question;
	const limit = asked.limit ?? LIMIT_DEFAULT;
	const hours = inWholeHours(question);
	const span = { ...hours, ...(host !== undefined && { host }) };
	const clients = await store.sums({ ...span, kind: "client", by: ["name", "host", "outcome"] });
	const ways = await store.ways(span);
	const graph = new Graph();
	addOrigins(graph, clients, limit);
	const shown = addDestinations(graph, ways, limit);
	addInner(graph, ways);
	const troubled = ways.filter(({ inner, delayed, failed }) => !inner && delayed + failed > 0);
	const domains = [...new Set(troubled.map(({ domain }) => domain))].filter((domain) => shown.has(domain));
	addCauses(graph, await store.wayDetails({ ...span, domains }), await store.wayHours(span));
	const counted = clients.reduce((sum, { messages }) => sum + Math.max(0, messages), 0);
	return { ...basisOf({ ...question, ...hours }, { counted, exact: true }), ...graph.answer() };
}

class Graph {
	readonly #edges = new Map<string, { from: string; to: string; outcomes: Tally; n: number }>();
	readonly #causes = new Map<string, Tally>();

	/** `n` counts towards the edge's width. */
	add(from: string, to: string, outcome: string, n: number): void {
		if (n <= 0) return;
		const key = `${from}\n${to}`;
		const edge = this.#edges.get(key) ?? { from, to, outcomes: new Tally(), n: 0 };
		edge.outcomes.add(outcome, n);
		edge.n += n;
		this.#edges.set(key, edge);
	}

	/** Why so many tries were not accepted; taken away where `n` is below zero. */
	addCause(from: string, to: string, cause: string, n: number): void {
		const key = `${from}\n${to}`;
		const causes = this.#causes.get(key) ?? new Tally();
		causes.add(cause, n);
		this.#causes.set(key, causes);
	}

	answer(): Pick<FlowAnswer, "nodes" | "edges"> {
		const edges: Edge[] = [...this.#edges.values()]
			.map(({ from, to, n, outcomes }) => {
				const [cause] = this.#causes.get(`${from}\n${to}`)?.sorted() ?? [];
				return { from, to, n, outcomes: outcomes.record(), ...(cause && { cause: cause.name }) };
			})
			.sort((a, b) => b.n - a.n || (a.from + a.to < b.from + b.to ? -1 : 1));
		const into = new Tally();
		const out = new Tally();
		for (const { from, to, n } of edges) {
			out.add(from, n);
			into.add(to, n);
		}
		const [received, sent] = [into.record(), out.record()];
		const nodes = [...new Set([...Object.keys(sent), ...Object.keys(received)])].map((id) => {
			const colon = id.indexOf(":");
			const kind = id.slice(0, colon) as "origin" | "host" | "destination";
			return { id, kind, name: id.slice(colon + 1), n: Math.max(received[id] ?? 0, sent[id] ?? 0) };
		});
		return { nodes: nodes.sort((a, b) => b.n - a.n || (a.id < b.id ? -1 : 1)), edges };
	}
}

/** What came in from outside: `HOST!local` is mail made on the host itself. */
function addOrigins(graph: Graph, rows: SumRow[], limit: number): void {
	const shown = largest(
		rows.map(({ name, recipients, messages }) => ({
			name: originName(name),
			n: Math.max(recipients, messages),
		})),
		limit,
	);
	for (const { name, host, outcome, recipients, messages } of rows) {
		const origin = originName(name);
		// a message whose recipients go on to another host of ours came in here all the same
		const [told, n] = outcome === "" ? ["relayed", messages] : [outcome, recipients];
		graph.add(`origin:${shown.has(origin) ? origin : REST}`, `host:${host}`, told, n);
	}
}

function originName(name: string): string {
	return name.includes("!") ? "local" : name;
}

/** Those that are drawn by name. */
function addDestinations(graph: Graph, rows: WayRow[], limit: number): Set<string> {
	const leaving = rows.filter(({ inner }) => !inner);
	const shown = largest(
		leaving.map(({ domain, accepted, delayed, failed }) => ({
			name: domain,
			n: accepted + delayed + failed,
		})),
		limit,
	);
	for (const way of leaving) {
		const to = `destination:${shown.has(way.domain) ? way.domain : REST}`;
		for (const result of ["accepted", "delayed", "failed"] as const)
			graph.add(`host:${way.host}`, to, result, way[result]);
	}
	return shown;
}

/** `details`: of the destinations that are drawn by name; `hours`: of all, so what is left is the rest's. */
function addCauses(graph: Graph, details: readonly WayDetailRow[], hours: readonly WayHourRow[]): void {
	for (const row of details) {
		if (row.inner) continue;
		for (const [cause, n] of causesIn(row)) {
			graph.addCause(`host:${row.host}`, `destination:${row.domain}`, cause, n);
			graph.addCause(`host:${row.host}`, `destination:${REST}`, cause, -n);
		}
	}
	for (const row of hours) {
		const to = row.inner ? `host:${row.to}` : `destination:${REST}`;
		for (const [cause, n] of causesIn(row)) graph.addCause(`host:${row.host}`, to, cause, n);
	}
}

function causesIn({ detail }: WayHourRow): [cause: string, n: number][] {
	return Object.entries(detail).flatMap(([name, n]) => (name.startsWith("w:") ? [[name.slice(2), n]] : []));
}

/** Hand-overs among our hosts; within one host (a filter's) there is none. */
function addInner(graph: Graph, ways: WayRow[]): void {
	for (const way of ways) {
		if (way.to === undefined || way.to === way.host) continue;
		for (const result of ["accepted", "delayed", "failed"] as const)
			graph.add(`host:${way.host}`, `host:${way.to}`, result, way[result]);
	}
}

function largest(rows: { name: string; n: number }[], limit: number): Set<string> {
	const tally = new Tally();
	for (const { name, n } of rows) tally.add(name, n);
	return new Set(
		tally
			.sorted()
			.slice(0, limit)
			.map(({ name }) => name),
	);
}
