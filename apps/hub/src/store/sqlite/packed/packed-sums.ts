/** Sums of a packed slice, added up as SQLite adds up those of another one. */
import type { SumDimension, SumRequest } from "../../kept-figures.ts";
import type { Slice } from "../slice/slice.ts";
import type { Cell } from "./columns.ts";
import { readColumns } from "./tables.ts";

/** senders and recipients that a packed slice counts by name */
export const NAMES_KEPT = 1_000;
export const SUM_COLUMNS = ["name", "bucket", "host", "outcome", "recipients", "messages"];
export const WAY_COLUMNS = [
	"domain",
	"host",
	"hour",
	"inner_way",
	"accepted",
	"delayed",
	"failed",
	"recipients",
	"seconds",
	"last_at",
	"last_accepted_at",
];
export const DETAIL_COLUMNS = ["domain", "host", "hour", "inner_way", "detail"];

export type Row = Record<string, Cell>;

export interface SumSpan {
	/** buckets, `until` is not part of it */
	from: number;
	until: number;
	/** buckets of one step */
	step: number;
}

/** Rows that agree in `by` are one; those with the most messages where there are more than `top`. */
export function packedSums(
	slice: Slice,
	{ kind, by, names: only, host, top }: Pick<SumRequest, "kind" | "by" | "names" | "host" | "top">,
	{ from, until, step }: SumSpan,
): Row[] {
	const wanted = only && new Set<Cell>(only);
	const found = new Map<string, { row: Row; recipients: number; messages: number }>();
	for (const columns of readColumns(slice, `sums ${kind}`)) {
		const [names = [], buckets = [], hosts = [], outcomes = [], recipients = [], messages = []] = columns;
		const dimensions = { name: names, bucket: buckets, host: hosts, outcome: outcomes };
		const cellAt = (dimension: SumDimension, at: number) =>
			dimension === "bucket" ? Math.trunc(Number(buckets[at]) / step) : (dimensions[dimension][at] ?? "");
		for (let at = 0; at < names.length; at++) {
			const bucket = Number(buckets[at]);
			if (bucket < from || bucket >= until) continue;
			if ((wanted && !wanted.has(names[at] ?? null)) || (host !== undefined && hosts[at] !== host)) continue;
			// a hundred thousand rows for a day's figures: nothing is made for one that has its sum already
			let key = "";
			for (const dimension of by) key += `${cellAt(dimension, at)}\n`;
			let sum = found.get(key);
			if (!sum) {
				const row = Object.fromEntries(by.map((dimension) => [dimension, cellAt(dimension, at)]));
				sum = { row, recipients: 0, messages: 0 };
				found.set(key, sum);
			}
			sum.recipients += Number(recipients[at]);
			sum.messages += Number(messages[at]);
		}
	}
	const rows = [...found.values()].map(({ row, recipients, messages }) => ({ ...row, recipients, messages }));
	if (top === undefined || rows.length <= top) return rows;
	return rows.sort((a, b) => b.messages - a.messages).slice(0, Math.max(1, Math.floor(top)));
}

interface WaysWanted {
	domains?: readonly string[];
	host?: string;
}

/** Rows of `ways` or of their details that a request asks for. */
export function packedWays(
	slice: Slice,
	kind: "ways" | "way_details",
	{ domains: only, host, from, until }: Pick<SumSpan, "from" | "until"> & WaysWanted,
): Row[] {
	const wanted = only && new Set<Cell>(only);
	const names = kind === "ways" ? WAY_COLUMNS : DETAIL_COLUMNS;
	const rows: Row[] = [];
	for (const columns of readColumns(slice, kind)) {
		const [domains = [], hosts, hours] = columns;
		for (let at = 0; at < domains.length; at++) {
			const hour = Number(hours?.[at]);
			if (hour < from || hour >= until) continue;
			if ((wanted && !wanted.has(domains[at] ?? null)) || (host !== undefined && hosts?.[at] !== host))
				continue;
			const row: Row = {};
			for (const [column, name] of names.entries()) row[name] = columns[column]?.[at] ?? null;
			rows.push(row);
		}
	}
	return rows;
}

/** How many names a packed slice counts by. */
export function countNames(slice: Slice, kind: "sender" | "recipient"): number {
	const names = new Set<Cell>();
	for (const [column = []] of readColumns(slice, `sums ${kind}`)) for (const name of column) names.add(name);
	return names.size;
}
