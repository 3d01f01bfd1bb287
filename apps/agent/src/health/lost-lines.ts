/**
 * Lines that the host's own logging threw away, as it says itself: journald's rate limit, journald's forwarding to a syslog
 * daemon that does not keep up, rsyslog's rate limits. Such lines are in no log. Pure: `watch-losses` brings the messages.
 */
export interface LostLines {
	/** 0: it has begun, and the number is not known yet */
	lines: number;
	by: "journald" | "forwarding" | "rsyslog";
	/** a unit, a module of rsyslog's; empty where it does not say */
	of: string;
}

/** The mail system's units among all: `postfix@-.service`, and as newer ones write it `system.slice/postfix.service`. */
const MAIL_UNIT =
	/postfix|mail|exim|smtp|dovecot|amavis|rspamd|spam|clam|milter|opendkim|opendmarc|postgrey|postsrsd|policyd|mimedefang|sympa|cyrus|courier/i;

// systemd-journald[18]: Suppressed 112500 messages from postfix@-.service     (journald-server.c)
const SUPPRESSED = /^Suppressed (\d{1,12}) messages from (\S{1,255})$/;
// systemd-journald[18]: Forwarding to syslog missed 97685 messages.           (journald-syslog.c)
const NOT_FORWARDED = /^Forwarding to syslog missed (\d{1,12}) messages\.$/;
// rsyslogd: imuxsock[pid: 262, name: logger] from <vm:postfix>: begin to drop messages due to rate-limiting   (ratelimit.c)
// rsyslogd: imuxsock[pid: 262, name: logger]: 276 messages lost due to rate-limiting (10 allowed within 3 seconds)
const RSYSLOG =
	/^(im[a-z]{2,12})\b.{0,200}: (?:(\d{1,12}) messages lost|begin to drop messages) due to rate-limiting/;

/** What a message of journald or rsyslog says of lost lines that may be the mail system's; nothing where it says none. */
export function readLoss(message: string): LostLines | undefined {
	const [, suppressed, unit = ""] = SUPPRESSED.exec(message) ?? [];
	if (suppressed !== undefined)
		return MAIL_UNIT.test(unit) ? { lines: Number(suppressed), by: "journald", of: unit } : undefined;
	const [, missed] = NOT_FORWARDED.exec(message) ?? [];
	if (missed !== undefined) return { lines: Number(missed), by: "forwarding", of: "" };
	const [, module, lost = "0"] = RSYSLOG.exec(message) ?? [];
	return module === undefined ? undefined : { lines: Number(lost), by: "rsyslog", of: module };
}

/**
 * Whether lines that the agent reads are among the lost ones. journald forwards to a syslog daemon before it counts for its
 * rate limit (journald-syslog.c): that limit cuts the journal, and the files of a daemon that reads the journal.
 */
export function concernsUs(
	{ by }: LostLines,
	{ readsJournal, filesFromJournal }: { readsJournal: boolean; filesFromJournal: boolean },
): boolean {
	return by === "journald" ? readsJournal || filesFromJournal : !readsJournal;
}

/** As a gap's reason, in the hub. */
export function reasonOf({ lines, by, of }: LostLines): string {
	switch (by) {
		case "journald":
			return `journald's rate limit dropped ${lines} lines of ${of}`;
		case "forwarding":
			return `journald could not hand ${lines} lines to syslog, which did not keep up`;
		case "rsyslog":
			return `rsyslog's rate limit (${of}) dropped ${lines} lines`;
	}
}
