/**
 * Holds printed journeys against the truth: outcome, path, folder, first address, bounces, and that no two messages are
 * one journey. With some hosts unseen, a path may stop short, but what is told must be in the truth, in its order.
 */
import { scoreBounces } from "./bounces.ts";
import { type Entry, isWithin, type Matched, matchRows, sameAddress, samePath } from "./match-rows.ts";
import type { PrintedJourney } from "./printed.ts";
import type { TrueRow, TrueStop } from "./truth.ts";

export interface Score {
	rows: number;
	found: number;
	outcome: number;
	original: number;
	path: number;
	mailbox: number;
	/** rows whose folder the log tells */
	mailboxes: number;
	notices: number;
	joined: number;
	merged: number;
	split: number;
	spare: number;
	wrongJoins: number;
	/** what is wrong, one text each, the worst first */
	faults: string[];
}

/** @param unseen hosts whose logs were not given */
export function score(
	rows: readonly TrueRow[],
	journeys: readonly PrintedJourney[],
	unseen: ReadonlySet<string> = new Set(),
): Score {
	const told = journeys.filter((each) => each.kind !== "refused" || each.recipients.some(hasQueueId));
	const seen = rows.flatMap((row) => seenPart(row, unseen));
	const matched = matchRows(seen, told);
	const bounces = scoreBounces(seen, told, matched);
	const merged = [...matched.messagesOf].filter(([, messages]) => messages.size > 1);
	const holders = new Map<string, number>();
	for (const messages of matched.messagesOf.values())
		for (const message of messages) holders.set(message, (holders.get(message) ?? 0) + 1);
	const split = [...holders].filter(([, journeysOfIt]) => journeysOfIt > 1);
	const partial = unseen.size > 0;
	const verdicts = seen.map((row) => ({ row, ...judge(row, matched.entryOf.get(row), partial) }));
	const count = (right: (verdict: (typeof verdicts)[number]) => boolean) => verdicts.filter(right).length;
	const notices = seen.filter(
		(row) => row.reportsOn !== undefined && seen.some((each) => each.message === row.reportsOn),
	);
	return {
		rows: seen.length,
		found: count(({ found }) => found),
		outcome: count(({ outcome }) => outcome),
		original: count(({ original }) => original),
		path: count(({ path }) => path),
		mailbox: count(({ row, mailbox }) => row.mailbox !== undefined && mailbox),
		mailboxes: seen.filter((row) => row.mailbox !== undefined).length,
		notices: notices.length,
		joined: bounces.joined.size,
		merged: merged.length,
		split: split.length,
		spare: matched.spare.length,
		wrongJoins: bounces.wrong.length,
		faults: [
			...merged.map(([{ id }, messages]) => `MERGED ${id} holds ${[...messages].sort().join(", ")}`),
			...bounces.wrong.map((id) => `WRONG JOIN ${id}`),
			...verdicts.flatMap(({ row, faults }) => (faults.length > 0 ? [explain(row, faults, matched)] : [])),
			...notices
				.filter((row) => !bounces.joined.has(row))
				.map((row) => `NOT JOINED ${row.message} (${wayOf(row.path)})`),
			...split.map(([message, journeysOfIt]) => `SPLIT ${message} over ${journeysOfIt} journeys`),
			...matched.spare.map(
				({ journey, recipient, stops }) =>
					`NOT IN THE TRUTH ${journey.id}: ${recipient.recipient} ${recipient.outcome} ${wayOf(stops)}`,
			),
		],
	};
}

/** Whether everything is right; with hosts unseen, whether nothing is wrong. */
export function isPerfect(result: Score, partial = false): boolean {
	if (result.merged > 0 || result.wrongJoins > 0) return false;
	if (partial) return result.rows > 0 && result.path === result.found;
	const { rows, found, outcome, original, path, mailbox, mailboxes, notices, joined, split, spare } = result;
	const all = [found, outcome, original, path].every((figure) => figure === rows);
	return rows > 0 && all && mailbox === mailboxes && joined === notices && split === 0 && spare === 0;
}

function hasQueueId(recipient: PrintedJourney["recipients"][number]): boolean {
	return recipient.path.some((stop) => stop.queueId !== undefined);
}

function seenPart(row: TrueRow, unseen: ReadonlySet<string>): TrueRow[] {
	const path = row.path.filter((stop) => !unseen.has(stop.host));
	return path.length > 0 ? [{ ...row, path }] : [];
}

interface Verdict {
	found: boolean;
	outcome: boolean;
	original: boolean;
	path: boolean;
	mailbox: boolean;
	faults: string[];
}

function judge(row: TrueRow, entry: Entry | undefined, partial: boolean): Verdict {
	const got = entry?.recipient;
	const verdict = {
		found: entry !== undefined,
		outcome: got !== undefined && row.outcomes.includes(got.outcome),
		original: got !== undefined && sameAddress(got.original, row.original),
		path:
			entry !== undefined && (partial ? isWithin(entry.stops, row.path) : samePath(row.path, entry.stops)),
		mailbox:
			row.mailbox === undefined ? !got?.mailbox || got.mailbox === "INBOX" : got?.mailbox === row.mailbox,
	};
	// Half a way that was seen ends where it ends: only what is told beyond the truth is wrong.
	const asked = partial ? (["path"] as const) : (["outcome", "original", "path", "mailbox"] as const);
	const faults = verdict.found ? asked.filter((name) => !verdict[name]) : partial ? [] : ["missing"];
	return { ...verdict, faults };
}

function explain(row: TrueRow, faults: string[], { entryOf }: Matched): string {
	const entry = entryOf.get(row);
	const wanted = `wanted ${row.outcomes[0]}${row.mailbox ? ` in ${row.mailbox}` : ""} ${wayOf(row.path)}`;
	const got = entry
		? `got    ${entry.recipient.outcome}${entry.recipient.mailbox ? ` in ${entry.recipient.mailbox}` : ""} ${wayOf(entry.stops)} (${entry.journey.id}, first ${entry.recipient.original})`
		: "got    nothing";
	return `${row.message} ${row.original} -> ${row.recipient}: ${faults.join(", ")}\n    ${wanted}\n    ${got}`;
}

function wayOf(stops: readonly TrueStop[]): string {
	return stops.map(({ host, mta, id }) => `${host}/${mta}:${id ?? "?"}`).join(" > ");
}
