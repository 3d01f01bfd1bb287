/** Outward tries in a slice, beside the lines that tell them, and the sums over them. */
import type { SQLInputValue } from "node:sqlite";
import { keyOfQuery } from "../../hop-terms.ts";
import type { OutwardTry } from "../../outward-tries.ts";
import type { TryGroup } from "../../kept-figures.ts";
import { packedTriesFrom, packedTriesTo } from "../packed/packed-tries.ts";
import type { Slice } from "./slice.ts";
import type { SliceSet } from "./slice-set.ts";

/** In the order in which they came: whoever asks for a host's reads through one slice's. Files of versions before have a key and an index more. */
export const TRIES_SCHEMA = `
CREATE TABLE tries (
	line INTEGER, destination TEXT, at REAL NOT NULL, host TEXT NOT NULL, relay TEXT NOT NULL,
	result TEXT NOT NULL, cause TEXT NOT NULL, queue TEXT NOT NULL, next TEXT NOT NULL);
CREATE INDEX tries_by_destination ON tries (destination, at);
`;

export const ADD_TRY = `INSERT OR IGNORE INTO tries (line, destination, at, host, relay, result, cause, queue, next)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function tryValues(line: number, host: string, tried: OutwardTry): SQLInputValue[] {
	const { destination, at, relay, result, cause, queueId, next } = tried;
	return [line, destination, at, host, relay, result, cause, queueId, next];
}

const SUMS = `destination, host, relay, result, cause, count(DISTINCT queue) AS messages,
	min(at) AS first_at, max(at) AS last_at, max(next) AS next`;
const GROUPS = "GROUP BY destination, host, relay, result, cause";

/** Tries towards one domain by every host since a time. */
export function triesTo(slices: SliceSet, destination: string, since: number): TryGroup[] {
	const sql = `SELECT ${SUMS} FROM tries WHERE destination = ? AND at >= ? ${GROUPS}`;
	return merge(
		slices.holding(keyOfQuery({ field: "domain", value: destination })).flatMap((slice) => {
			if (isPast(slice, since)) return [];
			if (slice.packed) return packedTriesTo(slice, destination, since);
			return read(slice, sql, destination, since);
		}),
	);
}

/** The newest `limit` tries of one host since a time, by destination. */
export function triesFrom(slices: SliceSet, host: string, since: number, limit: number): TryGroup[] {
	const sql = `SELECT ${SUMS} FROM
		(SELECT * FROM tries WHERE host = ? AND at >= ? ORDER BY at DESC LIMIT ?) ${GROUPS}`;
	const groups: TryGroup[] = [];
	let left = limit;
	for (const slice of slices.newestFirst) {
		if (left <= 0) break;
		if (isPast(slice, since)) continue;
		const found = slice.packed
			? packedTriesFrom(slice, host, since, left)
			: read(slice, sql, host, since, left);
		left -= found.reduce((sum, { messages }) => sum + messages, 0);
		groups.push(...found);
	}
	return merge(groups);
}

/** A slice that is closed has tries up to its hops' last lines; one that is written, of hops that began days ago too. */
function isPast(slice: Slice, since: number): boolean {
	if (slice.isClosed) return (slice.activeRange()?.to ?? Number.POSITIVE_INFINITY) < since;
	return (slice.timeRange()?.to ?? Number.POSITIVE_INFINITY) < since - LINE_SLACK_MS;
}

function read(slice: Slice, sql: string, ...values: SQLInputValue[]): TryGroup[] {
	return slice.all(sql, ...values).map((row) => ({
		destination: String(row.destination),
		host: String(row.host),
		relay: String(row.relay),
		result: String(row.result) as TryGroup["result"],
		cause: String(row.cause),
		messages: Number(row.messages),
		firstAt: Number(row.first_at),
		lastAt: Number(row.last_at),
		next: String(row.next),
	}));
}

/** A slice's range is that of its hops' beginnings; their tries may be days later. */
const LINE_SLACK_MS = 30 * 86_400_000;

/** A message whose tries lie in two slices counts in both: a slice is a quarter of a million lines, a retry is one. */
function merge(groups: TryGroup[]): TryGroup[] {
	const merged = new Map<string, TryGroup>();
	for (const group of groups) {
		const { destination, host, relay, result, cause } = group;
		const key = JSON.stringify([destination, host, relay, result, cause]);
		const same = merged.get(key);
		if (!same) {
			merged.set(key, { ...group });
			continue;
		}
		same.messages += group.messages;
		same.firstAt = Math.min(same.firstAt, group.firstAt);
		same.lastAt = Math.max(same.lastAt, group.lastAt);
		if (same.next === "") same.next = group.next;
	}
	return [...merged.values()];
}
