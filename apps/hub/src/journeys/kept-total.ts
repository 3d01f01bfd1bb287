/**
 * How many messages a query has at least, by the kept sums: where it asks for nothing but times, one host or one sender. Whole
 * hours within the span only, and a packed slice has forgotten its rare senders; so it may be more, and never depends on how
 * busy the machine is. Nobody is told more than `enough`.
 */
import { type Query, queryTimeRange } from "@mailtrail/core/query";
import { HOUR_MS } from "../store/hop-sums.ts";
import type { SumRequest } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";

/** no date that JavaScript can say is later */
const LAST_MS = 8.64e15;

export async function keptTotal(store: LineReads, query: Query, enough: number): Promise<number> {
	const what = whatOf(query);
	const { since = 0, until = LAST_MS } = queryTimeRange(query);
	const span = {
		since: Math.ceil(since / HOUR_MS) * HOUR_MS,
		until: Math.floor((until + 1) / HOUR_MS) * HOUR_MS,
	};
	if (!what || query.problems.length > 0 || span.since >= span.until) return 0;
	const rows = await store.sums({ ...what, ...span, by: [], enough });
	return rows.reduce((sum, { messages }) => sum + Math.max(0, messages), 0);
}

/** How many messages there are at the most in the times that a query speaks of, whatever else it asks for; counted up to `enough`. */
export async function messagesAtMost(store: LineReads, query: Query, enough: number): Promise<number> {
	const { since = 0, until = LAST_MS } = queryTimeRange(query);
	const rows = await store.sums({ kind: "arrivals", by: [], since, until: until + 1, enough });
	return rows.reduce((sum, { messages }) => sum + messages, 0);
}

function whatOf({ terms }: Query): Pick<SumRequest, "kind" | "names" | "host"> | undefined {
	const others = terms.filter(({ field, negated }) => negated || (field !== "since" && field !== "until"));
	const [term] = others;
	if (!term) return { kind: "arrivals" };
	if (others.length > 1 || term.negated || term.value.includes("*")) return undefined;
	const value = term.value.toLowerCase();
	if (term.field === "host") return { kind: "arrivals", host: value };
	if (term.field !== "from" || !value.includes("@")) return undefined;
	return value.startsWith("@")
		? { kind: "sender-domain", names: [value.slice(1)] }
		: { kind: "sender", names: [value] };
}
