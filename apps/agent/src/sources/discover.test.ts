import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { closedLogs, discoverSources } from "./discover.ts";
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
			"/etc/rsyslog.conf":
				"mail.*  -/var/log/mail\nmail.info -/var/log/mail.info\nmail.warning -/var/log/mail.warn\n",
			"/var/log/mail": LOG,
			"/var/log/mail.info": LOG,
			"/var/log/mail.warn": LOG,
		},
		["/var/log/mail"],
	],
	[
		"Debian 11, whose syslog writes all mail twice",
		{
			"/etc/rsyslog.conf":
				"mail.*\t-/var/log/mail.log\nmail.info\t-/var/log/mail.info\nmail.err /var/log/mail.err\n",
			"/var/log/mail.log": LOG,
			"/var/log/mail.info": LOG,
			"/var/log/mail.err": "",
		},
		["/var/log/mail.log"],
	],
	[
		"cPanel: exim's own log, and dovecot in syslog's",
		{
			"/etc/rsyslog.conf": "mail.*  -/var/log/maillog\n",
			"/etc/exim.conf": "log_selector = +all\n",
			"/var/log/maillog": LOG,
			"/var/log/exim_mainlog": "",
			"/var/log/exim_rejectlog": "",
		},
		["/var/log/maillog", "/var/log/exim_mainlog"],
	],
	[
		"Plesk and Zimbra, whose rules stand beside the distribution's",
		{
			"/etc/rsyslog.d/50-default.conf": "mail.*\t\t\t-/var/log/mail.log\nmail.err /var/log/mail.err\n",
			"/etc/rsyslog.d/60-zimbra.conf":
				"local0.* -/var/log/zimbra.log\nlocal1.* -/var/log/zimbra-stats.log\nmail.* -/var/log/zimbra.log\n",
			"/var/log/mail.log": LOG,
			"/var/log/zimbra.log": LOG,
		},
		["/var/log/mail.log"],
	],
	[
		"a mail log that gets no line any more, because a rule before its own keeps them",
		{
			"/etc/rsyslog.d/10-mail.conf": "mail.*  /srv/log/mail.log\n& stop\n",
			"/etc/rsyslog.d/50-default.conf": "mail.*  -/var/log/mail.log\n",
			"/srv/log/mail.log": LOG,
			"/var/log/mail.log": LOG,
		},
		["/srv/log/mail.log"],
	],
	[
		"iRedMail: what rules for one program keep for themselves is read, what they copy is not",
		{
			"/etc/rsyslog.conf": "mail.*  -/var/log/maillog\n",
			"/etc/rsyslog.d/1-dovecot.conf": [
				"if $programname == 'dovecot' and $msg contains 'lmtp' then -/var/log/dovecot/lmtp.log",
				"& stop",
				'if $programname == "dovecot" then {',
				'	action(type="omfile" file="/var/log/dovecot/dovecot.log")',
				"	stop",
				"}",
				':programname, startswith, "amavis" -/var/log/amavis.log',
			].join("\n"),
			"/var/log/maillog": LOG,
			"/var/log/dovecot/lmtp.log": "",
			"/var/log/dovecot/dovecot.log": "",
			"/var/log/amavis.log": "",
		},
		["/var/log/maillog", "/var/log/dovecot/lmtp.log", "/var/log/dovecot/dovecot.log"],
	],
	[
		"rules in rsyslog's newer form",
		{
			"/etc/rsyslog.conf":
				'if $syslogfacility-text == "mail" then\n{\n\taction(type="omfile" sync="off"\n\t\tfile="/srv/all.log")\n}\n',
			"/etc/rsyslog.d/20-pf.conf": 'mail.info action(type="omfile" file="/srv/pf.log")\n',
			"/srv/all.log": LOG,
			"/srv/pf.log": LOG,
		},
		["/srv/all.log"],
	],
	[
		"a host whose rules name programs only",
		{
			"/etc/rsyslog.conf": "if $programname startswith 'postfix' then /srv/postfix.log\n",
			"/srv/postfix.log": LOG,
		},
		["/srv/postfix.log"],
	],
	[
		"exim that writes a file, and the same to syslog",
		{
			"/etc/exim4/exim4.conf": "log_file_path = syslog : /var/log/exim4/%slog\n",
			"/etc/rsyslog.conf": "mail.* -/var/log/mail.log\n",
			"/var/log/exim4/mainlog": "",
			"/var/log/mail.log": LOG,
		},
		["/var/log/mail.log"],
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

describe("the journal", () => {
	const DAY_S = 86_400;
	const now = Math.floor(Date.now() / 1_000);
	/** As `--output=short-unix` has it. */
	const entry = (at: number) => `#!/bin/sh\necho "${at}.204711 mx postfix/qmgr[812]: 4BA7C2BA386: removed"\n`;
	const EMPTY = "#!/bin/sh\n";
	const sources = (files: Record<string, string>, journalctl: string) => {
		const root = machine({ ...files, "/bin/journalctl": journalctl });
		chmodSync(join(root, "/bin/journalctl"), 0o755);
		for (const path of Object.keys(files)) utimesSync(join(root, path), now - 30 * DAY_S, now - 30 * DAY_S);
		const found = discoverSources(join(root, "/bin/journalctl"), root);
		rmSync(root, { recursive: true });
		return found.map(({ source, problem }) => ({
			source: source.replace(root, ""),
			...(problem !== undefined && { problem: problem.replace(root, "") }),
		}));
	};

	test("is read where there is no file", () => {
		expect(sources({}, entry(now))).toEqual([{ source: "journal" }]);
	});

	test("is read where the syslog daemon went and left its log behind", () => {
		expect(sources({ "/var/log/mail.log": LOG }, entry(now))).toEqual([{ source: "journal" }]);
	});

	test("is not read beside what is still written, or what a daemon of this machine will write", () => {
		const left = { source: "/var/log/mail.log" };
		expect(sources({ "/var/log/mail.log": LOG }, entry(now - 30 * DAY_S))).toEqual([left]);
		expect(sources({ "/var/log/mail.log": LOG, "/usr/sbin/rsyslogd": "" }, entry(now))).toEqual([left]);
	});

	test("is read beside exim's own log, whose lines it has not; and instead of it, where it has them", () => {
		const exim = { "/var/log/exim4/mainlog": LOG };
		expect(sources(exim, entry(now))).toEqual([{ source: "/var/log/exim4/mainlog" }, { source: "journal" }]);
		const both = { ...exim, "/etc/exim4/exim4.conf": "log_file_path = syslog : /var/log/exim4/%slog\n" };
		expect(sources(both, entry(now))).toEqual([{ source: "journal" }]);
	});

	test("is waited for on a machine that has had no mail", () => {
		const problem = "it has no mail; it is read as soon as it has";
		expect(sources({}, EMPTY)).toEqual([{ source: "journal", problem }]);
	});
});

test("follows what the syslog daemon will write before there is a line of it", () => {
	const rules = "mail.*\t-/var/log/mail.log\nmail.err\t/var/log/mail.err\n";
	const root = machine({ "/etc/rsyslog.conf": rules, "/usr/sbin/rsyslogd": "" });
	const source = join(root, "/var/log/mail.log");
	const problem = `${source} does not exist; it is read as soon as it does`;
	expect(discoverSources("no-journalctl", root)).toEqual([{ source, problem }]);
	rmSync(join(root, "/usr/sbin/rsyslogd"));
	// its settings stay when the daemon is removed
	expect(discoverSources("no-journalctl", root)).toEqual([]);
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

// root may read everything
test.runIf(process.getuid?.() !== 0)("names the logs that may have mail and are closed", () => {
	const root = machine({ "/var/log/messages": LOG, "/var/log/syslog": LOG });
	chmodSync(join(root, "/var/log/messages"), 0o000);
	expect(discoverSources("no-journalctl", root)).toEqual([]);
	expect(closedLogs(root)).toEqual([expect.stringContaining("setfacl")]);
	rmSync(root, { recursive: true });
});
