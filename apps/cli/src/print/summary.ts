/**
 * A summary for people: the grand totals first, then traffic by day and hour, domains, addresses and reasons, as aligned tables
 * that fit the terminal. Lists say how many rows they leave out. Piped, lines are as long as their text.
 */
import type { Problem, Reason, Refusal, Summary, Totals, Traffic } from "@mailtrail/core/summary";
import { harmless, type Pen } from "./pen.ts";
import { duration } from "./time.ts";

export interface SummaryStyle {
	pen: Pen;
	/** columns of the terminal; undefined where the output is piped */
	width: number | undefined;
}

export function printSummary(summary: Summary, style: SummaryStyle): string {
	const { domains, top, reasons, more } = summary;
	const page = new Page(style);
	page.heading(`Mail from ${summary.from} until ${summary.until}`);
	page.table(totalRows(summary.totals), "rl");
	printTraffic(page, summary);
	printHosts(page, summary);
	page.section("Recipients by domain", more["domains.recipient"], [
		["sent", "bytes", "deferrals", "avg delay", "max delay", "domain"],
		...domains.recipient.map((row) => [
			count(row.messages),
			bytes(row.bytes),
			count(row.deferrals),
			duration(row.averageDelay),
			duration(row.maxDelay),
			row.domain || "(none)",
		]),
	]);
	page.section("Senders by domain or host", more["domains.sender"], [
		["messages", "bytes", "domain"],
		...domains.sender.map((row) => [count(row.messages), bytes(row.bytes), row.domain || "<>"]),
	]);
	page.addresses("Senders by messages", more["top.senders"], top.senders);
	page.addresses("Recipients by messages", more["top.recipients"], top.recipients);
	page.addresses("Senders by size", more["top.sendersBySize"], top.sendersBySize);
	page.addresses("Recipients by size", more["top.recipientsBySize"], top.recipientsBySize);
	page.reasons("Why deferred", more["reasons.deferred"], reasons.deferred);
	page.reasons("Why bounced", more["reasons.bounced"], reasons.bounced);
	page.refusals("Why rejected", more["reasons.rejected"], reasons.rejected);
	page.refusals("Reject warnings", more["reasons.rejectWarnings"], reasons.rejectWarnings);
	page.refusals("Why held", more["reasons.held"], reasons.held);
	page.refusals("Why discarded", more["reasons.discarded"], reasons.discarded);
	page.problems(more.problems, summary.problems);
	printDifferences(page, summary);
	return page.text();
}

function totalRows(totals: Totals): string[][] {
	const { delivered, rejected, discarded } = totals;
	// pflogsumm's own approximation
	const all = delivered + rejected + discarded;
	const percent = (part: number) => (all === 0 ? "" : ` (${Math.floor((part / all) * 100)} %)`);
	return [
		[count(totals.received), "received"],
		[count(totals.delivered), "delivered"],
		[count(totals.forwarded), "forwarded"],
		[count(totals.deferred), `deferred (${count(totals.deferrals)} deferrals)`],
		[count(totals.bounced), "bounced"],
		...(totals.expired > 0 ? [[count(totals.expired), "expired in the queue"]] : []),
		[count(rejected), `rejected${percent(rejected)}`],
		[count(totals.rejectWarnings), "reject warnings"],
		[count(totals.held), "held"],
		[count(discarded), `discarded${percent(discarded)}`],
		["", ""],
		[bytes(totals.bytesReceived), "received"],
		[bytes(totals.bytesDelivered), "delivered"],
		[count(totals.senders), "senders"],
		[count(totals.sendingHosts), "sending hosts or domains"],
		[count(totals.recipients), "recipients"],
		[count(totals.recipientHosts), "recipient hosts or domains"],
	];
}

const COLUMNS = ["received", "delivered", "deferred", "bounced", "rejected"] as const;

const trafficRow = (name: string, traffic: Traffic, round = 0): string[] => [
	name,
	...COLUMNS.map((column) => count(Number(traffic[column].toFixed(round)))),
];

function printTraffic(page: Page, { days, hours }: Summary): void {
	const several = days.length > 1;
	if (several) {
		page.section("By day", undefined, [["day", ...COLUMNS], ...days.map((day) => trafficRow(day.day, day))]);
	}
	const busy = hours.filter((hour) => COLUMNS.some((column) => hour[column] > 0));
	page.section(several ? "By hour, a day's average" : "By hour", undefined, [
		["hour", ...COLUMNS],
		...busy.map((hour) =>
			trafficRow(`${String(hour.hour).padStart(2, "0")}:00`, hour.average ?? hour, hour.average ? 1 : 0),
		),
	]);
}

/** What each host counted, and each program of it where there are several: a filter sees the same messages again. */
function printHosts(page: Page, { hosts }: Summary): void {
	const row = (name: string, totals: Totals): string[] => [
		...COLUMNS.map((column) => count(totals[column])),
		bytes(totals.bytesDelivered),
		name,
	];
	const rows = hosts.flatMap(({ host, totals, programs }) => [
		row(host, totals),
		...(programs.length > 1 ? programs.map(({ mta, totals: own }) => row(`  ${mta}`, own)) : []),
	]);
	if (rows.length < 2) return;
	page.section("By host", undefined, [[...COLUMNS, "bytes", "host"], ...rows]);
}

function printDifferences(page: Page, { differences, withoutSize }: Summary): void {
	if (withoutSize > 0) page.note(`${count(withoutSize)} delivered without a size in these logs`);
	if (differences.length === 0) return;
	page.heading("Counted otherwise than by pflogsumm");
	for (const { figure, by, why } of differences) {
		page.note(`${figure} ${by > 0 ? "+" : "−"}${count(Math.abs(by))}: ${why}`);
	}
}

/** Tables under headings. */
class Page {
	readonly #lines: string[] = [];
	readonly #style: SummaryStyle;

	constructor(style: SummaryStyle) {
		this.#style = style;
	}

	text(): string {
		return this.#lines.join("\n");
	}

	heading(text: string): void {
		if (this.#lines.length > 0) this.#lines.push("");
		this.#lines.push(this.#style.pen.bold(harmless(text)));
	}

	note(text: string): void {
		this.#lines.push(this.#style.pen.dim(`  ${harmless(text)}`));
	}

	/** The first row names the columns; numbers stand to the right. Nothing where there are no rows. */
	section(title: string, more: number | undefined, [names, ...rows]: string[][]): void {
		if (rows.length === 0 || !names) return;
		this.heading(title);
		// the first column of a time table is its time; the last one of the others a name
		const timed = names[0] === "day" || names[0] === "hour";
		const shape = timed ? `l${"r".repeat(names.length - 1)}` : `${"r".repeat(names.length - 1)}l`;
		this.table([names, ...rows], shape);
		if (more !== undefined) this.note(`and ${count(more)} more`);
	}

	addresses(
		title: string,
		more: number | undefined,
		rows: { address: string; messages: number; bytes: number }[],
	): void {
		this.section(title, more, [
			["messages", "bytes", "address"],
			...rows.map((row) => [count(row.messages), bytes(row.bytes), row.address || "<>"]),
		]);
	}

	reasons(title: string, more: number | undefined, rows: Reason[]): void {
		this.section(title, more, [
			["count", "by", "reason"],
			...rows.map(({ by, reason, count: times }) => [count(times), by, reason]),
		]);
	}

	refusals(title: string, more: number | undefined, rows: Refusal[]): void {
		this.section(title, more, [
			["count", "at", "reason"],
			...rows.flatMap(({ by, reason, count: times, from }) => [
				[count(times), by, reason],
				...from.slice(0, WHO).map((who) => ["", count(who.count), `  ${who.name || "<>"}`]),
				...(from.length > WHO ? [["", "", `  and ${count(from.length - WHO)} more`]] : []),
			]),
		]);
	}

	problems(more: number | undefined, rows: Problem[]): void {
		this.section("Warnings and errors", more, [
			["count", "severity", "by", "text"],
			...rows.map(({ severity, by, text, count: times }) => [count(times), severity, by, text]),
		]);
	}

	table(rows: string[][], shape: string): void {
		const safe = rows.map((row) => row.map((cell) => harmless(cell)));
		const widths = [...shape].map((_, place) => Math.max(...safe.map((row) => (row[place] ?? "").length)));
		for (const row of safe) {
			const cells = row.map((cell, place) =>
				shape[place] === "r" ? cell.padStart(widths[place] ?? 0) : cell.padEnd(widths[place] ?? 0),
			);
			this.#lines.push(this.#fit(`  ${cells.join("  ")}`.trimEnd()));
		}
	}

	/** On a terminal a row is one line. */
	#fit(line: string): string {
		const { width } = this.#style;
		return width === undefined || line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`;
	}
}

/** hosts or addresses that are named with a refusal */
const WHO = 5;

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

function count(value: number): string {
	return numbers.format(value);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `0 B`, `433 B`, `1.4 KiB` */
export function bytes(value: number): string {
	let rest = value;
	let unit = 0;
	while (rest >= 1024 && unit < UNITS.length - 1) {
		rest /= 1024;
		unit += 1;
	}
	return `${unit === 0 ? rest : rest.toFixed(1)} ${UNITS[unit]}`;
}
