/** A journey in one row, for lists: enough to read what happened without opening it. */
import type { Journey, JourneyRecipient, Outcome } from "../trace/index.ts";
import type { JourneyRow } from "./api-schemas.ts";

/** Worst first: what a caller would complain about decides the row. */
const SEVERITY: readonly Outcome[] = [
	"failed",
	"delayed",
	"unknown",
	"quarantined",
	"discarded",
	"expanded",
	"relayed",
	"delivered",
];
const RECIPIENTS_SHOWN = 3;

/**
 * The row of a journey; cause and title come from its diagnosis where it has been diagnosed. `asked`: the recipients that somebody
 * asks about, of whom the row tells then: that another one's mailbox is full is no answer to who asks where this one's mail is.
 */
export function journeyRow(journey: Journey, asked: Iterable<JourneyRecipient> = []): JourneyRow {
	const told = new Set(asked);
	const worstFirst = [...journey.recipients].sort(
		(a, b) => SEVERITY.indexOf(a.outcome) - SEVERITY.indexOf(b.outcome),
	);
	const first = worstFirst.filter((r) => told.has(r));
	const others = worstFirst.filter((r) => !told.has(r));
	const entries = [...first, ...others];
	const worst = entries[0];
	const outcomes: Record<string, number> = {};
	for (const entry of entries) outcomes[entry.outcome] = (outcomes[entry.outcome] ?? 0) + 1;
	const at = journey.submittedAt ?? worst?.at ?? "1970-01-01T00:00:00.000+00:00";
	const updatedAt = latest(journey) ?? at;
	const outcome = worst?.outcome ?? (journey.kind === "refused" ? "failed" : "unknown");
	const ended = outcome === "delivered" || outcome === "relayed";
	return {
		id: journey.id,
		kind: journey.kind,
		at,
		updatedAt,
		...(journey.sender !== undefined && { sender: journey.sender }),
		recipients: entries.slice(0, RECIPIENTS_SHOWN).map((entry) => ({
			recipient: entry.recipient,
			outcome: entry.outcome,
			...(entry.mailbox !== undefined && { mailbox: entry.mailbox }),
		})),
		recipientCount: entries.length,
		...(first.length > 0 && others.length > 0 && { asked: first.length }),
		outcomes,
		outcome,
		stops: (worst?.path ?? []).map((stop) => ({
			host: stop.host,
			mta: stop.mta,
			...(stop.queueId !== undefined && { queueId: stop.queueId }),
		})),
		...(journey.messageIds[0] !== undefined && { messageId: journey.messageIds[0] }),
		...(journey.size !== undefined && { size: journey.size }),
		...(worst?.diagnosis && {
			cause: worst.diagnosis.cause,
			title: worst.diagnosis.title,
			permanent: worst.diagnosis.permanent,
		}),
		...(journey.answers?.[0] && { answers: journey.answers[0].journeyId }),
		attempts: worst ? triesAtTheEnd(worst) : 0,
		...(ended && { delay: Math.max(0, (Date.parse(updatedAt) - Date.parse(at)) / 1000) }),
	};
}

/** Tries of the host where the recipient stands now: hand-overs on the way are no tries that failed. */
function triesAtTheEnd(entry: JourneyRecipient): number {
	const stop = entry.path.at(-1);
	return entry.attempts.filter((attempt) => attempt.host === stop?.host && attempt.queueId === stop.queueId)
		.length;
}

function latest(journey: Journey): string | undefined {
	let newest: string | undefined;
	for (const entry of journey.recipients)
		for (const time of [entry.at, entry.path.at(-1)?.receivedAt])
			if (time !== undefined && (newest === undefined || time > newest)) newest = time;
	return newest;
}
