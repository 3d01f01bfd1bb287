/** The kept sums over all slices that a span touches, added up. */
import { HOUR_MS, MINUTE_MS } from "../hop-sums.ts";
import type {
	SumDimension,
	SumRequest,
	SumRow,
	TimeSpan,
	WayDetailRow,
	WayRequest,
	WayRow,
} from "../store.ts";
import { countNames, NAMES_KEPT, packedSums, packedWays } from "./packed/packed-sums.ts";
import type { Slice } from "./slice.ts";
import type { SliceSet } from "./slice-set.ts";

/** kinds kept by minute; all others by hour */
const BY_MINUTE = new Set<SumRequest["kind"]>(["arrivals"]);

export function readSums(slices: SliceSet, request: SumRequest): SumRow[] {
	const { kind, by, host, top } = request;
	const name = kind === "arrivals" || kind === "bytes" ? "" : request.name;
	const unit = BY_MINUTE.has(kind) ? MINUTE_MS : HOUR_MS;
	const step = Math.max(1, Math.round((request.step ?? unit) / unit));
	const columns = [...by].map((dimension) => columnOf(dimension, step));
	const sql = `SELECT ${[...columns, "sum(recipients) AS recipients", "sum(messages) AS messages"].join(", ")}
		FROM sums WHERE kind = ? ${name === undefined ? "" : "AND name = ?"}
		AND bucket >= ? AND bucket < ? ${host === undefined ? "" : "AND host = ?"}
		${by.length === 0 ? "" : `GROUP BY ${by.map((_, i) => i + 1).join(", ")}`}
		${top === undefined ? "" : `ORDER BY sum(messages) DESC LIMIT ${Math.max(1, Math.floor(top))}`}`;
	const named = name === undefined ? [] : [name];
	const merged = new Map<string, SumRow>();
	const [from, until] = bucketsOf(request, unit);
	const wanted = {
		kind,
		by,
		...(name !== undefined && { name }),
		...(host !== undefined && { host }),
		...(top !== undefined && { top }),
	};
	for (const slice of touching(slices, request)) {
		const rows = slice.all(sql, kind, ...named, from, until, ...(host === undefined ? [] : [host]));
		if (slice.packed) rows.push(...packedSums(slice, wanted, { from, until, step }));
		for (const row of rows) {
			const key = by.map((dimension) => row[dimension]).join("\n");
			const sum = merged.get(key);
			if (sum) {
				sum.recipients += Number(row.recipients ?? 0);
				sum.messages += Number(row.messages ?? 0);
			} else merged.set(key, sumRow(row, step * unit));
		}
	}
	return [...merged.values()].filter(({ recipients, messages }) => recipients > 0 || messages > 0);
}

function columnOf(dimension: SumDimension, step: number): string {
	if (dimension !== "bucket") return dimension;
	return step === 1 ? "bucket" : `bucket / ${step} AS bucket`;
}

function sumRow(row: Record<string, unknown>, step: number): SumRow {
	return {
		name: String(row.name ?? ""),
		bucket: Number(row.bucket ?? 0) * step,
		host: String(row.host ?? ""),
		outcome: String(row.outcome ?? ""),
		recipients: Number(row.recipients ?? 0),
		messages: Number(row.messages ?? 0),
	};
}

export function readWays(slices: SliceSet, request: WayRequest): WayRow[] {
	const { where, values } = wayFilter(request);
	const sql = `SELECT domain, host, inner_way, sum(accepted) AS accepted, sum(delayed) AS delayed, sum(failed) AS failed,
		sum(recipients) AS recipients, sum(seconds) AS seconds, max(last_at) AS last_at,
		max(last_accepted_at) AS last_accepted_at FROM ways WHERE ${where} GROUP BY domain, host, inner_way`;
	const merged = new Map<string, WayRow>();
	for (const slice of touching(slices, request)) {
		for (const row of slice.all(sql, ...values)) addWay(merged, row);
		if (slice.packed)
			for (const row of packedWays(slice, "ways", request, hoursOf(request))) addWay(merged, row);
	}
	return [...merged.values()].filter(({ accepted, delayed, failed }) => accepted + delayed + failed > 0);
}

function addWay(merged: Map<string, WayRow>, row: Record<string, unknown>): void {
	const domain = String(row.domain);
	const host = String(row.host);
	const inner = row.inner_way !== 0 && row.inner_way !== null;
	const to = typeof row.inner_way === "string" ? row.inner_way.slice(1) : undefined;
	const key = `${host} ${inner ? row.inner_way : 0} ${domain}`;
	let way = merged.get(key);
	if (!way) {
		const none = { accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0 };
		way = { domain, host, inner, ...(to !== undefined && { to }), ...none, lastAt: 0, lastAcceptedAt: 0 };
		merged.set(key, way);
	}
	for (const name of ["accepted", "delayed", "failed", "recipients", "seconds"] as const)
		way[name] += Number(row[name]);
	way.lastAt = Math.max(way.lastAt, Number(row.last_at));
	way.lastAcceptedAt = Math.max(way.lastAcceptedAt, Number(row.last_accepted_at));
}

export function readWayDetails(
	slices: SliceSet,
	request: WayRequest & { domain: string; inner: boolean },
): WayDetailRow[] {
	const { where, values } = wayFilter(request);
	const sql = `SELECT hour, detail FROM way_details WHERE ${where} AND inner_way ${request.inner ? "!=" : "="} 0`;
	return touching(slices, request).flatMap((slice) =>
		[
			...slice.all(sql, ...values),
			...(slice.packed ? packedWays(slice, "way_details", request, hoursOf(request)) : []).filter(
				(row) => (row.inner_way !== null) === request.inner,
			),
		].map((row) => ({
			hour: Number(row.hour) * HOUR_MS,
			detail: JSON.parse(String(row.detail)),
		})),
	);
}

function hoursOf(request: WayRequest): { from: number; until: number } {
	const [from, until] = bucketsOf(request, HOUR_MS);
	return { from, until };
}

function wayFilter(request: WayRequest): { where: string; values: (string | number)[] } {
	const { domain, host } = request;
	const [from, until] = bucketsOf(request, HOUR_MS);
	const parts: [string, (string | number)[]][] = [["hour >= ? AND hour < ?", [from, until]]];
	if (domain !== undefined) parts.push(["domain = ?", [domain]]);
	if (host !== undefined) parts.push(["host = ?", [host]]);
	return { where: parts.map(([text]) => text).join(" AND "), values: parts.flatMap(([, bound]) => bound) };
}

/** A packed slice with as many names as are kept has most likely lost others. */
export function forgotNames(slices: SliceSet, span: TimeSpan): boolean {
	return touching(slices, span).some((slice) =>
		(["sender", "recipient"] as const).some((kind) => countNames(slice, kind) >= NAMES_KEPT),
	);
}

function bucketsOf({ since, until }: TimeSpan, unit: number): [number, number] {
	return [Math.floor(since / unit), Math.ceil(until / unit)];
}

function touching(slices: SliceSet, { since, until }: TimeSpan): Slice[] {
	return slices.newestFirst.filter((slice) => {
		const range = slice.activeRange();
		return range !== undefined && range.from < until && range.to >= since - HOUR_MS;
	});
}
