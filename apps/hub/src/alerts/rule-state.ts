/**
 * When an alert begins and ends: one transition, of one rule for one subject, from one measurement to the next. The live hub
 * and "what would it have done" both walk through it, so they cannot say different things. Pure.
 */
import type { AlertRuleDraft } from "@mailtrail/core/wire";

export interface RuleState {
	/** since when it stands over the threshold without having fired yet, or under `clear` without having cleared */
	turningSince?: number;
	/** what fires now */
	firing?: { since: number; peak: number };
}

export interface Measurement {
	at: number;
	/** absent: too little is known to say anything */
	value?: number;
}

export type Turn = "fired" | "cleared" | undefined;

type Levels = Pick<AlertRuleDraft, "kind" | "threshold" | "clear" | "holdMinutes">;

/** `state` is not changed; `turn` tells what became of it with this measurement. */
export function step(
	rule: Levels,
	state: RuleState,
	{ at, value }: Measurement,
): { state: RuleState; turn: Turn } {
	const hold = rule.holdMinutes * 60_000;
	if (state.firing) {
		const peak = value === undefined ? state.firing.peak : worse(rule, state.firing.peak, value);
		const firing = { ...state.firing, peak };
		// what says nothing any more has stopped being bad
		if (value !== undefined && !isClear(rule, value)) return { state: { firing }, turn: undefined };
		const since = state.turningSince ?? at;
		if (at - since >= hold) return { state: {}, turn: "cleared" };
		return { state: { firing, turningSince: since }, turn: undefined };
	}
	if (value === undefined || !isOver(rule, value)) return { state: {}, turn: undefined };
	const since = state.turningSince ?? at;
	if (at - since < hold) return { state: { turningSince: since }, turn: undefined };
	return { state: { firing: { since, peak: value } }, turn: "fired" };
}

/** A certificate's days run down; everything else is bad when it is much. */
export function isOver({ kind, threshold }: Pick<Levels, "kind" | "threshold">, value: number): boolean {
	return kind === "certificate-ends" ? value <= threshold : value >= threshold && value > 0;
}

function isClear({ kind, threshold, clear = threshold }: Levels, value: number): boolean {
	return kind === "certificate-ends" ? value > clear : value < clear || value === 0;
}

export function worse({ kind }: Pick<Levels, "kind">, a: number, b: number): number {
	return kind === "certificate-ends" ? Math.min(a, b) : Math.max(a, b);
}
