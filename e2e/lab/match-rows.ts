/**
 * Gives every row of the truth the printed entry that tells of it. Whose entry it is, is decided by the queue ids of the
 * `Received:` headers, never by Message-ID: an id that two messages share on one host (it was used again) decides nothing.
 */
import { place, placesOf, type PrintedJourney, type PrintedRecipient, stopsOf } from "./printed.ts";
import type { TrueRow, TrueStop } from "./truth.ts";

/** One printed recipient with the messages whose ids it stands on. */
export interface Entry {
	journey: PrintedJourney;
	recipient: PrintedRecipient;
	stops: TrueStop[];
	messages: Set<string>;
}

/** Rows with their entries, and what nobody asked for. */
export interface Matched {
	entryOf: Map<TrueRow, Entry>;
	/** the messages whose ids a journey holds */
	messagesOf: Map<PrintedJourney, Set<string>>;
	spare: Entry[];
}

/** The message that owns each id, where only one does. */
export function ownersOf(rows: readonly TrueRow[]): Map<string, string> {
	const claims = new Map<string, Set<string>>();
	for (const row of rows)
		for (const { host, id } of row.path) {
			if (id === undefined) continue;
			const key = place(host, id);
			claims.set(key, (claims.get(key) ?? new Set()).add(row.message));
		}
	return new Map(
		[...claims].flatMap(([key, owners]) => (owners.size === 1 ? [[key, [...owners][0] ?? ""]] : [])),
	);
}

export function matchRows(rows: readonly TrueRow[], journeys: readonly PrintedJourney[]): Matched {
	const owners = ownersOf(rows);
	const messagesOf = new Map<PrintedJourney, Set<string>>();
	const entries: Entry[] = [];
	for (const journey of journeys) {
		const all = new Set<string>();
		for (const recipient of journey.recipients) {
			const messages = new Set([...placesOf(recipient)].flatMap((key) => owners.get(key) ?? []));
			for (const message of messages) all.add(message);
			entries.push({ journey, recipient, stops: stopsOf(recipient), messages });
		}
		messagesOf.set(journey, all);
	}
	return { messagesOf, ...assign(rows, entries) };
}

/** Best fit first; an entry tells of one row only. */
function assign(rows: readonly TrueRow[], entries: readonly Entry[]): Pick<Matched, "entryOf" | "spare"> {
	const ofMessage = new Map<string, Entry[]>();
	for (const entry of entries)
		for (const message of entry.messages) ofMessage.set(message, [...(ofMessage.get(message) ?? []), entry]);
	const pairs = rows
		.flatMap((row, order) =>
			(ofMessage.get(row.message) ?? [])
				.filter((entry) => sameAddress(entry.recipient.recipient, row.recipient))
				.map((entry) => ({ row, entry, order, fit: fitOf(row, entry) })),
		)
		.sort((a, b) => b.fit - a.fit || a.order - b.order);
	const entryOf = new Map<TrueRow, Entry>();
	const taken = new Set<Entry>();
	for (const { row, entry } of pairs) {
		if (entryOf.has(row) || taken.has(entry)) continue;
		entryOf.set(row, entry);
		taken.add(entry);
	}
	const extra = new Map(rows.map((row) => [row, row.copies - 1]));
	const spare = entries.filter((entry) => {
		if (taken.has(entry) || entry.messages.size === 0 || entry.recipient.outcome === "expanded") return false;
		const twin = rows.find(
			(row) =>
				entry.messages.has(row.message) &&
				(extra.get(row) ?? 0) > 0 &&
				sameAddress(row.recipient, entry.recipient.recipient),
		);
		if (twin) extra.set(twin, (extra.get(twin) ?? 0) - 1);
		return !twin;
	});
	return { entryOf, spare };
}

function fitOf(row: TrueRow, entry: Entry): number {
	const original = sameAddress(entry.recipient.original, row.original) ? 2 : 0;
	const known = row.path.filter((stop) => entry.stops.some((got) => sameStop(stop, got))).length;
	return (samePath(row.path, entry.stops) ? 1000 : 0) + original + known;
}

/** A stop of which no id is known is right by its host and program. */
function sameStop(wanted: TrueStop, got: TrueStop): boolean {
	if (wanted.host !== got.host) return false;
	return wanted.id === undefined ? wanted.mta === got.mta && got.id !== undefined : wanted.id === got.id;
}

export function samePath(wanted: readonly TrueStop[], got: readonly TrueStop[]): boolean {
	return (
		wanted.length === got.length && wanted.every((stop, i) => sameStop(stop, got[i] ?? stop) && !!got[i])
	);
}

/** Whether `part` is some of the stops of `whole` in their order. */
export function isWithin(part: readonly TrueStop[], whole: readonly TrueStop[]): boolean {
	let next = 0;
	for (const stop of part) {
		while (next < whole.length && !sameStop(whole[next] ?? stop, stop)) next++;
		if (next === whole.length) return false;
		next++;
	}
	return true;
}

export function sameAddress(a: string, b: string): boolean {
	return a.toLowerCase() === b.toLowerCase();
}
