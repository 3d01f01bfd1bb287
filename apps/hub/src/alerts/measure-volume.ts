/**
 * Messages of one sender or one signed-in user, as a multiple of what is usual for that one: the first thing that is seen
 * of a stolen account. Usual is the mean of the hours of the week before; who is new is measured against one message an hour.
 */
import type { AlertRuleDraft } from "@mailtrail/core/wire";
import { HOUR_MS } from "../store/hop-sums.ts";
import type { SumRow } from "../store/kept-figures.ts";
import { type Measuring, momentsOf, type Series } from "./series.ts";

const MINIMUM = 50;
const WEEK_HOURS = 168;
/** names that are looked into, the busiest first */
const NAMES_MAX = 500;

export async function measureVolume(rule: AlertRuleDraft, span: Measuring): Promise<Series[]> {
	const kind = rule.kind === "user-volume" ? "user" : "sender";
	const hours = Math.max(1, Math.round(rule.windowMinutes / 60));
	const minimum = rule.minimum ?? MINIMUM;
	const since = span.since - hours * HOUR_MS;
	const by = ["name", "bucket", "host"] as const;
	const rows = (await span.store.sums({ kind, by, since, until: span.until })).filter(
		({ name }) => name !== "",
	);
	const busy = [...Map.groupBy(rows, ({ name }) => name)]
		.map(([name, all]) => ({ name, all, most: Math.max(...hourly(all).values()) }))
		.filter(({ most }) => most * hours >= minimum)
		.sort((a, b) => b.most - a.most)
		.slice(0, NAMES_MAX);
	if (busy.length === 0) return [];
	const earlier = span.since - WEEK_HOURS * HOUR_MS - hours * HOUR_MS;
	const before = await span.store.sums({ kind, by: ["name", "bucket"], since: earlier, until: span.until });
	const known = Map.groupBy(before, ({ name }) => name);
	return busy.map(({ name, all }) => {
		const counts = hourly(known.get(name) ?? all);
		const points = momentsOf(span).map((at) => {
			const end = Math.floor(at / HOUR_MS) * HOUR_MS + HOUR_MS;
			const now = sumOf(counts, end - hours * HOUR_MS, end);
			if (now < minimum) return { at };
			const usual = sumOf(counts, end - (WEEK_HOURS + hours) * HOUR_MS, end - hours * HOUR_MS) / WEEK_HOURS;
			return { at, value: Math.round((10 * now) / Math.max(1, usual * hours)) / 10 };
		});
		return { subject: name, hosts: [...new Set(all.map(({ host }) => host))].sort(), points };
	});
}

function hourly(rows: SumRow[]): Map<number, number> {
	const counts = new Map<number, number>();
	for (const { bucket, messages } of rows) counts.set(bucket, (counts.get(bucket) ?? 0) + messages);
	return counts;
}

function sumOf(counts: Map<number, number>, from: number, until: number): number {
	let sum = 0;
	for (const [hour, count] of counts) if (hour >= from && hour < until) sum += count;
	return sum;
}
