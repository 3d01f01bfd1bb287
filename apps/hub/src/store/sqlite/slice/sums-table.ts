/**
 * The kept sums of one slice (`hop-sums.ts`): differences are gathered in memory and written once a commit. A queue that
 * goes on in a newer slice takes its share away there, so a sum over all slices is right and a single one may be negative.
 * `inner_way` is 0 for what leaves us, else `>` and the host of ours that it goes to; 1 in slices of hops only that are old.
 */
import type { HopSums, Sum, WayDetail, WaySum } from "../../hop-sums.ts";
import type { Slice } from "./slice.ts";

export const SUMS_SCHEMA = `
CREATE TABLE sums (
	kind TEXT, name TEXT, bucket INTEGER, host TEXT, outcome TEXT,
	recipients INTEGER NOT NULL, messages INTEGER NOT NULL,
	PRIMARY KEY (kind, name, bucket, host, outcome)) WITHOUT ROWID;
CREATE TABLE ways (
	domain TEXT, host TEXT, hour INTEGER, inner_way INTEGER,
	accepted INTEGER NOT NULL, delayed INTEGER NOT NULL, failed INTEGER NOT NULL, recipients INTEGER NOT NULL,
	seconds REAL NOT NULL, last_at REAL NOT NULL, last_accepted_at REAL NOT NULL,
	PRIMARY KEY (domain, host, hour, inner_way)) WITHOUT ROWID;
CREATE TABLE way_details (
	domain TEXT, host TEXT, hour INTEGER, inner_way INTEGER, detail TEXT NOT NULL,
	PRIMARY KEY (domain, host, hour, inner_way)) WITHOUT ROWID;
CREATE TABLE own_peers (peer TEXT PRIMARY KEY, host TEXT NOT NULL) WITHOUT ROWID;
`;

const ADD_SUM = `INSERT INTO sums (kind, name, bucket, host, outcome, recipients, messages) VALUES (?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients, messages = messages + excluded.messages`;
const ADD_WAY = `INSERT INTO ways (domain, host, hour, inner_way, accepted, delayed, failed, recipients, seconds,
	last_at, last_accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted, delayed = delayed + excluded.delayed,
	failed = failed + excluded.failed, recipients = recipients + excluded.recipients,
	seconds = seconds + excluded.seconds, last_at = max(last_at, excluded.last_at),
	last_accepted_at = max(last_accepted_at, excluded.last_accepted_at)`;
const DETAIL_OF =
	"SELECT detail FROM way_details WHERE domain = ? AND host = ? AND hour = ? AND inner_way = ?";
const PUT_DETAIL =
	"INSERT OR REPLACE INTO way_details (domain, host, hour, inner_way, detail) VALUES (?, ?, ?, ?, ?)";

/** What a commit adds to the sums and takes away from them. */
export class SumChanges {
	/** by host, then by name: a handful of each */
	#sums = new Map<string, Map<string, Sum[]>>();
	#ways = new Map<string, WaySum>();

	add({ sums, ways }: HopSums, sign: 1 | -1): void {
		for (const sum of sums) {
			const own = this.#changesOf(sum);
			const change = own.find(
				({ kind, bucket, outcome }) => bucket === sum.bucket && kind === sum.kind && outcome === sum.outcome,
			);
			if (change) {
				change.recipients += sign * sum.recipients;
				change.messages += sign * sum.messages;
			} else own.push({ ...sum, recipients: sign * sum.recipients, messages: sign * sum.messages });
		}
		for (const way of ways) this.#addWay(way, sign);
	}

	/** Inside the caller's transaction. */
	write(slice: Slice): void {
		for (const byName of this.#sums.values())
			for (const changes of byName.values())
				for (const { kind, name, bucket, host, outcome, recipients, messages } of changes)
					if (recipients !== 0 || messages !== 0)
						slice.run(ADD_SUM, kind, name, bucket, host, outcome, recipients, messages);
		for (const way of this.#ways.values()) writeWay(slice, way);
		// new, not emptied: `tune-collector.ts`
		this.#sums = new Map();
		this.#ways = new Map();
	}

	#changesOf({ host, name }: Sum): Sum[] {
		let byName = this.#sums.get(host);
		if (!byName) {
			byName = new Map();
			this.#sums.set(host, byName);
		}
		let changes = byName.get(name);
		if (!changes) {
			changes = [];
			byName.set(name, changes);
		}
		return changes;
	}

	#addWay(way: WaySum, sign: 1 | -1): void {
		const key = `${way.host} ${way.hour} ${way.to ?? ""} ${way.domain}`;
		let change = this.#ways.get(key);
		if (!change) {
			change = { ...way, accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0, detail: {} };
			this.#ways.set(key, change);
		}
		for (const name of ["accepted", "delayed", "failed", "recipients", "seconds"] as const)
			change[name] += sign * way[name];
		change.lastAt = Math.max(change.lastAt, way.lastAt);
		change.lastAcceptedAt = Math.max(change.lastAcceptedAt, way.lastAcceptedAt);
		addDetail(change.detail, way.detail, sign);
	}
}

export function addDetail(to: WayDetail, from: WayDetail, sign: 1 | -1): void {
	for (const name in from) {
		const n = (to[name] ?? 0) + sign * (from[name] ?? 0);
		if (n === 0) delete to[name];
		else to[name] = n;
	}
}

function writeWay(slice: Slice, way: WaySum): void {
	const { domain, host, hour, accepted, delayed, failed, recipients, seconds, lastAt, lastAcceptedAt } = way;
	const isChange = Object.keys(way.detail).length > 0;
	if (!isChange && accepted === 0 && delayed === 0 && failed === 0 && recipients === 0) return;
	const place = [domain, host, hour, way.to === undefined ? 0 : `>${way.to}`] as const;
	slice.run(ADD_WAY, ...place, accepted, delayed, failed, recipients, seconds, lastAt, lastAcceptedAt);
	if (!isChange) return;
	const kept = slice.one(DETAIL_OF, ...place)?.detail;
	const detail: WayDetail = typeof kept === "string" ? JSON.parse(kept) : {};
	addDetail(detail, way.detail, 1);
	slice.run(PUT_DETAIL, ...place, JSON.stringify(detail));
}
