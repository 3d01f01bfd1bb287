/**
 * Where mail programs log on this machine: what their own settings and the syslog daemon's say, the usual files, the journal.
 * exim's rejectlog is left out: it repeats what mainlog says, with the headers of the messages.
 */
import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, globSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { eximLogs, furtherLogs, postfixLogs } from "./configured-logs.ts";
import { accessProblem, errorCode } from "./file-access.ts";
import { isPattern, logsOf } from "./pattern.ts";
import { syslogLogs } from "./syslog-rules.ts";

/** What a syslog daemon writes on Debian and Ubuntu; Red Hat, FreeBSD and OpenBSD; SUSE. */
const MAIL_LOGS = ["/var/log/mail.log", "/var/log/maillog", "/var/log/mail"];
const SYSLOG_DAEMONS = "{,/usr,/usr/local}/{sbin,bin}/{rsyslogd,syslog-ng,syslogd,metalog,socklog}";
/** A log that a syslog daemon left behind: the journal has mail from so much later. */
const LEFT_BEHIND_MS = 86_400_000;
/** exim's own on Debian, Red Hat, FreeBSD and Arch, Gentoo, cPanel, from source. */
const EXIM_LOGS = [
	"/var/log/exim4/mainlog",
	"/var/log/exim/main.log",
	"/var/log/exim/mainlog",
	"/var/log/exim/exim_main.log",
	"/var/log/exim_mainlog",
	"/var/spool/exim/log/mainlog",
];
/** Where everything goes: Alpine's and other small hosts' only log. Read where there is no other and mail stands in it. */
const ALL_LOGS = ["/var/log/messages", "/var/log/syslog", "/var/log/everything.log"];
/** What stands beside: dovecot's `log_path`, and filters with a log of their own on Debian, Red Hat, SUSE and FreeBSD. */
const FURTHER_LOGS = [
	"/var/log/dovecot.log",
	"/var/log/rspamd/rspamd.log",
	"/var/log/amavis.log",
	"/var/log/amavis/amavis.log",
	"/var/log/amavisd/amavisd.log",
	"/var/log/clamav/clamav.log",
	"/var/log/clamav/clamd.log",
	"/var/log/clamav/clamav-milter.log",
	"/var/log/clamd.scan",
	"/var/log/spamd.log",
];
const JOURNAL_TIMEOUT_MS = 5000;
/** of a log of everything, the end is looked at */
const TAIL_BYTES = 262_144;
const MAIL_LINE = / (?:postfix(?:-\w+)?\/\w+|sendmail|sm-mta|exim4?|smtpd|opensmtpd|dovecot)(?:\[\d+\])?: /;

export interface FoundSource {
	source: string;
	/** why it cannot be read yet, and the command that helps */
	problem?: string;
}

/** The file behind a path. One in a folder that may not be entered is taken to be there: what to do is then told. */
function fileBehind(path: string): string | undefined {
	try {
		return statSync(path).isFile() ? realpathSync(path) : undefined;
	} catch (error) {
		return errorCode(error) === "EACCES" ? path : undefined;
	}
}

const isThere = (path: string) => fileBehind(path) !== undefined;

/** Whether the source can be read now; `problem` says what to do where not. */
export function checkSource(source: string): FoundSource {
	if (source.startsWith("journal")) return { source };
	const logs = isPattern(source) ? logsOf(source) : [];
	// where no file fits, the folder may be closed: the pattern as a path tells
	const paths = logs.length > 0 ? logs : [source];
	const problem = paths.map(accessProblem).find((each) => each !== undefined);
	return problem === undefined ? { source } : { source, problem };
}

/** When mail was last told to the journal, in epoch milliseconds; 0 where it has none, undefined where there is no journal. */
function journaledAt(journalctl: string): number | undefined {
	// facility 2 is mail (RFC 5424, table 1)
	const args = ["--quiet", "--no-pager", "--lines=1", "--output=short-unix", "SYSLOG_FACILITY=2"];
	const { status, stdout } = spawnSync(journalctl, args, { timeout: JOURNAL_TIMEOUT_MS, encoding: "utf8" });
	return status === 0 ? (Number.parseFloat(stdout) || 0) * 1_000 : undefined;
}

/** The journal, before there is mail in it; nothing where there is none. */
function emptyJournal(at: number | undefined, root: string): FoundSource[] {
	if (at === undefined) return [];
	const closed = journalFiles(root).flatMap((path) => accessProblem(path) ?? [])[0];
	return [{ source: "journal", problem: closed ?? "it has no mail; it is read as soon as it has" }];
}

function journalFiles(root: string): string[] {
	return globSync(`${root}/{var,run}/log/journal/*/system.journal`).slice(0, 1);
}

/** A log of everything in which mail stands; one that may not be read is not known to be one. */
function hasMail(path: string): boolean {
	let file: number | undefined;
	try {
		file = openSync(path, "r");
		const { size } = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
		readSync(file, bytes, 0, bytes.length, size - bytes.length);
		return MAIL_LINE.test(bytes.toString("latin1"));
	} catch {
		return false;
	} finally {
		if (file !== undefined) closeSync(file);
	}
}

/** Where nothing was found: the logs of everything that may have mail and may not be read, each with the command that helps. */
export function closedLogs(root = ""): string[] {
	const logs = ALL_LOGS.map((path) => root + path).filter(isThere);
	return [...journalFiles(root), ...logs].flatMap((path) => accessProblem(path) ?? []);
}

/**
 * The logs of this machine: what its mail programs and its syslog daemon write, also before the first line is written; its journal
 * where no syslog daemon writes any. `root` stands before every path.
 */
export function discoverSources(journalctl: string, root = ""): FoundSource[] {
	const hasDaemon = globSync(root + SYSLOG_DAEMONS).length > 0;
	let journal: { at: number | undefined } | undefined;
	const lastJournaled = () => {
		journal ??= { at: journaledAt(journalctl) };
		return journal.at;
	};
	const usual = (paths: readonly string[]) => paths.map((path) => root + path);
	const rules = syslogLogs(root, isThere, (path) => MAIL_LOGS.includes(path.slice(root.length)));
	const written = [...rules.logs, ...usual(MAIL_LOGS)].filter(isThere);
	const goesOn = written.filter((path) => hasDaemon || !wasLeft(path, lastJournaled() ?? 0));
	const readsJournal = !hasDaemon && goesOn.length === 0 && (lastJournaled() ?? 0) > 0;
	const exim = eximLogs(root);
	const repeats = [...rules.repeats, ...(goesOn.length > 0 || readsJournal ? exim.repeats : [])];
	const seen = new Set(repeats.flatMap((path) => fileBehind(path) ?? []));
	const found: FoundSource[] = [];
	const add = (path: string) => {
		const file = fileBehind(path);
		if (file === undefined || seen.has(file)) return;
		seen.add(file);
		found.push(checkSource(path));
	};
	for (const path of [...postfixLogs(root), ...exim.logs, ...goesOn, ...usual(EXIM_LOGS)]) add(path);
	if (readsJournal) found.push({ source: "journal" });
	if (hasDaemon && goesOn.length === 0) found.push(...rules.awaited.map(checkSource));
	if (found.length === 0 && (lastJournaled() ?? 0) > 0) found.push({ source: "journal" });
	if (found.length === 0) usual(ALL_LOGS).filter(hasMail).slice(0, 1).forEach(add);
	if (found.length === 0) found.push(...emptyJournal(lastJournaled(), root));
	for (const path of [...furtherLogs(root), ...usual(FURTHER_LOGS)]) add(path);
	return found;
}

function wasLeft(path: string, journaled: number): boolean {
	try {
		return statSync(path).mtimeMs < journaled - LEFT_BEHIND_MS;
	} catch {
		// its folder may not be entered: what to do is told
		return false;
	}
}
