/** pflogsumm's report → its figures. They are as it prints them: from 512 Ki on in `k`, from 512 Mi on in `m`. */

export interface Row {
	figures: string[];
	name: string;
}

export interface Report {
	/** by their words: `bytes received` */
	totals: Map<string, string>;
	hours: string[][];
	days: string[][];
	recipientDomains: Row[];
	senderDomains: Row[];
	/** by title: `Senders by message count` */
	addresses: Map<string, Row[]>;
	/** by title: `message deferral detail`; each row with the headings above it, outermost first */
	details: Map<string, { path: string[]; count: string; text: string }[]>;
}

const TOTALS =
	/^ +(\d+[ km]) {2}(received|delivered|forwarded|deferred|bounced|rejected|reject warnings|held|discarded|bytes received|bytes delivered|senders|sending hosts\/domains|recipients|recipient hosts\/domains)\b/;

export function readReport(text: string): Report {
	const report: Report = {
		totals: new Map(),
		hours: [],
		days: [],
		recipientDomains: [],
		senderDomains: [],
		addresses: new Map(),
		details: new Map(),
	};
	for (const [title, lines] of sections(text)) readSection(report, title, lines);
	return report;
}

/** A title is underlined as long as itself; `title: none` has nothing under it. */
function sections(text: string): [title: string, lines: string[]][] {
	const lines = text.split("\n");
	const found: [string, string[]][] = [];
	lines.forEach((line, place) => {
		const title = lines[place - 1] ?? "";
		if (/^-{4,}$/.test(line) && title.trimEnd() !== "" && line.length === title.length) {
			found.at(-1)?.[1].pop();
			found.push([title.trim(), []]);
		} else found.at(-1)?.[1].push(line);
	});
	return found;
}

function readSection(report: Report, title: string, lines: string[]): void {
	if (title === "Grand Totals") return readTotals(report, lines);
	if (title.startsWith("Per-Hour Traffic")) report.hours = traffic(lines, /^ {4}\d{4}-\d{4} {2}/);
	else if (title === "Per-Day Traffic Summary")
		report.days = traffic(lines, /^ {4}[A-Z][a-z]{2} [ \d]\d \d{4}/);
	else if (title === "Host/Domain Summary: Message Delivery")
		report.recipientDomains = rows(lines, RECIPIENT_DOMAIN);
	else if (title === "Host/Domain Summary: Messages Received")
		report.senderDomains = rows(lines, SENDER_DOMAIN);
	else if (/^(?:Senders|Recipients) by message/.test(title))
		report.addresses.set(title, rows(lines, ADDRESS));
	else report.details.set(title, details(lines));
}

function readTotals(report: Report, lines: string[]): void {
	for (const line of lines) {
		const match = TOTALS.exec(line);
		if (match?.[1] && match[2]) report.totals.set(match[2], match[1].trim());
		const deferrals = /\((\d+[ km]) deferrals\)/.exec(line)?.[1];
		if (deferrals) report.totals.set("deferrals", deferrals.trim());
	}
}

function traffic(lines: string[], head: RegExp): string[][] {
	return lines.flatMap((line) => {
		const match = head.exec(line);
		return match ? [[match[0].trim(), ...(line.slice(match[0].length).match(/\d+[km]?/g) ?? [])]] : [];
	});
}

const COUNT = String.raw` +(\d+[ km])`;
const TIME = String.raw` +(\d+\.\d [smh])`;
const RECIPIENT_DOMAIN = new RegExp(`^${COUNT}${COUNT}${COUNT}${TIME}${TIME}  (.*)$`);
const SENDER_DOMAIN = new RegExp(`^${COUNT}${COUNT}  (.*)$`);
const ADDRESS = new RegExp(`^${COUNT}  (.*)$`);

function rows(lines: string[], shape: RegExp): Row[] {
	return lines.flatMap((line) => {
		const match = shape.exec(line);
		if (!match) return [];
		const figures = match.slice(1, -1).map((figure) => figure.trim());
		return [{ figures, name: match.at(-1) ?? "" }];
	});
}

function details(lines: string[]): { path: string[]; count: string; text: string }[] {
	const found: { path: string[]; count: string; text: string }[] = [];
	const path: string[] = [];
	for (const line of lines) {
		const row = /^( *?) {0,5}(\d+)([ km]) {2}(.*)$/.exec(line);
		const heading = /^( {2,})(\S.*?)(?: \(total: \d+\))?$/.exec(line);
		if (row && !/^ +\S.* \(total: \d+\)$/.test(line)) {
			found.push({ path: [...path], count: `${row[2]}${row[3]}`.trim(), text: row[4] ?? "" });
		} else if (heading?.[1] !== undefined && heading[2] !== undefined) {
			path.length = heading[1].length / 2 - 1;
			path.push(heading[2]);
		}
	}
	return found;
}
