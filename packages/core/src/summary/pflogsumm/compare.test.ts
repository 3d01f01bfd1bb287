/**
 * Our figures against those that the real pflogsumm printed for the same logs (`recorded/`, made by record.testing.ts), one by one. What
 * we count otherwise must be told in `differences`, to the last message; the few cases that no difference can tell are
 * named here with their reason.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DIFFERENCES } from "../difference-texts.ts";
import { createSummary, type Difference, type Figure, type Reason, type Summary } from "../index.ts";
import { type Case, listCases, readReportOf } from "./cases.testing.ts";
import { type Report, type Row, readReport } from "./read-report.testing.ts";

/** Cases whose figures pflogsumm gets wrong in a way that is not a matter of whole lines. */
const WRONG_THERE: Readonly<Record<string, string>> = {
	"golden-strangers-words":
		"it takes strangers' words (HELO names, Message-IDs, quoted addresses) for fields",
	"golden-copied-from-a-page": "it knows no lines that a web page broke in two",
	"golden-two-instances": "it misses sizes that stand in lines with an RFC 5424 header",
	"run-hostile": "it takes strangers' words for fields",
};

/** Groups refusals by the sender's address: postscreen's fields follow each other with commas. */
const WITH_POSTSCREEN_REFUSALS = "golden-screening-by-every-test";

/** rsyslog's `message repeated N times`, which pflogsumm passes over, in warnings, which have no figure of their own. */
const WITH_REPEATED_WARNINGS = "golden-care-and-trouble";

function summarise({ log }: Case): Summary {
	const builder = createSummary();
	const reader = builder.log("host", { zone: "UTC", now: Date.UTC(2026, 10, 30) });
	for (const line of readFileSync(log, "utf8").split("\n")) if (line !== "") reader.line(line);
	reader.end();
	const summary = builder.finish();
	if (!summary) throw new Error(`${log}: nothing found`);
	return summary;
}

const FIGURES: readonly [words: string, figure: Figure][] = [
	["received", "received"],
	["delivered", "delivered"],
	["forwarded", "forwarded"],
	["deferred", "deferred"],
	["deferrals", "deferrals"],
	["bounced", "bounced"],
	["rejected", "rejected"],
	["reject warnings", "rejectWarnings"],
	["held", "held"],
	["discarded", "discarded"],
	["bytes received", "bytesReceived"],
	["bytes delivered", "bytesDelivered"],
];

/** As pflogsumm prints a number (its sub adj_int_units). */
function shown(value: number): string {
	if (value > 536_870_912) return `${Math.trunc(value / 1_048_576)}m`;
	return value > 524_288 ? `${Math.trunc(value / 1024)}k` : String(Math.trunc(value));
}

function more(differences: Difference[], figure: Figure): number {
	return differences.filter((each) => each.figure === figure).reduce((sum, { by }) => sum + by, 0);
}

function totalsOf({ totals, differences }: Summary): Record<string, string> {
	return Object.fromEntries(
		FIGURES.map(([words, figure]) => [words, shown(totals[figure] - more(differences, figure))]),
	);
}

function recordedTotals(report: Report): Record<string, string> {
	return Object.fromEntries(FIGURES.map(([words]) => [words, report.totals.get(words) ?? "0"]));
}

const sorted = (rows: string[]): string[] => rows.sort();
const rowTexts = (rows: Row[]): string[] =>
	sorted(rows.map(({ figures, name }) => `${figures.join(" ")} ${name}`));

/** `2.4 s`, `1.3 m`, `1.2 h`, rounded to a tenth of its unit */
function expectDelay(seconds: number | undefined, text: string | undefined): void {
	const [value, unit] = (text ?? "").split(" ");
	const length = { s: 1, m: 60, h: 3600 }[unit ?? ""] ?? Number.NaN;
	expect(Math.abs((seconds ?? 0) / length - Number(value)), text).toBeLessThan(0.051);
}

function compareLists(summary: Summary, report: Report): void {
	const { domains, top, totals } = summary;
	expect(report.totals.get("senders")).toBe(shown(totals.senders));
	expect(report.totals.get("sending hosts/domains")).toBe(shown(totals.sendingHosts));
	expect(report.totals.get("recipients")).toBe(shown(totals.recipients));
	expect(report.totals.get("recipient hosts/domains")).toBe(shown(totals.recipientHosts));
	expect(rowTexts(report.senderDomains)).toEqual(
		sorted(
			domains.sender.map((row) => `${shown(row.messages)} ${shown(row.bytes)} ${row.domain || "from=<>"}`),
		),
	);
	expect(
		rowTexts(report.recipientDomains.map(({ figures, name }) => ({ figures: figures.slice(0, 3), name }))),
	).toEqual(
		sorted(
			domains.recipient.map(
				(row) => `${shown(row.messages)} ${shown(row.bytes)} ${shown(row.deferrals)} ${row.domain}`,
			),
		),
	);
	for (const { figures, name } of report.recipientDomains) {
		const row = domains.recipient.find(({ domain }) => domain === name);
		expectDelay(row?.averageDelay, figures[3]);
		expectDelay(row?.maxDelay, figures[4]);
	}
	const lists = [
		["Senders by message count", top.senders, "messages"],
		["Recipients by message count", top.recipients, "messages"],
		["Senders by message size", top.sendersBySize, "bytes"],
		["Recipients by message size", top.recipientsBySize, "bytes"],
	] as const;
	for (const [title, rows, figure] of lists) {
		expect(rowTexts(report.addresses.get(title) ?? []), title).toEqual(
			sorted(
				rows.map((row) => `${shown(row[figure])} ${row.address || (title.startsWith("S") ? "from=<>" : "")}`),
			),
		);
	}
}

const COLUMNS = ["received", "delivered", "deferred", "bounced", "rejected"] as const;

function compareTimes({ hours, days }: Summary, report: Report): void {
	expect(report.hours.map(([, ...figures]) => figures)).toEqual(
		hours.map((hour) => COLUMNS.map((column) => shown(hour[column] / Math.max(1, days.length) + 0.5))),
	);
	// pflogsumm prints no columns behind the last one that it counted in, and no day without any
	if (days.length < 2) return;
	const counted = days.filter((day) => COLUMNS.some((column) => day[column] > 0));
	expect(report.days.map(([day, ...figures]) => [day?.slice(0, 6).trim(), ...figures])).toEqual(
		counted.map((day) => {
			const date = new Date(`${day.day}T00:00:00Z`).toUTCString();
			const name = `${date.slice(8, 11)} ${String(Number(date.slice(5, 7))).padStart(2)}`;
			const figures = COLUMNS.map((column) => day[column]);
			return [name, ...figures.slice(0, figures.findLastIndex((figure) => figure > 0) + 1).map(shown)];
		}),
	);
}

const detail = (report: Report, title: string): string[] =>
	sorted(
		(report.details.get(title) ?? []).map(({ path, count, text }) => [...path, text, count].join(" | ")),
	);
const ours = (rows: Reason[]): string[] =>
	sorted(rows.map(({ by, reason, count }) => [by, reason, count].join(" | ")));

function compareReasons({ reasons }: Summary, report: Report): void {
	expect(detail(report, "message deferral detail")).toEqual(ours(reasons.deferred));
	expect(detail(report, "message bounce detail (by relay)")).toEqual(ours(reasons.bounced));
	const titles = [
		["message reject detail", "rejected"],
		["message reject warning detail", "rejectWarnings"],
		["message hold detail", "held"],
		["message discard detail", "discarded"],
	] as const;
	for (const [title, figure] of titles) {
		const rows = reasons[figure].flatMap(({ by, reason, from }) =>
			from.map(({ name, count }) => [by, reason, name, count].join(" | ")),
		);
		expect(detail(report, title).filter(isReadable), title).toEqual(sorted(rows).filter(isReadable));
	}
}

function compareProblems({ problems }: Summary, report: Report): void {
	const severities = [
		["Warnings", "warning"],
		["Fatal Errors", "fatal"],
		["Panics", "panic"],
	] as const;
	for (const [title, severity] of severities) {
		const rows = problems
			.filter((problem) => problem.severity === severity)
			.map(({ by, text, count }) => ({ by, reason: text, count }));
		expect(detail(report, title), title).toEqual(ours(rows));
	}
}

/** What pflogsumm groups by reason; for MAIL, HELO and the rest it groups by address or HELO name where there is an enhanced status. */
function isReadable(row: string): boolean {
	return /^(?:RCPT|DATA|CONNECT|cleanup) \|/.test(row);
}

const CASES = listCases().flatMap((one) => {
	const recorded = readReportOf(one);
	return recorded === undefined ? [] : [{ ...one, recorded }];
});

test("the runs and the samples are recorded", () => {
	const missing = listCases().filter(({ name }) => !CASES.some((one) => one.name === name));
	expect(missing.map(({ name }) => name).filter((name) => !name.startsWith("golden-"))).toEqual([]);
});

test("every difference is explained in the docs", () => {
	const docs = readFileSync(join(import.meta.dirname, "../../../../../docs/summary.md"), "utf8");
	const told = [...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
	expect(told.sort()).toEqual(Object.keys(DIFFERENCES).sort());
});

for (const one of CASES) {
	test(`${one.name}: as pflogsumm has it`, () => {
		const [summary, report] = [summarise(one), readReport(one.recorded)];
		if (WRONG_THERE[one.name]) {
			expect(totalsOf(summary)).not.toEqual(recordedTotals(report));
			return;
		}
		expect(totalsOf(summary)).toEqual(recordedTotals(report));
		// lists of lines that pflogsumm does not read at all have no counterpart
		if (summary.differences.length > 0) return;
		compareTimes(summary, report);
		compareLists(summary, report);
		if (one.name !== WITH_POSTSCREEN_REFUSALS) compareReasons(summary, report);
		if (one.name !== WITH_REPEATED_WARNINGS) compareProblems(summary, report);
	});
}
