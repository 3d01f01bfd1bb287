/** Tries towards destinations: the share that was put off or refused, and how many met a block list. */
import type { AlertRuleDraft } from "@mailtrail/core/wire";
import { HOUR_MS, SLOT_MS } from "../store/hop-sums.ts";
import type { WayDetailRow, WayRow } from "../store/kept-figures.ts";
import { type Measuring, momentsOf, type Series } from "./series.ts";

/** what a rule that names none asks for: one deferred mail of two is no news */
const MINIMUM = 10;
/** destinations that are looked into, those with the most trouble first */
const DESTINATIONS_MAX = 500;
/** causes that say: you are on a list, or your address is shut out */
const LISTED = new Set(["dnsbl-listed", "address-blocked"]);

interface Slot {
	at: number;
	accepted: number;
	delayed: number;
	failed: number;
	listed: number;
}

export async function measureTries(rule: AlertRuleDraft, span: Measuring): Promise<Series[]> {
	const window = rule.windowMinutes * 60_000;
	const asked = { since: span.since - window, until: span.until };
	const ways = (await span.store.ways(asked)).filter(({ inner }) => !inner);
	const byDomain = Map.groupBy(ways, ({ domain }) => domain);
	const troubled = [...byDomain]
		.map(([domain, rows]) => ({ domain, rows, trouble: troubleOf(rule, rows) }))
		.filter(({ trouble }) => trouble > 0)
		.sort((a, b) => b.trouble - a.trouble)
		.slice(0, DESTINATIONS_MAX);
	const domains = troubled.map(({ domain }) => domain);
	const details = Map.groupBy(
		(await span.store.wayDetails({ ...asked, domains })).filter(({ inner }) => !inner),
		({ domain }) => domain,
	);
	const series: Series[] = [];
	for (const { domain, rows } of troubled) {
		const slots = slotsOf(details.get(domain) ?? []);
		const points = momentsOf(span).map((at) => ({ at, ...rateOf(rule, slots, at - window, at) }));
		series.push({ subject: domain, hosts: [...new Set(rows.map(({ host }) => host))].sort(), points });
	}
	return series;
}

function troubleOf({ kind }: AlertRuleDraft, rows: WayRow[]): number {
	return rows.reduce((sum, { delayed, failed }) => {
		if (kind === "deferral-rate") return sum + delayed;
		return sum + failed + (kind === "block-listed" ? delayed : 0);
	}, 0);
}

function slotsOf(details: readonly WayDetailRow[]): Slot[] {
	const slots = new Map<number, Slot>();
	const slotAt = (at: number): Slot => {
		let slot = slots.get(at);
		if (!slot) {
			slot = { at, accepted: 0, delayed: 0, failed: 0, listed: 0 };
			slots.set(at, slot);
		}
		return slot;
	};
	for (const { hour, detail } of details) {
		for (const [name, count] of Object.entries(detail)) {
			const [what, value = "", result] = name.split(":");
			// causes are kept by the hour: they count from its beginning
			if (what === "w" && LISTED.has(value)) slotAt(hour).listed += count;
			if (what !== "s") continue;
			const slot = slotAt(hour + Number(value) * SLOT_MS);
			if (result === "accepted" || result === "delayed" || result === "failed") slot[result] += count;
		}
	}
	return [...slots.values()];
}

function rateOf(rule: AlertRuleDraft, slots: Slot[], from: number, until: number): { value?: number } {
	const sum = { accepted: 0, delayed: 0, failed: 0, listed: 0 };
	for (const slot of slots) {
		if (slot.at < until && slot.at + SLOT_MS > from) {
			sum.accepted += slot.accepted;
			sum.delayed += slot.delayed;
			sum.failed += slot.failed;
		}
		if (slot.at < until && slot.at + HOUR_MS > from) sum.listed += slot.listed;
	}
	if (rule.kind === "block-listed") return { value: Math.max(0, sum.listed) };
	const tries = sum.accepted + sum.delayed + sum.failed;
	if (tries < (rule.minimum ?? MINIMUM)) return {};
	const bad = rule.kind === "deferral-rate" ? sum.delayed : sum.failed;
	return { value: Math.round((1000 * Math.max(0, bad)) / tries) / 10 };
}
