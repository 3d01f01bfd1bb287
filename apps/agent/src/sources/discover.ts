/** Where mail programs log on this machine: the usual files, the one that Postfix's own configuration names, the journal. */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { accessProblem } from "./file-access.ts";

/** Debian, Red Hat and the BSDs, openSUSE; exim on Debian, Red Hat, FreeBSD; dovecot's `log_path`. */
const USUAL_LOGS = [
	"/var/log/mail.log",
	"/var/log/maillog",
	"/var/log/mail",
	"/var/log/exim4/mainlog",
	"/var/log/exim/main.log",
	"/var/log/exim/mainlog",
	"/var/log/dovecot.log",
];
const POSTFIX_CONFIGS = [
	"/etc/postfix/main.cf",
	"/usr/local/etc/postfix/main.cf",
	"/opt/homebrew/etc/postfix/main.cf",
];
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

function postfixLogs(): string[] {
	const logs: string[] = [];
	for (const path of POSTFIX_CONFIGS) {
		try {
			const log = maillogFile(readFileSync(path, "utf8"));
			if (log !== undefined) logs.push(log);
		} catch {
			// no Postfix, or its configuration is not ours to read
		}
	}
	return logs;
}

function isFile(path: string): boolean {
	try {
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

/** Whether the source can be read now; `problem` says what to do where not. */
export function checkSource(source: string): FoundSource {
	if (source.startsWith("journal")) return { source };
	const problem = accessProblem(source);
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
	for (const path of [...postfixLogs(), ...USUAL_LOGS]) {
		if (!isFile(path)) continue;
		const real = realpathSync(path);
		if (seen.has(real)) continue;
		seen.add(real);
		found.push(checkSource(path));
	}
	if (found.length === 0 && journalHasMail(journalctl)) found.push({ source: "journal" });
	return found;
}
