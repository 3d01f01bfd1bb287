/** Tallies → the summary: lists sorted and cut, figures of hosts and of all together. */
import type { Mta } from "../event/index.ts";
import type { TalliesOfHost } from "./create-summary.ts";
import { DIFFERENCES } from "./difference-texts.ts";
import { mergeTallies } from "./merge-tallies.ts";
import {
	type AddressTraffic,
	type DayTraffic,
	type Difference,
	type Figure,
	type HostSummary,
	type HourTraffic,
	NO_TRAFFIC,
	type Problem,
	type Reason,
	type RecipientDomain,
	type Refusal,
	type Summary,
	type Traffic,
} from "./summary.ts";
import { type Arrivals, type Count, PART, type RefusalFigure, type Sent, type Tally } from "./tally.ts";
import type { BoundedTable } from "./bounded-table.ts";

export function writeSummary(
	hosts: ReadonlyMap<string, TalliesOfHost>,
	seen: { from: string; until: string },
	limit = Number.POSITIVE_INFINITY,
): Summary {
	const all = mergeTallies([...hosts.values()].flatMap(counted));
	const lists = new Lists(limit);
	return {
		...seen,
		totals: all.totals(),
		hours: hoursOf(all),
		days: daysOf(all),
		domains: {
			recipient: lists.cut("domains.recipient", all.recipientDomains, recipientDomains(all.recipientDomains)),
			sender: lists.cut("domains.sender", all.senderDomains, senderDomains(all.senderDomains)),
		},
		top: {
			senders: lists.cut("top.senders", all.senders, addresses(all.senders, "messages")),
			recipients: lists.cut("top.recipients", all.recipients, addresses(all.recipients, "messages")),
			sendersBySize: lists.cut("top.sendersBySize", all.senders, addresses(all.senders, "bytes")),
			recipientsBySize: lists.cut("top.recipientsBySize", all.recipients, addresses(all.recipients, "bytes")),
		},
		reasons: {
			deferred: lists.cut("reasons.deferred", all.deferrals, reasons(all.deferrals)),
			bounced: lists.cut("reasons.bounced", all.bounces, reasons(all.bounces)),
			rejected: lists.refusals("rejected", all),
			rejectWarnings: lists.refusals("rejectWarnings", all),
			held: lists.refusals("held", all),
			discarded: lists.refusals("discarded", all),
		},
		problems: lists.cut("problems", all.problems, problems(all.problems)),
		hosts: [...hosts].map(([host, tallies]) => hostSummary(host, tallies)).sort(by(({ host }) => host)),
		more: lists.more,
		withoutSize: all.withoutSize,
		differences: differences(all),
	};
}

/** Mail servers. A filter's or a store's figures count the same messages again, unless nothing else is logged. */
const SERVERS: ReadonlySet<Mta> = new Set(["postfix", "sendmail", "exim", "opensmtpd"]);

function counted(tallies: TalliesOfHost): Tally[] {
	const servers = [...tallies].filter(([mta]) => SERVERS.has(mta));
	return (servers.length > 0 ? servers : [...tallies]).map(([, tally]) => tally);
}

function hostSummary(host: string, tallies: TalliesOfHost): HostSummary {
	return {
		host,
		totals: mergeTallies(counted(tallies)).totals(),
		programs: [...tallies]
			.map(([mta, tally]) => ({ mta, totals: tally.totals() }))
			.sort(by(({ mta }) => mta)),
	};
}

function hoursOf(all: Tally): HourTraffic[] {
	const days = all.days.rows.size;
	return all.hours.map((traffic, hour) => ({
		hour,
		...traffic,
		...(days > 1 && { average: averageOf(traffic, days) }),
	}));
}

function averageOf(traffic: Traffic, days: number): Traffic {
	const average = { ...NO_TRAFFIC };
	for (const column of Object.keys(average) as (keyof Traffic)[]) {
		average[column] = Math.round((traffic[column] / days) * 100) / 100;
	}
	return average;
}

function daysOf(all: Tally): DayTraffic[] {
	return [...all.days.rows].map(([day, traffic]) => ({ day, ...traffic })).sort(by(({ day }) => day));
}

function recipientDomains({ rows }: BoundedTable<Arrivals>): RecipientDomain[] {
	return [...rows]
		.map(([domain, { messages, bytes, deferrals, delays, maxDelay }]) => ({
			domain,
			messages,
			bytes,
			deferrals,
			averageDelay: messages === 0 ? 0 : Math.round(delays / messages / 1e3) / 1e3,
			maxDelay: maxDelay / 1e6,
		}))
		.sort(
			most(
				({ messages }) => messages,
				({ bytes }) => bytes,
				({ domain }) => domain,
			),
		);
}

function senderDomains({ rows }: BoundedTable<Sent>) {
	return [...rows]
		.map(([domain, { messages, bytes }]) => ({ domain, messages, bytes }))
		.sort(
			most(
				({ messages }) => messages,
				({ bytes }) => bytes,
				({ domain }) => domain,
			),
		);
}

function addresses({ rows }: BoundedTable<Sent>, first: "messages" | "bytes"): AddressTraffic[] {
	const second = first === "messages" ? "bytes" : "messages";
	return [...rows]
		.map(([address, { messages, bytes }]) => ({ address, messages, bytes }))
		.sort(
			most(
				(row) => row[first],
				(row) => row[second],
				({ address }) => address,
			),
		);
}

function reasons({ rows }: BoundedTable<Count>): Reason[] {
	return [...rows]
		.map(([key, { count }]) => {
			const [name = "", reason = ""] = key.split(PART);
			return { by: name, reason, count };
		})
		.sort(
			most(
				({ count }) => count,
				() => 0,
				(row) => row.by + PART + row.reason,
			),
		);
}

function refusals({ rows }: BoundedTable<Count>): Refusal[] {
	const found = new Map<string, Refusal>();
	for (const [key, { count }] of rows) {
		const [name = "", reason = "", who = ""] = key.split(PART);
		const row = found.get(name + PART + reason) ?? { by: name, reason, count: 0, from: [] };
		found.set(name + PART + reason, row);
		row.count += count;
		row.from.push({ name: who, count });
	}
	for (const row of found.values())
		row.from.sort(
			most(
				({ count }) => count,
				() => 0,
				(from) => from.name,
			),
		);
	return [...found.values()].sort(
		most(
			({ count }) => count,
			() => 0,
			(row) => row.by + PART + row.reason,
		),
	);
}

function problems({ rows }: BoundedTable<Count>): Problem[] {
	return [...rows]
		.map(([key, { count }]) => {
			const [severity, name = "", text = ""] = key.split(PART);
			return { severity: severity as Problem["severity"], by: name, text, count };
		})
		.sort(
			most(
				({ count }) => count,
				() => 0,
				(row) => row.severity + row.by + row.text,
			),
		);
}

function differences(all: Tally): Difference[] {
	return [...all.differences]
		.filter(([, amount]) => amount !== 0)
		.map(([key, amount]) => {
			const [figure, code = ""] = key.split(PART);
			return { figure: figure as Figure, by: amount, code, why: DIFFERENCES[code] ?? code };
		})
		.sort(by(({ figure, code }) => figure + code));
}

/** Cuts lists, and counts what it left out. */
class Lists {
	readonly more: Record<string, number> = {};
	readonly #limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	cut<Row>(name: string, { uncounted }: { uncounted: number }, rows: Row[]): Row[] {
		const left = Math.max(0, rows.length - this.#limit) + uncounted;
		if (left > 0) this.more[name] = (this.more[name] ?? 0) + left;
		return rows.length > this.#limit ? rows.slice(0, this.#limit) : rows;
	}

	refusals(figure: RefusalFigure, all: Tally): Refusal[] {
		const rows = this.cut(`reasons.${figure}`, all.refusals[figure], refusals(all.refusals[figure]));
		return rows.map((row) => ({
			...row,
			from: this.cut(`reasons.${figure}.from`, { uncounted: 0 }, row.from),
		}));
	}
}

function by<Row>(name: (row: Row) => string): (a: Row, b: Row) => number {
	return (a, b) => compare(name(a), name(b));
}

function most<Row>(first: (row: Row) => number, second: (row: Row) => number, name: (row: Row) => string) {
	return (a: Row, b: Row) => first(b) - first(a) || second(b) - second(a) || compare(name(a), name(b));
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
