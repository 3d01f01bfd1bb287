/** "What would this rule have done last week": the same measurements and the same transition as the live hub's, over the past. */
import type { AlertPreviewAnswer, AlertRuleDraft } from "@mailtrail/core/wire";
import type { SampleRecord } from "../store/alert-store.ts";
import type { LineReads } from "../store/store.ts";
import { iso } from "./alert-answer.ts";
import { type AlertLang, alertText } from "./alert-text.ts";
import { measure, measuredFrom } from "./measure.ts";
import { type RuleState, step, worse } from "./rule-state.ts";
import type { Series } from "./series.ts";

const ALERTS_MAX = 500;

/** Plain data: it is answered where searches are. */
export interface PreviewRequest {
	rule: AlertRuleDraft;
	span: { since: number; until: number };
	/** as `samplesFor` gives them */
	samples: SampleRecord[];
	lang: AlertLang;
}

export async function previewRule(
	store: LineReads,
	{ rule, span, samples, lang }: PreviewRequest,
): Promise<AlertPreviewAnswer> {
	const { until } = span;
	const since = Math.min(until, await measuredFrom(rule.kind, { store, samples, ...span }));
	const series = since >= until ? [] : await measure(rule, { store, since, until, samples });
	const alerts = series.flatMap((each) => alertsOf(rule, each, lang));
	alerts.sort((a, b) => b.since.localeCompare(a.since) || a.subject.localeCompare(b.subject));
	const highest = highestOf(rule, series);
	return {
		from: iso(since),
		until: iso(until),
		alerts: alerts.slice(0, ALERTS_MAX),
		subjects: series.length,
		...(highest && { highest }),
	};
}

function alertsOf(
	rule: AlertRuleDraft,
	{ subject, points }: Series,
	lang: AlertLang,
): AlertPreviewAnswer["alerts"] {
	const found: AlertPreviewAnswer["alerts"] = [];
	let state: RuleState = {};
	const tell = (since: number, peak: number, until?: number) =>
		found.push({
			subject,
			since: iso(since),
			...(until !== undefined && { until: iso(until) }),
			peak,
			text: alertText({ kind: rule.kind, subject, value: peak, threshold: rule.threshold }, lang),
		});
	for (const point of points) {
		const before = state;
		const next = step(rule, before, point);
		state = next.state;
		if (next.turn === "cleared" && before.firing) tell(before.firing.since, before.firing.peak, point.at);
	}
	if (state.firing) tell(state.firing.since, state.firing.peak);
	return found;
}

function highestOf(rule: AlertRuleDraft, series: Series[]): AlertPreviewAnswer["highest"] {
	let best: { subject: string; at: number; value: number } | undefined;
	for (const { subject, points } of series) {
		for (const { at, value } of points) {
			if (value === undefined) continue;
			if (!best || (worse(rule, best.value, value) === value && value !== best.value))
				best = { subject, at, value };
		}
	}
	return best && { ...best, at: iso(best.at) };
}
