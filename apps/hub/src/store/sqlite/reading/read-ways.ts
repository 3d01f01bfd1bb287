/** The kept sums of tries over all slices that a span touches: by domain and host, and by host and hour. */
import { HOUR_MS } from "../../hop-sums.ts";
import type { WayDetailRow, WayHourRow, WayRequest, WayRow } from "../../kept-figures.ts";
import { packedWays, type Row } from "../packed/packed-sums.ts";
import { packedWayHours, wayHours } from "../packed/way-hours.ts";
import type { SliceSet } from "../slice/slice-set.ts";
import { bucketsOf, touching } from "./span.ts";

export function readWays(slices: SliceSet, request: WayRequest): WayRow[] {
	const { where, values } = wayFilter({ ...request, ...(request.domain && { domains: [request.domain] }) });
	const sql = `SELECT domain, host, inner_way, sum(accepted) AS accepted, sum(delayed) AS delayed, sum(failed) AS failed,
		sum(recipients) AS recipients, sum(seconds) AS seconds, max(last_at) AS last_at,
		max(last_accepted_at) AS last_accepted_at FROM ways WHERE ${where} GROUP BY domain, host, inner_way`;
	const merged = new Map<string, WayRow>();
	const wanted = { ...hoursOf(request), ...request, ...(request.domain && { domains: [request.domain] }) };
	for (const slice of touching(slices, request)) {
		for (const row of slice.all(sql, ...values)) addWay(merged, row);
		if (slice.packed) for (const row of packedWays(slice, "ways", wanted)) addWay(merged, row);
	}
	return [...merged.values()].filter(({ accepted, delayed, failed }) => accepted + delayed + failed > 0);
}

function addWay(merged: Map<string, WayRow>, row: Record<string, unknown>): void {
	const domain = String(row.domain);
	const way = wayOf(row);
	const key = `${way.host} ${way.inner ? row.inner_way : 0} ${domain}`;
	let sum = merged.get(key);
	if (!sum) {
		const none = { accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0 };
		sum = { domain, ...way, ...none, lastAt: 0, lastAcceptedAt: 0 };
		merged.set(key, sum);
	}
	for (const name of ["accepted", "delayed", "failed", "recipients", "seconds"] as const)
		sum[name] += Number(row[name]);
	sum.lastAt = Math.max(sum.lastAt, Number(row.last_at));
	sum.lastAcceptedAt = Math.max(sum.lastAcceptedAt, Number(row.last_accepted_at));
}

function wayOf(row: Record<string, unknown>): Pick<WayRow, "host" | "inner" | "to"> {
	const to = typeof row.inner_way === "string" ? row.inner_way.slice(1) : undefined;
	const inner = row.inner_way !== 0 && row.inner_way !== null;
	return { host: String(row.host), inner, ...(to !== undefined && { to }) };
}

export function readWayDetails(
	slices: SliceSet,
	request: Omit<WayRequest, "domain"> & { domains: readonly string[] },
): WayDetailRow[] {
	if (request.domains.length === 0) return [];
	const { where, values } = wayFilter(request);
	const sql = `SELECT domain, host, hour, inner_way, detail FROM way_details WHERE ${where}`;
	const wanted = { ...hoursOf(request), ...request };
	return touching(slices, request).flatMap((slice) =>
		[...slice.all(sql, ...values), ...(slice.packed ? packedWays(slice, "way_details", wanted) : [])].map(
			(row) => ({ domain: String(row.domain), ...hourOf(row) }),
		),
	);
}

export function readWayHours(slices: SliceSet, request: Omit<WayRequest, "domain">): WayHourRow[] {
	const { where, values } = wayFilter(request);
	const sql = `SELECT host, hour, inner_way, detail FROM way_details WHERE ${where}`;
	const { from, until } = hoursOf(request);
	const isWanted = ({ host, hour }: Row) =>
		Number(hour) >= from && Number(hour) < until && (request.host === undefined || host === request.host);
	return touching(slices, request).flatMap((slice) =>
		[
			...wayHours(slice.all(sql, ...values)),
			...(slice.packed ? packedWayHours(slice).filter(isWanted) : []),
		].map(hourOf),
	);
}

function hourOf(row: Record<string, unknown>): WayHourRow {
	return { ...wayOf(row), hour: Number(row.hour) * HOUR_MS, detail: JSON.parse(String(row.detail)) };
}

function hoursOf(request: WayRequest): { from: number; until: number } {
	const [from, until] = bucketsOf(request, HOUR_MS);
	return { from, until };
}

function wayFilter(request: Omit<WayRequest, "domain"> & { domains?: readonly string[] }): {
	where: string;
	values: (string | number)[];
} {
	const { domains, host } = request;
	const [from, until] = bucketsOf(request, HOUR_MS);
	const parts: [string, readonly (string | number)[]][] = [["hour >= ? AND hour < ?", [from, until]]];
	if (domains !== undefined) parts.push([`domain IN (${domains.map(() => "?").join(", ")})`, domains]);
	if (host !== undefined) parts.push(["host = ?", [host]]);
	return { where: parts.map(([text]) => text).join(" AND "), values: parts.flatMap(([, bound]) => bound) };
}
