/**
 * A log line's header, whatever the file's format: RFC 3164, RFC 3339 and RFC 5424 syslog, journald's JSON and text, exim's
 * mainlog, dovecot's own log, TAI64N. Each line is recognised by itself, by its first bytes. Keeps only what the
 * repeated hour of a clock change needs. A line with no readable header gives undefined.
 */
import { knownWord } from "../event/index.ts";
import { readDayLed } from "./day-led-log.ts";
import { type ReadLine, readTag } from "./header.ts";
import { readHeader5424 } from "./header-5424.ts";
import { readJournalEntry } from "./journal-entry.ts";
import { readShortFull, readShortUnix } from "./journal-text.ts";
import { type Clock, createClock, matchAt, type ReadTime, read3339, readTai64n } from "./timestamp.ts";
import { TIME_AHEAD, unwrap } from "./unwrap.ts";

/** What a header may leave out, and the caller knows. */
export interface HeaderContext {
	/** IANA zone of headers that name none: `Asia/Tokyo` */
	zone: string;
	/** epoch milliseconds; gives the year to headers without one */
	now: number;
	/** the lines are bare messages of this program, without any header */
	program?: string;
}

export interface LineReader {
	read(raw: string): ReadLine | undefined;
}

/** A reader for the lines of one log, in their order. `ctx.now` may be moved on by its owner. */
export function createLineReader(ctx: HeaderContext): LineReader {
	const clock = createClock(ctx);
	return {
		read(raw) {
			const text = raw.slice(0, endOf(raw));
			if (ctx.program !== undefined) return { header: { program: ctx.program }, message: text };
			return readHeader(text, clock) ?? readWrapped(text, clock);
		},
	};
}

/** Where the line ends: carriage returns and zero bytes behind its words are a transport's. */
function endOf(raw: string): number {
	let end = raw.length;
	for (let code = raw.charCodeAt(end - 1); code === 13 || code === 0; code = raw.charCodeAt(--end - 1));
	return end;
}

/** So many things stand around a line at most: compose's name, a runtime's time, a blank. */
const WRAPPINGS_MAX = 4;

function readWrapped(raw: string, clock: Clock): ReadLine | undefined {
	let text: string | undefined = raw;
	for (let count = 0; count < WRAPPINGS_MAX; count++) {
		text = unwrap(text);
		if (text === undefined) return undefined;
		const line = readHeader(text, clock);
		if (line) return line;
	}
	return undefined;
}

function readHeader(raw: string, clock: Clock): ReadLine | undefined {
	const start = raw.charCodeAt(0) === 0xfeff ? 1 : 0;
	switch (raw.charCodeAt(start)) {
		case 123: // {
			return readJournalEntry(raw.slice(start), clock);
		case 64: // @
			return afterTai64n(raw, readTai64n(raw, start, clock));
		case 60: // <
			return readPriority(raw, start, clock);
		default:
			return readTimed(raw, start, clock);
	}
}

const PRIORITY = /<\d{1,3}>/y;

function readPriority(raw: string, from: number, clock: Clock): ReadLine | undefined {
	const priority = matchAt(PRIORITY, raw, from);
	if (!priority) return undefined;
	const start = from + priority[0].length;
	if (raw.charCodeAt(start) !== 49 || raw.charCodeAt(start + 1) !== 32) return readTimed(raw, start, clock);
	if (raw.startsWith("- ", start + 2)) return readHeader5424(raw, start + 4, undefined);
	const time = read3339(raw, start + 2);
	return time && readHeader5424(raw, time.end + 1, time.at);
}

function readTimed(raw: string, from: number, clock: Clock): ReadLine | undefined {
	const first = raw.charCodeAt(from);
	if (first >= 48 && first <= 57) {
		// rsyslog's RSYSLOG_SyslogProtocol23Format file without its priority: `1 2026-…`
		const time = read3339(raw, from);
		if (time) return readContained(raw, time, clock) ?? readForwarded(afterTime(raw, time), clock);
		const local = clock.readLocal(raw, from);
		if (local) return afterLocal(raw, local);
		const unix = readShortUnix(raw, from, clock);
		return unix && afterTime(raw, unix);
	}
	const time = clock.read3164(raw, from) ?? readShortFull(raw, from, clock);
	return time ? readForwarded(afterTime(raw, time), clock) : readDayLed(raw, from, clock);
}

// docker logs -t: `2026-11-22T11:38:16.123456789Z Nov 22 11:38:16 host …`; CRI: `2026-…Z stdout F Nov 22 11:38:16 host …`
const CONTAINED = new RegExp(` (?:std(?:out|err) [FP] )?${TIME_AHEAD}| std(?:out|err) [FP] `, "y");

/** What a container's program wrote with a header of its own, behind the time of its runtime: that one has a zone, so it counts. */
function readContained(raw: string, time: ReadTime, clock: Clock): ReadLine | undefined {
	const first = raw.charCodeAt(time.end + 1);
	// nearly every line has a host here, in small letters
	const match = first <= 90 || first === 115 ? matchAt(CONTAINED, raw, time.end) : null;
	if (!match) return undefined;
	const text = raw.slice(time.end + match[0].length);
	const line = readHeader(text, clock) ?? afterTime(` ${text}`, { at: time.at, end: 0 });
	return line && { ...line, header: { ...line.header, at: time.at } };
}

/**
 * A line that a syslog server took whole, with the header of the host that sent it behind its own: `Nov 22 11:38:16 192.0.2.1
 * Nov 22 11:38:15 mx postfix/qmgr[1]: …`. The host is the one that sent it; the time is the server's, which all lines of its log have.
 */
function readForwarded(line: ReadLine | undefined, clock: Clock): ReadLine | undefined {
	if (line === undefined || (line.header.program !== undefined && !beginsWithDigit(line.header.program)))
		return line;
	// of a time with a zone the hours were taken for a tag
	const text = line.header.program === undefined ? line.message : `${line.header.program}:${line.message}`;
	const isIn5424 = text.startsWith("1 ");
	const time = isIn5424 ? read3339(text, 2) : (clock.read3164(text, 0) ?? read3339(text, 0));
	if (!time) return line;
	const sent = isIn5424 ? readHeader5424(text, time.end + 1, time.at) : afterTime(text, time);
	if (sent?.header.program === undefined) return line;
	const { at } = line.header;
	return { ...sent, header: { ...sent.header, ...(at !== undefined && { at }) } };
}

function beginsWithDigit(text: string): boolean {
	const code = text.charCodeAt(0);
	return code >= 48 && code <= 57;
}

// FreeBSD's syslogd -vv: `Nov 22 11:38:16 <mail.info> host tag[pid]: …`
const LEVEL = /<[a-z0-9]{1,12}\.[a-z]{1,8}> /y;
// rsyslog's severity in capitals, as images of containers print it: `2026-… INFO    postfix/qmgr[12]: …`
const SEVERITY =
	/(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|CRIT|ALERT|EMERG) {1,8}(?=(?:[\w./-]{1,64}\[\d{1,10}\]|dovecot): )/y;
// busybox' syslogd (Alpine's): `Nov 22 11:38:16 host mail.info tag[pid]: …`; AIX': `… host mail:info tag[pid]: …`
const FACILITY =
	/(?:kern|user|mail|daemon|auth|authpriv|syslog|news|local[0-7])[.:](?:emerg|alert|crit|err|warn|notice|info|debug) /y;
// Solaris: `host sendmail[12]: [ID 801593 mail.info] …`
const SOLARIS = /^\[ID \d{1,10} [a-z0-9]{1,12}\.[a-z]{1,8}\] /;
// a log that names no host: `Nov 22 11:38:16 postfix/smtpd[147]: …`, `Nov 22 11:38:16 dovecot: …`
const BARE_TAG = /(?:[\w./-]{1,64}\[\d{1,10}\]|dovecot): /y;

/** ` host tag[pid]: message`, or dovecot's own log ` imap-login: Info: …`. */
function afterTime(raw: string, time: ReadTime): ReadLine | undefined {
	let start = time.end;
	if (raw.charCodeAt(start) !== 32) return undefined;
	start++;
	const first = raw.charCodeAt(start);
	if (first === 60) start += matchAt(LEVEL, raw, start)?.[0].length ?? 0;
	else if (first >= 65 && first <= 90) start += matchAt(SEVERITY, raw, start)?.[0].length ?? 0;
	const own = readDovecot(raw, start, time.at);
	if (own) return own;
	const space = raw.indexOf(" ", start);
	if (space <= start) return undefined;
	const header: ReadLine["header"] = { at: time.at };
	if (raw.charCodeAt(space - 1) === 58 && matchAt(BARE_TAG, raw, start)) {
		return { message: readTag(raw, start, header), header };
	}
	header.host = knownWord(raw, start, space);
	let message = readTag(raw, space + 1, header);
	if (header.program === undefined || header.program === "mail") {
		const priority = matchAt(FACILITY, raw, space + 1);
		if (priority) message = readTag(raw, space + 1 + priority[0].length, header);
	}
	return { header, message: message.charCodeAt(0) === 91 ? message.replace(SOLARIS, "") : message };
}

// dovecot's log_path: `imap-login: Info: …`, `lmtp(u@x)<170><EIJ+/A>: Error: …`; Info is silent in its syslog
const DOVECOT =
	/([a-z][a-z0-9-]{0,30}(?:\([^)]{0,256}\))?(?:<[^>\s]{0,64}>){0,2}): (?:(Info): |(?=(?:Debug|Warning|Error|Fatal|Panic): ))/y;

function readDovecot(raw: string, from: number, at: string): ReadLine | undefined {
	const match = endsLikeDovecot(raw, from) ? matchAt(DOVECOT, raw, from) : null;
	if (!match) return undefined;
	const rest = raw.slice(from + match[0].length);
	return { header: { at, program: "dovecot" }, message: `${match[1]}: ${rest}` };
}

/** Whether the first word of small letters ends as dovecot's do: a host's name before a tag, on nearly every line, does not. */
function endsLikeDovecot(raw: string, from: number): boolean {
	let at = from;
	let code = raw.charCodeAt(at);
	while ((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45)
		code = raw.charCodeAt(++at);
	return code === 58 || code === 40 || code === 60;
}

const SYSLOG_LIKE = / \S{1,255} (?:[\w./-]{1,64}\[\d{1,10}\]|dovecot): /y;
const OWN_PID = / \[(\d{1,10})\](?= )/y;

/** `2026-11-22 02:35:24 …`: exim's mainlog, unless what follows is a host and a tag with its pid, or dovecot's. */
function afterLocal(raw: string, time: ReadTime): ReadLine | undefined {
	if (matchAt(SYSLOG_LIKE, raw, time.end)) return afterTime(raw, time);
	const own = readDovecot(raw, time.end + 1, time.at) ?? readRspamd(raw, time);
	if (own) return own;
	const header: ReadLine["header"] = { at: time.at, program: "exim" };
	const pid = matchAt(OWN_PID, raw, time.end);
	if (pid) header.pid = Number(pid[1]);
	return { header, message: raw.slice(time.end + (pid ? pid[0].length : 0) + 1) };
}

// rspamd's own log: ` #1234(normal) <abc123>; task; rspamd_task_write_log: …`
const RSPAMD = / #(\d{1,10})\([a-z_]{1,20}\) /y;

function readRspamd(raw: string, time: ReadTime): ReadLine | undefined {
	const match = matchAt(RSPAMD, raw, time.end);
	if (!match) return undefined;
	const header = { at: time.at, program: "rspamd", pid: Number(match[1]) };
	return { header, message: raw.slice(time.end + match[0].length) };
}

/** Daemontools' logs name no host: a tag where there is one, else dovecot's own words. */
function afterTai64n(raw: string, time: ReadTime | undefined): ReadLine | undefined {
	if (!time) return undefined;
	const own = readDovecot(raw, time.end + 1, time.at);
	if (own) return own;
	const header: ReadLine["header"] = { at: time.at };
	return { message: readTag(raw, time.end + 1, header), header };
}
