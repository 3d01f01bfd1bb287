/**
 * Where the programs' own settings on this machine say that they log: Postfix (every instance), exim, dovecot, clamav, amavis.
 * Knowledge as a table; what cannot be read is left out. What the syslog daemon writes: `syslog-rules`.
 */
import { globSync, readFileSync } from "node:fs";

interface Configured {
	/** settings files, as patterns */
	files: readonly string[];
	/** the log that one of their lines names, in its first group */
	line: RegExp;
	/** what stands for the log's name in it */
	name?: (path: string) => string;
}

/** Beside Postfix's folder, those of further instances (postmulti(1)): `/etc/postfix-out`. */
const POSTFIX: Configured = {
	files: ["/etc/postfix*/main.cf", "/usr/local/etc/postfix*/main.cf", "/opt/homebrew/etc/postfix*/main.cf"],
	// maillog_file = /var/log/postfix.log (postlogd(8)); of several settings the last one counts
	line: /^maillog_file\s{0,8}=\s{0,8}(\/[^\s$]{1,1000})\s*$/,
};
/** multi_instance_directories = /etc/postfix-out /srv/postfix-in */
const INSTANCES = /^multi_instance_directories\s{0,8}=\s{0,8}(\/[^$]{1,4000})$/;

const EXIM: Configured = {
	// Debian; Red Hat, Alpine, Arch; cPanel, DirectAdmin; FreeBSD, NetBSD; OpenBSD; built from source
	files: [
		"/etc/exim4/exim4.conf",
		"/etc/exim4/conf.d/main/*",
		"/etc/exim{,4}/exim.conf",
		"/etc/exim.conf",
		"/usr/{local,pkg}/etc/exim/configure",
		"/etc/exim/configure",
		"/usr/exim/configure",
	],
	// log_file_path = /var/log/exim4/%slog : syslog; %s is main, reject or panic (exim's spec, chapter 52)
	line: /^\s{0,8}log_file_path\s{0,8}=\s{0,8}(?:syslog\s{0,8}:\s{0,8})?(\/[^\s:]{1,1000})/,
	name: (path) => path.replace("%s", "main"),
};
const EXIM_BOTH =
	/^\s{0,8}log_file_path\s{0,8}=\s{0,8}((?:syslog\s{0,8}:\s{0,8}\/|\/[^\s:]{1,1000}\s{0,8}:\s{0,8}syslog).*)$/;

/** Logs of what stands beside. */
const FURTHER: readonly Configured[] = [
	{
		files: ["/etc/dovecot/*.conf", "/etc/dovecot/conf.d/*.conf", "/usr/local/etc/dovecot/{,conf.d/}*.conf"],
		// log_path = /var/log/dovecot.log; info_log_path is where deliveries and logins go if it is set
		line: /^\s{0,8}(?:info_)?log_path\s{0,8}=\s{0,8}(\/(?!dev\/)[^\s#]{1,1000})/,
	},
	{
		files: [
			"/etc/clamav/*.conf",
			"/etc/clamd.d/*.conf",
			"/etc/mail/clamav-milter.conf",
			"/usr/local/etc/clam*.conf",
		],
		line: /^LogFile\s{1,40}(\/(?!dev\/)[^\s#]{1,1000})/,
	},
	{
		files: [
			"/etc/amavis/conf.d/*",
			"/etc/amavisd/amavisd.conf",
			"/etc/amavisd.conf",
			"/usr/local/etc/amavisd.conf",
		],
		line: /^\s{0,8}\$LOGFILE\s{0,8}=\s{0,8}["'](\/[^"'$]{1,1000})["']/,
	},
];

/** Logs that Postfix writes itself, by the configurations on this machine; `root` stands before every path. */
export function postfixLogs(root = ""): string[] {
	const found = POSTFIX.files.flatMap((pattern) => filesOf(root, pattern));
	const more = found.flatMap((path) =>
		valuesOf(path, INSTANCES).flatMap((folders) =>
			folders
				.trim()
				.split(/[\s,]+/)
				.map((folder) => `${root}${folder}/main.cf`),
		),
	);
	return [...new Set([...found, ...more])]
		.flatMap((path) => valuesOf(path, POSTFIX.line).slice(-1))
		.map((log) => root + log);
}

/** Logs that exim writes itself; `repeats`: those whose lines it gives to syslog, too. */
export function eximLogs(root = ""): { logs: string[]; repeats: string[] } {
	const settings = EXIM.files.flatMap((pattern) => filesOf(root, pattern));
	const isBoth = settings.some((path) => valuesOf(path, EXIM_BOTH).length > 0);
	const logs = logsBy(EXIM, root);
	return { logs, repeats: isBoth ? logs : [] };
}

export function furtherLogs(root = ""): string[] {
	return FURTHER.flatMap((each) => logsBy(each, root));
}

function logsBy({ files, line, name = (path) => path }: Configured, root: string): string[] {
	const settings = files.flatMap((pattern) => filesOf(root, pattern));
	return settings.flatMap((path) => valuesOf(path, line)).map((log) => root + name(log));
}

function filesOf(root: string, pattern: string): string[] {
	return globSync(root + pattern).sort();
}

function valuesOf(path: string, line: RegExp): string[] {
	try {
		const lines = readFileSync(path, "utf8").split("\n");
		return lines.flatMap((each) => line.exec(each)?.[1] ?? []);
	} catch {
		// it is not ours to read, or a folder
		return [];
	}
}
