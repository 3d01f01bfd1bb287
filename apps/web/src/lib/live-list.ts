/**
 * The list of the live page as a pure state: rows updated in place, new ones on top, gaps as rows of the same list, at
 * most `cap` entries. While paused, new rows gather beside the list ("N newer") and known ones still update, so that
 * nothing moves under the reader's hand. Order-safe: an older sequence number never overwrites a newer one.
 */
import type { JourneyRow, LiveMessage } from "@mailtrail/core/wire";

export interface MessageEntry {
	kind: "message";
	key: string;
	row: JourneyRow;
	seq: number;
}
export interface GapEntry {
	kind: "gap";
	key: string;
	from: number;
	to: number;
}
export type LiveEntry = MessageEntry | GapEntry;

export interface LiveListState {
	/** newest first */
	entries: LiveEntry[];
	/** arrived while paused, newest first */
	newer: LiveEntry[];
	/** entries were dropped at the old end */
	capped: boolean;
}

export const EMPTY_LIST: LiveListState = { entries: [], newer: [], capped: false };

export interface ListOptions {
	paused: boolean;
	cap: number;
}

/** Applies what came since the last frame; the answer is the same object when nothing changed. */
export function applyMessages(
	state: LiveListState,
	messages: LiveMessage[],
	options: ListOptions,
): LiveListState {
	let next = state;
	let plain: MessageEntry[] = [];
	const apply = () => {
		if (plain.length > 0) next = changeMany(next, plain, options);
		plain = [];
	};
	for (const message of messages) {
		// under a flood nearly everything is this: one walk through the list for all of them
		if (message.type === "change" && message.replaces.length === 0)
			plain.push(entryOf(message.row, message.seq));
		else {
			apply();
			next = applyMessage(next, message, options);
		}
	}
	apply();
	return next;
}

function changeMany(state: LiveListState, changed: MessageEntry[], options: ListOptions): LiveListState {
	const latest = new Map<string, LiveEntry>();
	for (const entry of [...state.entries, ...state.newer]) latest.set(entry.key, entry);
	const added: string[] = [];
	for (const entry of changed) {
		const standing = latest.get(entry.key);
		if (standing === undefined) added.push(entry.key);
		if (standing?.kind !== "message" || standing.seq <= entry.seq) latest.set(entry.key, entry);
	}
	const current = (list: LiveEntry[]) => list.map((entry) => latest.get(entry.key) ?? entry);
	const fresh = added.reverse().flatMap((key) => latest.get(key) ?? []);
	const entries = current(state.entries);
	const newer = current(state.newer);
	const next = options.paused
		? { ...state, entries, newer: [...fresh, ...newer] }
		: { ...state, entries: [...fresh, ...entries], newer };
	return cap(next, options);
}

function applyMessage(state: LiveListState, message: LiveMessage, options: ListOptions): LiveListState {
	switch (message.type) {
		case "subscribed": {
			if (message.resumed) return state;
			const rows = new Map(message.rows.map((row) => [row.id, row]));
			const entries = [...rows.values()].map((row) => entryOf(row, message.seq));
			return cap({ entries, newer: [], capped: false }, options);
		}
		case "change":
			return change(state, entryOf(message.row, message.seq), new Set(message.replaces), options);
		case "gap":
			return add(
				state,
				{ kind: "gap", key: `gap-${message.from}-${message.to}`, from: message.from, to: message.to },
				options,
			);
		case "hosts":
			return state;
	}
}

/** Lets what gathered during a pause into the list. */
export function takeNewer(state: LiveListState, limit: number): LiveListState {
	if (state.newer.length === 0) return state;
	return cap(
		{ entries: [...state.newer, ...state.entries], newer: [], capped: state.capped },
		{ paused: false, cap: limit },
	);
}

/** What is seen at once when the question changes, until the hub has answered it: rows that cannot match go. */
export function keepRows(state: LiveListState, keep: (row: JourneyRow) => boolean): LiveListState {
	const kept = (entry: LiveEntry) => entry.kind === "gap" || keep(entry.row);
	return { ...state, entries: state.entries.filter(kept), newer: state.newer.filter(kept) };
}

function entryOf(row: JourneyRow, seq: number): MessageEntry {
	return { kind: "message", key: row.id, row, seq };
}

function change(
	state: LiveListState,
	entry: MessageEntry,
	replaced: Set<string>,
	options: ListOptions,
): LiveListState {
	const entries = replace(state.entries, entry, replaced);
	const newer = replace(state.newer, entry, replaced);
	const known = entries.some((e) => e.key === entry.key) || newer.some((e) => e.key === entry.key);
	const next = entries === state.entries && newer === state.newer ? state : { ...state, entries, newer };
	return known ? next : add(next, entry, options);
}

/**
 * Puts the entry where it, or the first of those that it replaces, stands; the others go. A row that was joined from
 * two keeps the place of the one that the reader saw first.
 */
function replace(list: LiveEntry[], entry: MessageEntry, replaced: Set<string>): LiveEntry[] {
	const concerned = (e: LiveEntry) => e.kind === "message" && (e.key === entry.key || replaced.has(e.key));
	const at = list.findIndex(concerned);
	if (at < 0) return list;
	const standing = list[at];
	const isNewer = standing?.kind !== "message" || standing.key !== entry.key || standing.seq <= entry.seq;
	const winner = isNewer ? entry : standing;
	return list.flatMap((e, i) => (i === at ? [winner] : concerned(e) ? [] : [e]));
}

function add(state: LiveListState, entry: LiveEntry, options: ListOptions): LiveListState {
	if (options.paused) return cap({ ...state, newer: [entry, ...state.newer] }, options);
	return cap({ ...state, entries: [entry, ...state.entries] }, options);
}

function cap(state: LiveListState, options: ListOptions): LiveListState {
	const tooMany = state.entries.length > options.cap || state.newer.length > options.cap;
	if (!tooMany) return state;
	return {
		entries: state.entries.slice(0, options.cap),
		newer: state.newer.slice(0, options.cap),
		capped: true,
	};
}
