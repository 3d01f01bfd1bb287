/**
 * The diagnoses of a journey's recipients, alike ones together, the worst first: bad news is never below good news. Whoever is asked
 * about comes before all: that is the answer.
 */
import type { Diagnosis } from "@mailtrail/core/diagnose";
import type { Journey, JourneyRecipient, Outcome } from "@mailtrail/core/trace";
import { formatNumber, type Lang } from "../../lib/format.ts";
import type { Texts } from "../../messages/en.ts";
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
		const key = `${outcome}\n${diagnosis.cause}\n${titleOfAll(diagnosis.title, recipient.recipient)}`;
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

/** A title without its recipient's name: where many mailboxes of one domain are full, that is one cause. The domain stays, its words are its own. */
function titleOfAll(title: string, recipient: string): string {
	const named = recipient !== "" && title.includes(recipient);
	return named ? title.replaceAll(recipient, `@${domainOf(recipient)}`) : title;
}

/** The diagnosis in words that hold for all of the group: `5 recipients at example.com` where they name the first of several. */
export function wordsOf({ diagnosis, recipients }: DiagnosisGroup, t: Texts, lang: Lang): Diagnosis {
	const named = recipients[0]?.recipient ?? "";
	if (recipients.length < 2 || named === "") return diagnosis;
	const [domain, ...others] = new Set(recipients.map((r) => domainOf(r.recipient)));
	const count = formatNumber(recipients.length, lang);
	const several =
		domain !== undefined && others.length === 0
			? t.journey.recipientsAt(count, domain)
			: t.journey.recipients(count);
	const told = (words: string) => words.replaceAll(named, several);
	const { title, explanation, steps } = diagnosis;
	return { ...diagnosis, title: told(title), explanation: told(explanation), steps: steps.map(told) };
}

function domainOf(address: string): string {
	return address.slice(address.lastIndexOf("@") + 1);
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

/** a message of which no line named a recipient for so long is not on its way: its log ends there, or lines are missing */
const UNNAMED_MS = 86_400_000;

/** Still moving: its page should keep up. `now`: epoch milliseconds; what its queue has given up by then waits no more, its log has ended. */
export function isUnderWay({ recipients, submittedAt }: Journey, now: number): boolean {
	if (recipients.length === 0) return submittedAt === undefined || now - Date.parse(submittedAt) < UNNAMED_MS;
	return recipients.some(
		({ outcome, nextTry }) =>
			outcome === "delayed" && (nextTry === undefined || Date.parse(nextTry.givenUpAt) > now),
	);
}
