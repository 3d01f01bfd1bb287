import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { discoverSources } from "./discover.ts";
import { isPattern, logsOf, watchPatterns } from "./pattern.ts";

/** A machine of these files. */
function machine(files: Record<string, string>): string {
	const root = mkdtempSync(join(tmpdir(), "discover-"));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	return root;
}

const LOG = "Nov 22 10:00:00 mx postfix/qmgr[1]: 4BA7C2BA386: removed\n";

test.each<[what: string, files: Record<string, string>, wanted: string[]]>([
	["Debian with Postfix", { "/var/log/mail.log": LOG, "/var/log/syslog": LOG }, ["/var/log/mail.log"]],
	[
		"Red Hat with Postfix, clamd and amavisd",
		{
			"/etc/rsyslog.conf": "*.info;mail.none;cron.none /var/log/messages\nmail.*   -/var/log/maillog\n",
			"/var/log/maillog": LOG,
			"/var/log/messages": "",
			"/etc/clamd.d/scan.conf": "#LogFile /var/log/old\nLogFile /var/log/clamd.scan\n",
			"/var/log/clamd.scan": "",
			"/etc/amavisd/amavisd.conf": '$LOGFILE = "/var/log/amavisd.own";\n# $LOGFILE = "/nowhere";\n',
			"/var/log/amavisd.own": "",
		},
		["/var/log/maillog", "/var/log/clamd.scan", "/var/log/amavisd.own"],
	],
	[
		"SUSE",
		{
			"/etc/rsyslog.conf": "mail.*  -/var/log/mail\nmail.warning -/var/log/mail.warn\n",
			"/var/log/mail": LOG,
			"/var/log/mail.warn": LOG,
		},
		["/var/log/mail"],
	],
	["Alpine, whose busybox writes one log", { "/var/log/messages": LOG }, ["/var/log/messages"]],
	["a host without mail", { "/var/log/messages": "Nov 22 10:00:00 mx sshd[1]: hello\n" }, []],
	["Arch with exim", { "/var/log/exim/mainlog": "" }, ["/var/log/exim/mainlog"]],
	[
		"FreeBSD with sendmail and rspamd",
		{
			"/etc/syslog.conf":
				"mail.info\t\t\t\t\t/var/log/maillog\n*.notice;lpr.info;mail.crit /var/log/messages\n",
			"/var/log/maillog": LOG,
			"/var/log/rspamd/rspamd.log": "",
		},
		["/var/log/maillog", "/var/log/rspamd/rspamd.log"],
	],
	[
		"several Postfix instances with logs of their own; of several settings the last counts",
		{
			"/etc/postfix/main.cf":
				"#maillog_file=/a\nmaillog_file = /b\nmaillog_file = /var/log/postfix.log\nmulti_instance_directories = /etc/postfix-out /srv/pf-in\n",
			"/etc/postfix-out/main.cf": "maillog_file = /var/log/postfix-out.log\n",
			"/srv/pf-in/main.cf": "maillog_file=/var/log/postfix-in.log\n",
			"/etc/postfix-std/main.cf": "maillog_file = /dev/stdout\nmaillog_file_prefixes = /var\n",
			"/var/log/postfix.log": LOG,
			"/var/log/postfix-out.log": LOG,
			"/var/log/postfix-in.log": LOG,
		},
		["/var/log/postfix.log", "/var/log/postfix-out.log", "/var/log/postfix-in.log"],
	],
	[
		"exim with a place of its own, rejectlog left out",
		{
			"/etc/exim4/exim4.conf": "log_file_path = syslog : /srv/log/exim-%s.log\n",
			"/srv/log/exim-main.log": "",
			"/srv/log/exim-reject.log": "",
		},
		["/srv/log/exim-main.log"],
	],
	[
		"dovecot's log_path and info_log_path",
		{
			"/var/log/mail.log": LOG,
			"/etc/dovecot/conf.d/10-logging.conf":
				"#log_path = syslog\nlog_path = /var/log/dovecot-errors.log\ninfo_log_path = /var/log/dovecot-info.log\ndebug_log_path = /dev/null\n",
			"/var/log/dovecot-errors.log": "",
			"/var/log/dovecot-info.log": "",
		},
		["/var/log/mail.log", "/var/log/dovecot-errors.log", "/var/log/dovecot-info.log"],
	],
	[
		"an own rule of rsyslog's for mail",
		{
			"/etc/rsyslog.d/10-mail.conf": "local0,mail.*;auth.none\t-/srv/log/all-mail.log\n",
			"/srv/log/all-mail.log": LOG,
		},
		["/srv/log/all-mail.log"],
	],
])("finds the logs of %s", (_, files, wanted) => {
	const root = machine(files);
	const found = discoverSources("no-journalctl", root).map(({ source }) => source.slice(root.length));
	expect(found.sort()).toEqual(wanted.sort());
	rmSync(root, { recursive: true });
});

test("reads the journal where there is no file", () => {
	const root = machine({ "/bin/journalctl": "#!/bin/sh\necho an entry\n" });
	chmodSync(join(root, "/bin/journalctl"), 0o755);
	expect(discoverSources(join(root, "/bin/journalctl"), root)).toEqual([{ source: "journal" }]);
	rmSync(root, { recursive: true });
});

test("a pattern stands for logs, not for their rotated pieces, also for those that come later", async () => {
	const folder = mkdtempSync(join(tmpdir(), "pattern-"));
	const write = (...names: string[]) => {
		for (const name of names) writeFileSync(join(folder, name), name);
	};
	const pattern = join(folder, "{main,exim-out-}*log*");
	try {
		expect([pattern, join(folder, "mainlog"), "journal"].map(isPattern)).toEqual([true, false, false]);
		expect(logsOf(pattern)).toEqual([]);
		write(
			"mainlog",
			"mainlog.1",
			"mainlog.2.gz",
			"mainlog-20261120",
			"exim-out-log",
			"rejectlog",
			"mainlog.old",
		);
		const logs = logsOf(pattern);
		expect(logs.map((path) => basename(path))).toEqual(["exim-out-log", "mainlog"]);

		const later: string[] = [];
		const stop = watchPatterns([pattern], logs, (path) => later.push(basename(path)));
		rmSync(join(folder, "mainlog"));
		write("mainlog.3", "mainlog-20261121", "main-2log");
		await vi.waitFor(() => expect(later).toEqual(["main-2log"]), { timeout: 10_000 });
		stop();
	} finally {
		rmSync(folder, { recursive: true });
	}
}, 15_000);
