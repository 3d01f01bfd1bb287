/**
 * A journey as a few plain lines for a ticket or a mail: who, when, what became of it, why, what to do, and the proof. Whoever is
 * asked about comes first, as on the page.
 */
import type { Journey, JourneyRecipient } from "@mailtrail/core/trace";
import type { LineAnswer } from "@mailtrail/core/wire";
import { calendarDay, clockTime, type Lang, zoneLabel } from "../../lib/format.ts";
import type { Texts } from "../../messages/en.ts";
import { markOf, wordOf } from "../../ui/outcome-shape.ts";
import { askedFirst, footnotesOf, groupDiagnoses, wordsOf } from "./diagnosis-groups.ts";

const RECIPIENTS_SHOWN = 10;

export function journeyAsText(
	journey: Journey,
	lines: LineAnswer[],
	link: string,
	t: Texts,
	lang: Lang,
	asked?: string,
): string {
	const groups = groupDiagnoses(journey, asked);
	const recipients = askedFirst(journey, asked);
	const names = (some: readonly JourneyRecipient[]) => {
		const shown = some.slice(0, RECIPIENTS_SHOWN).map((r) => r.recipient);
		const rest = some.length - shown.length;
		return shown.join(", ") + (rest > 0 ? ` ${t.row.more(rest)}` : "");
	};
	const proof = footnotesOf(groups);
	const when = (iso: string) => `${calendarDay(iso, lang, Date.now())} ${clockTime(iso)} ${zoneLabel()}`;
	const text = [
		`${journey.sender ?? t.row.noSender} → ${names(recipients)}`,
		...(journey.submittedAt === undefined ? [] : [when(journey.submittedAt)]),
		...journey.messageIds.slice(0, 1).map((id) => `Message-ID: ${id}`),
		"",
	];
	for (const group of groups) {
		const concerned = group.recipients;
		const diagnosis = wordsOf(group, t, lang);
		text.push(
			groups.length > 1 ? `${names(concerned)}: ${diagnosis.title}` : diagnosis.title,
			diagnosis.explanation,
			...diagnosis.steps.map((step, i) => `${i + 1}. ${step}`),
			"",
		);
	}
	for (const r of recipients.slice(0, RECIPIENTS_SHOWN)) {
		const way = r.path.map((stop) => stop.host).filter((host, i, all) => host !== all[i - 1]);
		text.push(`${r.recipient}: ${t.outcome[wordOf(markOf(r.outcome, r.diagnosis))]} (${way.join(" → ")})`);
	}
	const rest = recipients.length - RECIPIENTS_SHOWN;
	if (rest > 0) text.push(t.row.more(rest));
	const proving = lines.filter((line) => proof.has(line.ref));
	if (proving.length > 0) text.push("", ...proving.map((line) => `${line.host}: ${line.raw}`));
	text.push("", link);
	return text.join("\n");
}
