/** The kept sums over all slices that a span touches, added up. */
import type { QueryKey } from "@mailtrail/core/query";
import { NAME_MAX } from "../../hop-peers.ts";
import { HOUR_MS, MINUTE_MS } from "../../hop-sums.ts";
import { keyOfQuery, LABELS_MAX } from "../../hop-terms.ts";
import type { SumDimension, SumRequest, SumRow, TimeSpan } from "../../kept-figures.ts";
import { countNames, NAMES_KEPT, packedSums } from "../packed/packed-sums.ts";
import type { SliceSet } from "../slice/slice-set.ts";
import { bucketsOf, touching } from "./span.ts";

/** kinds kept by minute; all others by hour */
const BY_MINUTE = new Set<SumRequest["kind"]>(["arrivals"]);

/** kinds whose names are search terms of the hops that they count */
const NAMED: Partial<Record<SumRequest["kind"], QueryKey["field"]>> = {
	sender: "sender",
	recipient: "recipient",
	"sender-domain": "domain",
	"recipient-domain": "domain",
};

export function readSums(slices: SliceSet, request: SumRequest): SumRow[] {
	const { kind, by, host, top, enough = Number.POSITIVE_INFINITY } = request;
	const names = kind === "arrivals" || kind === "bytes" ? [""] : request.names;
	const unit = BY_MINUTE.has(kind) ? MINUTE_MS : HOUR_MS;
	const step = Math.max(1, Math.round((request.step ?? unit) / unit));
	const columns = [...by].map((dimension) => columnOf(dimension, step));
	const sql = `SELECT ${[...columns, "sum(recipients) AS recipients", "sum(messages) AS messages"].join(", ")}
		FROM sums WHERE kind = ? ${names === undefined ? "" : `AND name IN (${names.map(() => "?").join(", ")})`}
		AND bucket >= ? AND bucket < ? ${host === undefined ? "" : "AND host = ?"}
		${by.length === 0 ? "" : `GROUP BY ${by.map((_, i) => i + 1).join(", ")}`}
		${top === undefined ? "" : `ORDER BY sum(messages) DESC LIMIT ${Math.max(1, Math.floor(top))}`}`;
	const merged = new Map<string, SumRow>();
	const [from, until] = bucketsOf(request, unit);
	const wanted = {
		kind,
		by,
		...(names !== undefined && { names }),
		...(host !== undefined && { host }),
		...(top !== undefined && { top }),
	};
	let messages = 0;
	for (const slice of touching(slices, request, names && termsOf(kind, names))) {
		if (messages >= enough) break;
		const rows = slice.all(sql, kind, ...(names ?? []), from, until, ...(host === undefined ? [] : [host]));
		if (slice.packed) rows.push(...packedSums(slice, wanted, { from, until, step }));
		for (const row of rows) {
			messages += Number(row.messages ?? 0);
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

/** What slices that count by one of these names can be found by; undefined: by nothing. */
function termsOf(kind: SumRequest["kind"], names: readonly string[]): string[] | undefined {
	const field = NAMED[kind];
	if (!field || !names.every(isTerm)) return undefined;
	return names.map((value) => keyOfQuery({ field, value }));
}

/** A name that is empty or was cut is none, and no domain with a dot behind it or of many labels (`hop-terms.ts`). */
function isTerm(name: string): boolean {
	return name !== "" && name.length < NAME_MAX && !name.endsWith(".") && name.split(".").length <= LABELS_MAX;
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

/** A packed slice with as many names as are kept has most likely lost others. */
export function forgotNames(slices: SliceSet, span: TimeSpan): boolean {
	return touching(slices, span).some((slice) =>
		(["sender", "recipient"] as const).some((kind) => countNames(slice, kind) >= NAMES_KEPT),
	);
}
