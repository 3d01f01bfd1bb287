/**
 * The diagnoses of a journey's recipients, alike ones together, the worst first: bad news is never below good news. Whoever is asked
 * about comes before all: that is the answer.
 */
import type { Diagnosis } from "@mailtrail/core/diagnose";
import type { Journey, JourneyRecipient, Outcome } from "@mailtrail/core/trace";
import { WORST_FIRST } from "./way-tree.ts";

export interface DiagnosisGroup {
	key: string;
	outcome: Outcome;
	diagnosis: Diagnosis;
	recipients: JourneyRecipient[];
}

/** The recipients, whoever is asked about before the others. */
export function askedFirst(journey: Journey, asked: string | undefined): JourneyRecipient[] {
	const place = ({ recipient }: JourneyRecipient) => (recipient === asked ? 0 : 1);
	return journey.recipients.toSorted((a, b) => place(a) - place(b));
}

export function groupDiagnoses(journey: Journey, asked?: string): DiagnosisGroup[] {
	const groups = new Map<string, DiagnosisGroup>();
	const isAsked = ({ recipient }: JourneyRecipient) => recipient === asked;
	for (const recipient of askedFirst(journey, asked)) {
		const { diagnosis, outcome } = recipient;
		if (diagnosis === undefined) continue;
		const key = `${outcome}\n${diagnosis.cause}\n${diagnosis.title}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, { key, outcome, diagnosis, recipients: [recipient] });
		else group.recipients.push(recipient);
	}
	const sorted = [...groups.values()].sort(
		(a, b) => WORST_FIRST.indexOf(a.outcome) - WORST_FIRST.indexOf(b.outcome),
	);
	const answer = sorted.filter((group) => group.recipients.some(isAsked));
	const bad = sorted.filter((group) => !isGood(group.outcome) && !answer.includes(group));
	// good news that nobody asked for needs no explanation beside bad news; the picture and the table tell it
	return answer.length + bad.length > 0 ? [...answer, ...bad] : sorted.slice(0, 1);
}

export function isGood(outcome: Outcome): boolean {
	return outcome === "delivered" || outcome === "relayed" || outcome === "expanded";
}

/** Lines that prove what is said → the numbers of their footnotes. */
export function footnotesOf(groups: DiagnosisGroup[]): Map<string, number> {
	const refs = new Set(groups.flatMap((group) => group.diagnosis.evidence));
	return new Map([...refs].map((ref, i) => [ref, i + 1]));
}

/** The recipient that a reader most likely asks about. */
export function worstRecipient(journey: Journey): JourneyRecipient | undefined {
	return WORST_FIRST.flatMap((outcome) => journey.recipients.filter((r) => r.outcome === outcome))[0];
}

/** Still moving: its page should keep up. */
export function isUnderWay(journey: Journey): boolean {
	return journey.recipients.some((r) => r.outcome === "delayed") || journey.recipients.length === 0;
}
