/** The sums of a slice that never stood in rows, as columns: what its hops add, and what hops that go on in it take away. */
import type { DatabaseSync } from "node:sqlite";
import type { HopSums, Sum, SumKind, WaySum } from "../../hop-sums.ts";
import type { OutwardTry } from "../../outward-tries.ts";
import type { Cell } from "../packed/columns.ts";
import { DETAIL_COLUMNS, NAMES_KEPT, SUM_COLUMNS, WAY_COLUMNS } from "../packed/packed-sums.ts";
import { TRY_COLUMNS } from "../packed/packed-tries.ts";
import { columnsOf, writeColumns } from "../packed/tables.ts";
import { HOUR_COLUMNS, wayHours } from "../packed/way-hours.ts";
import { addDetail } from "../slice/sums-table.ts";
import type { DirectLines } from "./direct-lines.ts";

export class DirectSums {
	/** of each kind by name, in the order of time: a name's newest sum is nearly always the one that is added to */
	readonly #sums = new Map<SumKind, Map<string, Sum[]>>();
	/** by domain: a handful of each */
	readonly #ways = new Map<string, WaySum[]>();

	add({ sums, ways }: HopSums, sign: 1 | -1): void {
		for (const sum of sums) {
			const { bucket, host, outcome, recipients, messages } = sum;
			const own = this.#sumsOf(sum);
			const same = own.findLast(
				(each) => each.bucket === bucket && each.outcome === outcome && each.host === host,
			);
			if (same) {
				same.recipients += sign * recipients;
				same.messages += sign * messages;
			} else own.push(sign === 1 ? sum : { ...sum, recipients: -recipients, messages: -messages });
		}
		for (const way of ways) this.#addWay(way, sign);
	}

	#sumsOf({ kind, name }: Sum): Sum[] {
		let byName = this.#sums.get(kind);
		if (!byName) {
			byName = new Map();
			this.#sums.set(kind, byName);
		}
		let own = byName.get(name);
		if (!own) {
			own = [];
			byName.set(name, own);
		}
		return own;
	}

	#addWay(way: WaySum, sign: 1 | -1): void {
		const { domain, host, hour, to } = way;
		let own = this.#ways.get(domain);
		if (!own) {
			own = [];
			this.#ways.set(domain, own);
		}
		let sum = own.findLast((each) => each.hour === hour && each.host === host && each.to === to);
		if (!sum) {
			sum = { ...way, accepted: 0, delayed: 0, failed: 0, recipients: 0, seconds: 0, detail: {} };
			own.push(sum);
		}
		for (const name of ["accepted", "delayed", "failed", "recipients", "seconds"] as const)
			sum[name] += sign * way[name];
		sum.lastAt = Math.max(sum.lastAt, way.lastAt);
		sum.lastAcceptedAt = Math.max(sum.lastAcceptedAt, way.lastAcceptedAt);
		addDetail(sum.detail, way.detail, sign);
	}

	write(db: DatabaseSync): void {
		for (const [kind, byName] of this.#sums) {
			let sums = [...byName.values()]
				.flat()
				.filter(({ recipients, messages }) => recipients !== 0 || messages !== 0);
			if (kind === "sender" || kind === "recipient") sums = withFrequentNames(sums);
			sums.sort(
				(a, b) =>
					compare(a.name, b.name) ||
					a.bucket - b.bucket ||
					compare(a.host, b.host) ||
					compare(a.outcome, b.outcome),
			);
			writeColumns(db, `sums ${kind}`, columnsOf(sums as unknown as Record<string, Cell>[], SUM_COLUMNS));
		}
		this.#writeWays(db);
	}

	#writeWays(db: DatabaseSync): void {
		const ways = [...this.#ways.values()]
			.flat()
			.map(wayRow)
			.sort(
				(a, b) =>
					compare(a.domain, b.domain) ||
					compare(a.host, b.host) ||
					a.hour - b.hour ||
					compare(a.inner_way ?? "", b.inner_way ?? ""),
			);
		writeColumns(db, "ways", columnsOf(ways, WAY_COLUMNS));
		const details = ways.filter(({ detail }) => detail !== "{}");
		writeColumns(db, "way_details", columnsOf(details, DETAIL_COLUMNS));
		writeColumns(db, "way_hours", columnsOf(wayHours(details), HOUR_COLUMNS));
	}
}

/** Nearly every message has a recipient of its own: lists of the most frequent need no more than these. */
function withFrequentNames(sums: Sum[]): Sum[] {
	const messages = new Map<string, number>();
	for (const sum of sums) messages.set(sum.name, (messages.get(sum.name) ?? 0) + sum.messages);
	const most = [...messages].sort(([a, n], [b, m]) => m - n || compare(a, b)).slice(0, NAMES_KEPT);
	const kept = new Set(most.map(([name]) => name));
	return sums.filter(({ name }) => kept.has(name));
}

function wayRow({ to, detail, lastAt, lastAcceptedAt, ...way }: WaySum) {
	return {
		...way,
		inner_way: to === undefined ? null : `>${to}`,
		last_at: lastAt,
		last_accepted_at: lastAcceptedAt,
		detail: JSON.stringify(detail),
	};
}

/** In the order of their destinations, of one in that of time. */
export function writeTries(db: DatabaseSync, { tries: all }: DirectLines): void {
	const byDestination = Map.groupBy(all, ({ tried }) => tried.destination);
	const tries = [...byDestination.keys()]
		.sort()
		.flatMap((name) => (byDestination.get(name) ?? []).sort((a, b) => a.tried.at - b.tried.at));
	writeColumns(
		db,
		"tries",
		TRY_COLUMNS.map((name) => tries.map(({ host, tried }) => tryCell(name, host, tried))),
	);
}

function tryCell(name: (typeof TRY_COLUMNS)[number], host: string, tried: OutwardTry): Cell {
	if (name === "host") return host;
	return name === "queue" ? tried.queueId : tried[name];
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
