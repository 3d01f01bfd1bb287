/** A rule as its form holds it: text and numbers, and back to what the hub takes. */
import type { AlertKind, AlertRule, AlertRuleDraft } from "@mailtrail/core/wire";

/** what a new rule of a kind begins with */
const USUAL: Record<AlertKind, { threshold: number; clear?: number; minimum?: number }> = {
	"deferral-rate": { threshold: 50, clear: 20, minimum: 20 },
	"bounce-rate": { threshold: 20, clear: 10, minimum: 20 },
	"block-listed": { threshold: 1 },
	"queue-growth": { threshold: 500, clear: 200 },
	"log-silent": { threshold: 15 },
	"agent-gone": { threshold: 5 },
	"certificate-ends": { threshold: 14 },
	"sender-volume": { threshold: 10, clear: 5, minimum: 50 },
	"user-volume": { threshold: 10, clear: 5, minimum: 50 },
};

/** Every kind, in the order of the form. */
export const KINDS = Object.keys(USUAL) as AlertKind[];

export interface RuleForm {
	name: string;
	enabled: boolean;
	kind: AlertKind;
	subject: string;
	threshold: number;
	clear: number | null;
	windowMinutes: number;
	holdMinutes: number;
	minimum: number | null;
	repeatHours: number;
	channels: string[];
}

export function newRule(kind: AlertKind, name: string, channels: string[]): RuleForm {
	const { threshold, clear = null, minimum = null } = USUAL[kind];
	return {
		name,
		enabled: true,
		kind,
		subject: "",
		threshold,
		clear,
		windowMinutes: 30,
		holdMinutes: 10,
		minimum,
		repeatHours: 0,
		channels,
	};
}

export function formOf(rule: AlertRule): RuleForm {
	return {
		name: rule.name,
		enabled: rule.enabled,
		kind: rule.kind,
		subject: rule.subject ?? "",
		threshold: rule.threshold,
		clear: rule.clear ?? null,
		windowMinutes: rule.windowMinutes,
		holdMinutes: rule.holdMinutes,
		minimum: rule.minimum ?? null,
		repeatHours: rule.repeatHours ?? 0,
		channels: [...rule.channels],
	};
}

/** A field that was emptied is left out: the hub's own default stands. */
export function draftOf(form: RuleForm): AlertRuleDraft {
	const { subject, clear, minimum, repeatHours, ...rest } = form;
	return {
		...rest,
		name: form.name.trim(),
		...(subject.trim() === "" ? {} : { subject: subject.trim() }),
		...(clear === null ? {} : { clear }),
		...(minimum === null || minimum < 1 ? {} : { minimum }),
		...(repeatHours === 0 ? {} : { repeatHours }),
	};
}
