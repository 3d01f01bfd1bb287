/**
 * Where the syslog daemon of this machine puts mail, by the rules in its settings (rsyslog.conf(5), syslog.conf(5)), and which of
 * these files repeat what another one has: one line that is read out of two files would be two lines of the hub.
 */
import { globSync, readFileSync } from "node:fs";

interface Rule {
	path: string;
	/** of the mail facility, or only what fits a program's name or another condition */
	of: "everything" | "information" | "some";
	/** what fits goes to no later rule */
	isLast: boolean;
}

export interface SyslogLogs {
	/** each line of mail stands in one of these */
	logs: string[];
	/** have nothing that is not in `logs` */
	repeats: string[];
	/** the one for all mail that none of it has been written to yet, where there is no such log */
	awaited: string[];
}

/** In the order in which they count; Linux, then FreeBSD, whose ports keep theirs below /usr/local. */
const SETTINGS = [
	"{,/usr/local}/etc/rsyslog.d/*.conf",
	"{,/usr/local}/etc/rsyslog.conf",
	"/etc/syslog.conf",
	"{,/usr/local}/etc/syslog.d/*",
];
// mail.*	-/var/log/mail.log; mail.info on FreeBSD; other facilities may stand beside it
const SELECTOR =
	/^(?:[\w,]{1,40},)?mail(?:,[\w,]{1,40})?\.(\*|info|debug)(?:;[^\s#]{1,200})?\s{1,40}(?=[-/a])/;
// if $programname == 'dovecot' then -/var/log/dovecot.log, or :programname, startswith, "postfix" …
const PROGRAM =
	/^(?:if\b|:).{0,80}\b(?:programname|syslogtag)\b.{0,80}['"](?:postfix|dovecot|exim|sendmail|sm-mta|opensmtpd|smtpd|amavis|rspamd|spamd|opendkim|opendmarc|postgrey|clam)/;
// if $syslogfacility-text == 'mail' then …
const FACILITY = /^(?:if\b|:).{0,80}\bsyslogfacility(?:-text)?\b.{0,80}(?:['"]mail['"]|==\s{0,4}2\b)/;
const MORE = /\b(?:and|not)\b/;
const FILE = /(?:^|\s)-?(\/(?!dev\/)[^\s;"')}]{1,1000})|\bfile\s{0,4}=\s{0,4}"(\/(?!dev\/)[^"]{1,1000})"/i;
const STOP = /(?:^|[\s{&])(?:stop|~)\s{0,8}(?:\}|$)/;
const BLOCK_LINES_MAX = 20;

/** `root` stands before every path; `isThere`: whether there is such a log, `isUsual`: whether others know its name. */
export function syslogLogs(
	root: string,
	isThere: (path: string) => boolean,
	isUsual: (path: string) => boolean,
): SyslogLogs {
	const all = SETTINGS.flatMap((pattern) => globSync(root + pattern).sort())
		.flatMap(rulesOf)
		.map((rule) => ({ ...rule, path: root + rule.path }));
	const rules = all.filter(({ path }) => isThere(path));
	const main = mainOf(rules, isUsual);
	const awaited = main ? undefined : mainOf(all, isUsual);
	// what a part does not keep for itself is in the main log too
	const parts = rules.filter(({ of, isLast }) => of === "some" && (isLast || main === undefined));
	const logs = [...(main ? [main] : []), ...parts].map(({ path }) => path);
	const others = rules.map(({ path }) => path).filter((path) => !logs.includes(path));
	return {
		logs: [...new Set(logs)],
		repeats: [...new Set(others)],
		awaited: awaited ? [awaited.path] : [],
	};
}

/** The rule whose log has all mail. */
function mainOf(rules: readonly Rule[], isUsual: (path: string) => boolean): Rule | undefined {
	const whole = rules.filter(({ of }) => of !== "some");
	return (
		whole.find(({ isLast }) => isLast) ??
		whole.toSorted((a, b) => breadth(b) - breadth(a) || Number(isUsual(b.path)) - Number(isUsual(a.path)))[0]
	);
}

/** What leaves out debugging has less. */
function breadth({ of }: Rule): number {
	return of === "everything" ? 1 : 0;
}

function rulesOf(settings: string): Rule[] {
	const lines = readLines(settings);
	return lines.flatMap((line, at) => {
		const selected = SELECTOR.exec(line);
		const isPart = PROGRAM.test(line) || (FACILITY.test(line) && MORE.test(line));
		if (!selected && !isPart && !FACILITY.test(line)) return [];
		const of = isPart ? "some" : selected?.[1] === "info" ? "information" : "everything";
		const [text, next = ""] = statement(lines, at);
		const action = selected ? line.slice(selected[0].length) : text.slice(text.search(/\bthen\b|["'],?\s/));
		const [, plain, named] = FILE.exec(action) ?? [];
		const path = plain ?? named;
		const isLast = STOP.test(text) || (next.startsWith("&") && STOP.test(next));
		return path === undefined ? [] : [{ path, of, isLast }];
	});
}

/** A rule with the lines of its braces, and the line behind it. */
function statement(lines: readonly string[], at: number): [text: string, next: string | undefined] {
	let end = at + 1;
	let text = lines[at]!;
	const isOpen = () => text.split("{").length > text.split("}").length;
	// the brace may stand on the next line
	if (/\bthen\s*$/.test(text) || (isOpen() && !text.includes("}"))) text += ` ${lines[end++] ?? ""}`;
	while (isOpen() && end - at < BLOCK_LINES_MAX) text += ` ${lines[end++] ?? ""}`;
	return [text, lines[end]];
}

/** Without comments and empty lines. */
function readLines(path: string): string[] {
	try {
		return readFileSync(path, "utf8")
			.split("\n")
			.map((line) => line.trim())
			.filter((line) => line !== "" && !line.startsWith("#"));
	} catch {
		// it is not ours to read, or a folder
		return [];
	}
}
