/**
 * The details of ways added up over all domains, by host and hour: a handful of rows for thousands, so that the figures of a day
 * need not read them all. Kept beside the details of a packed slice; of one that was packed before there were any, made once.
 */
import type { WayDetail } from "../../hop-sums.ts";
import { addDetail } from "../slice/sums-table.ts";
import type { Slice } from "../slice/slice.ts";
import { Kept } from "./kept.ts";
import { DETAIL_COLUMNS, type Row } from "./packed-sums.ts";
import { lastPart, readColumns } from "./tables.ts";

export const HOUR_COLUMNS = ["host", "hour", "inner_way", "detail"];

const KEPT_BYTES = 4 * 2 ** 20;
const made = new Kept<readonly Row[]>(KEPT_BYTES);

/** `rows` of `way_details`. Trends and relays are told by domain alone. */
export function wayHours(rows: Iterable<Record<string, unknown>>): Row[] {
	const sums = new Map<string, { row: Row; detail: WayDetail }>();
	for (const { host, hour, inner_way: inner, detail } of rows) {
		const key = `${hour} ${inner} ${host}`;
		let sum = sums.get(key);
		if (!sum) {
			const row = {
				host: String(host),
				hour: Number(hour),
				inner_way: typeof inner === "string" ? inner : null,
			};
			sum = { row, detail: {} };
			sums.set(key, sum);
		}
		const told = Object.entries<number>(JSON.parse(String(detail))).filter(([name]) => isTold(name));
		addDetail(sum.detail, Object.fromEntries(told), 1);
	}
	return [...sums.values()].map(({ row, detail }) => ({ ...row, detail: JSON.stringify(detail) }));
}

function isTold(name: string): boolean {
	return name.startsWith("t:") || name.startsWith("w:") || name === "tls" || name === "plain";
}

export function packedWayHours(slice: Slice): readonly Row[] {
	return made.get(`${slice.opened}/${lastPart(slice)}`, () => {
		const kept = rowsOf(slice, "way_hours", HOUR_COLUMNS);
		const value = kept.length > 0 ? kept : wayHours(rowsOf(slice, "way_details", DETAIL_COLUMNS));
		return { value, bytes: value.reduce((sum, { detail }) => sum + 200 + 2 * String(detail).length, 0) };
	});
}

function rowsOf(slice: Slice, kind: string, names: readonly string[]): Row[] {
	return readColumns(slice, kind).flatMap((columns) =>
		(columns[0] ?? []).map((_, at) =>
			Object.fromEntries(names.map((name, column) => [name, columns[column]?.[at] ?? null])),
		),
	);
}
