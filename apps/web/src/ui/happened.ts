/** What happened to a message, in the reader's words: the diagnosis' title where there is one, else the outcome's, counted where there are several. */
import { OUTCOMES, type Outcome } from "@mailtrail/core/trace";
import type { JourneyRow } from "@mailtrail/core/wire";
import type { Lang } from "../lib/format.ts";
import { formatNumber } from "../lib/format.ts";
import type { Texts } from "../messages/en.ts";

/** a message of which nothing more was heard for so long is not on its way: the log ends there, or lines are missing */
const UNDERWAY_MS = 86_400_000;

/** `now`: epoch milliseconds. */
export function whatHappened(row: JourneyRow, t: Texts, lang: Lang, now: number): string {
	if (row.title !== undefined) return row.title;
	if (row.kind === "refused") return t.happened.refused;
	if (row.recipientCount === 0)
		return now - Date.parse(row.updatedAt) < UNDERWAY_MS ? t.happened.underway : t.happened.unknown;
	const mixed = mixedOutcomes(row, t, lang);
	if (mixed !== undefined) return mixed;
	if (row.outcome === "delivered") {
		const mailbox = row.recipients.find((r) => r.outcome === "delivered")?.mailbox;
		return mailbox === undefined || mailbox === "INBOX" ? t.happened.delivered : t.happened.filed(mailbox);
	}
	return t.happened[row.outcome];
}

/** `398 delivered, 9 delayed, 5 failed`, where recipients did not end alike; best first. */
export function mixedOutcomes(row: JourneyRow, t: Texts, lang: Lang): string | undefined {
	const counts = countOutcomes(row).map(({ outcome, n }) =>
		t.journey.grouped(formatNumber(n, lang), t.outcome[outcome]),
	);
	return counts.length === 0 ? undefined : counts.join(lang === "ja" ? "、" : ", ");
}

/** How many recipients ended how, where they did not end alike; best first. */
export function countOutcomes({ outcomes }: Pick<JourneyRow, "outcomes">): { outcome: Outcome; n: number }[] {
	const counts = OUTCOMES.flatMap((outcome) => {
		const n = outcomes[outcome] ?? 0;
		return n > 0 ? [{ outcome, n }] : [];
	});
	return counts.length > 1 ? counts : [];
}
