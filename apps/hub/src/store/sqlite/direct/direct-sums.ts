/** The sums of a slice that never stood in rows, as columns: what its hops add, and what hops that go on in it take away. */
import type { DatabaseSync } from "node:sqlite";
import type { SumKind, SumSink, WaySum } from "../../hop-sums.ts";
import { emptyWay } from "../../way-sums.ts";
import type { Cell } from "../packed/columns.ts";
import { DETAIL_COLUMNS, NAMES_KEPT, WAY_COLUMNS } from "../packed/packed-sums.ts";
import { columnsOf, writeColumns } from "../packed/tables.ts";
import { HOUR_COLUMNS, wayHours } from "../packed/way-hours.ts";

export class DirectSums implements SumSink {
	readonly #tables = new Map<SumKind, SumTable>();
	/** by domain: a handful of each */
	readonly #ways = new Map<string, WaySum[]>();

	sum(
		kind: SumKind,
		name: string,
		bucket: number,
		host: string,
		outcome: string,
		recipients: number,
		messages: number,
	): void {
		let table = this.#tables.get(kind);
		if (!table) {
			table = new SumTable();
			this.#tables.set(kind, table);
		}
		table.add(name, bucket, host, outcome, recipients, messages);
	}

	way(domain: string, host: string, hour: number, to: string | undefined): WaySum {
		let own = this.#ways.get(domain);
		if (!own) {
			own = [];
			this.#ways.set(domain, own);
		}
		let way = own.findLast((each) => each.hour === hour && each.host === host && each.to === to);
		if (!way) {
			way = emptyWay(domain, host, hour, to);
			own.push(way);
		}
		return way;
	}

	write(db: DatabaseSync): void {
		for (const [kind, table] of this.#tables)
			writeColumns(db, `sums ${kind}`, table.columns(kind === "sender" || kind === "recipient"));
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

/** Sums of one kind: a row for each name, bucket, host and outcome. */
class SumTable {
	/** of each name its newest row: nearly always the one that is added to */
	readonly #newest = new Map<string, number>();
	/** of each row the one before it of the same name; -1 is none */
	readonly #older: number[] = [];
	readonly #names: string[] = [];
	readonly #buckets: number[] = [];
	readonly #hosts: string[] = [];
	readonly #outcomes: string[] = [];
	readonly #recipients: number[] = [];
	readonly #messages: number[] = [];

	add(
		name: string,
		bucket: number,
		host: string,
		outcome: string,
		recipients: number,
		messages: number,
	): void {
		const newest = this.#newest.get(name) ?? -1;
		let row = newest;
		while (row >= 0 && !this.#is(row, bucket, host, outcome)) row = this.#older[row] ?? -1;
		if (row >= 0) {
			this.#recipients[row] = (this.#recipients[row] ?? 0) + recipients;
			this.#messages[row] = (this.#messages[row] ?? 0) + messages;
			return;
		}
		this.#newest.set(name, this.#older.push(newest) - 1);
		this.#names.push(name);
		this.#buckets.push(bucket);
		this.#hosts.push(host);
		this.#outcomes.push(outcome);
		this.#recipients.push(recipients);
		this.#messages.push(messages);
	}

	#is(row: number, bucket: number, host: string, outcome: string): boolean {
		return this.#buckets[row] === bucket && this.#outcomes[row] === outcome && this.#hosts[row] === host;
	}

	/** In the order of names, as `SUM_COLUMNS`. `isLong`: of the most frequent names alone. */
	columns(isLong: boolean): Cell[][] {
		const kept = isLong ? this.#frequentNames() : undefined;
		const names = kept ?? [...this.#newest.keys()];
		const rows = names.sort().flatMap((name) => this.#rowsOf(name));
		const of = (column: readonly Cell[]) => rows.map((row) => column[row] ?? null);
		return [
			of(this.#names),
			of(this.#buckets),
			of(this.#hosts),
			of(this.#outcomes),
			of(this.#recipients),
			of(this.#messages),
		];
	}

	/** Those that are not nought, in the order of time. */
	#rowsOf(name: string): number[] {
		const rows: number[] = [];
		for (let row = this.#newest.get(name) ?? -1; row >= 0; row = this.#older[row] ?? -1)
			if (this.#recipients[row] !== 0 || this.#messages[row] !== 0) rows.push(row);
		const [buckets, hosts, outcomes] = [this.#buckets, this.#hosts, this.#outcomes];
		return rows.sort(
			(a, b) =>
				(buckets[a] ?? 0) - (buckets[b] ?? 0) ||
				compare(hosts[a] ?? "", hosts[b] ?? "") ||
				compare(outcomes[a] ?? "", outcomes[b] ?? ""),
		);
	}

	/** Nearly every message has a recipient of its own: lists of the most frequent need no more than these. */
	#frequentNames(): string[] {
		const messages = new Map<string, number>();
		for (const [row, name] of this.#names.entries())
			messages.set(name, (messages.get(name) ?? 0) + (this.#messages[row] ?? 0));
		const most = [...messages].sort(([a, n], [b, m]) => m - n || compare(a, b));
		return most.slice(0, NAMES_KEPT).map(([name]) => name);
	}
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

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
