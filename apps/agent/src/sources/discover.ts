/** Where mail programs log on this machine: the usual files, the one that Postfix's own configuration names, the journal. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, realpathSync, statSync } from "node:fs";
import { accessProblem, errorCode } from "./file-access.ts";
import { isPattern, logsOf } from "./pattern.ts";

/** Debian, Red Hat and the BSDs, openSUSE; exim on Debian, Red Hat, FreeBSD. One of these, or the journal, has the mail. */
const MAIL_LOGS = [
	"/var/log/mail.log",
	"/var/log/maillog",
	"/var/log/mail",
	"/var/log/exim4/mainlog",
	"/var/log/exim/main.log",
	"/var/log/exim/mainlog",
];
/** What stands beside: dovecot's `log_path`, and filters with a log of their own on Debian, Red Hat and FreeBSD. */
const FURTHER_LOGS = [
	"/var/log/dovecot.log",
	"/var/log/rspamd/rspamd.log",
	"/var/log/amavis.log",
	"/var/log/amavis/amavis.log",
	"/var/log/amavisd/amavisd.log",
	"/var/log/clamav/clamav.log",
	"/var/log/clamav/clamd.log",
	"/var/log/clamd.scan",
];
/** Beside Postfix's folder, those of further instances (postmulti(1)): `/etc/postfix-out`. */
const CONFIG_ROOTS = ["/etc", "/usr/local/etc", "/opt/homebrew/etc"];
const JOURNAL_TIMEOUT_MS = 5000;

export interface FoundSource {
	source: string;
	/** why it cannot be read yet, and the command that helps */
	problem?: string;
}

/** `maillog_file = /var/log/postfix.log` (postlogd(8)). */
export function maillogFile(mainCf: string): string | undefined {
	let found: string | undefined;
	for (const line of mainCf.split("\n")) {
		const path = /^maillog_file\s{0,8}=\s{0,8}(\/[^\s$]{1,1000})\s*$/.exec(line)?.[1];
		// of several settings the last one counts
		if (path !== undefined && path !== "/dev/stdout") found = path;
	}
	return found;
}

/** Logs that Postfix writes itself, by the configurations on this machine. */
export function postfixLogs(): string[] {
	const logs: string[] = [];
	for (const path of CONFIG_ROOTS.flatMap((root) => globSync(`${root}/postfix*/main.cf`).sort())) {
		try {
			const log = maillogFile(readFileSync(path, "utf8"));
			if (log !== undefined) logs.push(log);
		} catch {
			// its configuration is not ours to read
		}
	}
	return logs;
}

/** The file behind a path. One in a folder that may not be entered is taken to be there: what to do is then told. */
function fileBehind(path: string): string | undefined {
	try {
		return statSync(path).isFile() ? realpathSync(path) : undefined;
	} catch (error) {
		return errorCode(error) === "EACCES" ? path : undefined;
	}
}

/** Whether the source can be read now; `problem` says what to do where not. */
export function checkSource(source: string): FoundSource {
	if (source.startsWith("journal")) return { source };
	const logs = isPattern(source) ? logsOf(source) : [];
	// where no file fits, the folder may be closed: the pattern as a path tells
	const paths = logs.length > 0 ? logs : [source];
	const problem = paths.map(accessProblem).find((each) => each !== undefined);
	return problem === undefined ? { source } : { source, problem };
}

function journalHasMail(journalctl: string): boolean {
	// facility 2 is mail (RFC 5424, table 1)
	const args = ["--quiet", "--no-pager", "--lines=1", "SYSLOG_FACILITY=2"];
	const { status, stdout } = spawnSync(journalctl, args, { timeout: JOURNAL_TIMEOUT_MS, encoding: "utf8" });
	return status === 0 && stdout.trim() !== "";
}

/** The logs of this machine; its journal where there is no file. */
export function discoverSources(journalctl: string): FoundSource[] {
	const seen = new Set<string>();
	const found: FoundSource[] = [];
	const add = (path: string) => {
		const file = fileBehind(path);
		if (file === undefined || seen.has(file)) return;
		seen.add(file);
		found.push(checkSource(path));
	};
	for (const path of [...postfixLogs(), ...MAIL_LOGS]) add(path);
	if (found.length === 0 && journalHasMail(journalctl)) found.push({ source: "journal" });
	for (const path of FURTHER_LOGS) add(path);
	return found;
}
