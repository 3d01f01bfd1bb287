/**
 * One log line in, one event out. The syslog header says which program spoke; the table below says who reads that
 * program's words. Never throws; keeps nothing between lines but what the header needs (the repeated hour of a
 * clock change) and which parser is whose. A line with no readable header is `unparsed`, a program that handles no mail is `foreign`.
 */
import type { LineHeader, MailEvent, ParsedMessage } from "../event/index.ts";
import { createLineReader } from "../syslog/index.ts";
import { AMAVIS_BEGINNING, AMAVIS_PROGRAMS, parseAmavis } from "./amavis/index.ts";
import { BESIDE, parseCyrus } from "./beside/index.ts";
import { DOVECOT_PROGRAMS, parseDovecot } from "./dovecot/index.ts";
import { EXIM_BEGINNING, EXIM_PROGRAMS, parseExim } from "./exim/index.ts";
import { FILTERS, filterParser } from "./filters/index.ts";
import { NULL_CLIENTS } from "./null-clients/index.ts";
import { OPENSMTPD_PROGRAMS, parseOpensmtpd } from "./opensmtpd/index.ts";
import type { MessageParser, ProgramTag } from "./parsed.ts";
import { isPostfix, parseCutInstance, parsePostfix } from "./postfix/index.ts";
import { POLICYD_SPF_PROGRAMS, parsePolicydSpf } from "./policyd-spf.ts";
import { POSTGREY_PROGRAMS, parsePostgrey } from "./postgrey.ts";
import { readProgramTag } from "./program-tag.ts";
import { parseRspamd, RSPAMD_PROGRAMS } from "./rspamd.ts";
import { parseSendmail, SENDMAIL_BEGINNINGS, SENDMAIL_PROGRAMS } from "./sendmail/index.ts";
import { withoutSecrets } from "./secrets.ts";
import { parseSpamassassin, SPAMASSASSIN_PROGRAMS } from "./spamassassin.ts";

export interface ParseOptions {
	/** IANA zone of headers that name none: `Asia/Tokyo` */
	zone: string;
	/** epoch milliseconds; gives the year to headers without one */
	now: number;
	/** the lines are bare messages of this program, without any header */
	program?: string;
	/** the lines leave their host: passwords in them are written as `***`, in `raw` too */
	hideSecrets?: true;
}

export interface LineParser {
	parse(raw: string): MailEvent;
	setNow(now: number): void;
}

/** Program (the last part of the tag, lower case) → who reads its messages. Postfix is told by its daemons. */
const PARSERS: ReadonlyMap<string, MessageParser> = new Map<string, MessageParser>([
	...spokenBy(AMAVIS_PROGRAMS, parseAmavis),
	...spokenBy(DOVECOT_PROGRAMS, parseDovecot),
	...spokenBy(EXIM_PROGRAMS, parseExim),
	...spokenBy(OPENSMTPD_PROGRAMS, parseOpensmtpd),
	...spokenBy(POLICYD_SPF_PROGRAMS, parsePolicydSpf),
	...spokenBy(POSTGREY_PROGRAMS, parsePostgrey),
	...spokenBy(RSPAMD_PROGRAMS, parseRspamd),
	...spokenBy(SENDMAIL_PROGRAMS, parseSendmail),
	...spokenBy(SPAMASSASSIN_PROGRAMS, parseSpamassassin),
	...BESIDE,
	...NULL_CLIENTS,
	...FILTERS.flatMap((filter) => spokenBy(filter.programs, filterParser(filter))),
]);

function spokenBy(programs: readonly string[], parser: MessageParser): [string, MessageParser][] {
	return programs.map((program) => [program, parser]);
}

function parserOf(tag: ProgramTag): MessageParser | undefined {
	// postfwd2 logs as `postfwd2/policy`, `postfwd2/master`
	if (tag.instance?.startsWith("postfwd")) return PARSERS.get(tag.instance);
	// Debian's `cyrus/lmtp`, `cyrus/master`
	if (tag.instance === "cyrus") return parseCyrus;
	if (isPostfix(tag)) return parsePostfix;
	// `postfix/policyd-spf` is its own program; any other `postfix/…` is a daemon of Postfix that we do not know by name
	const own = PARSERS.get(tag.base) ?? (namesPostfix(tag) ? parsePostfix : undefined);
	return own ?? parserOfInstance(tag);
}

/**
 * A second one of its kind on one host: Dovecot's instance_name (`dovecot2`, `dovecot-proxy`), exim's syslog_processname, `sendmail -L`,
 * amavis' $syslog_ident.
 */
function parserOfInstance({ base }: ProgramTag): MessageParser | undefined {
	if (base.startsWith("dovecot")) return parseDovecot;
	if (base.startsWith(EXIM_BEGINNING)) return parseExim;
	if (base.startsWith(AMAVIS_BEGINNING) && !base.endsWith("milter")) return parseAmavis;
	return SENDMAIL_BEGINNINGS.some((beginning) => base.startsWith(beginning)) ? parseSendmail : undefined;
}

/** Also an instance alone, `postfix-out`: rsyslog's RFC 5424 format cuts the tag at its slash. */
function namesPostfix({ base, instance }: ProgramTag): boolean {
	return (instance ?? base).startsWith(instance === undefined ? "postfix-" : "postfix");
}

interface Speaker {
	tag: ProgramTag;
	parser: MessageParser | undefined;
}

/** Programs are few and speak again and again, so who reads them is remembered, in a bounded table. */
const speakers = new Map<string, Speaker>();
const MOST_SPEAKERS = 1000;

function speakerOf(program: string): Speaker {
	const known = speakers.get(program);
	if (known) return known;
	const tag = readProgramTag(program);
	const speaker = { tag, parser: parserOf(tag) };
	if (speakers.size >= MOST_SPEAKERS) speakers.clear();
	speakers.set(program, speaker);
	return speaker;
}

/** What a message of `program` says, without its header. */
export function parseMessage(program: string, message: string): ParsedMessage {
	const { tag, parser } = speakerOf(program);
	// rsyslog's RFC 5424 cuts `postfix/policy-spf` at the slash
	if (tag.base === "postfix" && message.startsWith("Policy action=")) return parsePolicydSpf(tag, message);
	return parser ? parser(tag, message) : (parseCutInstance(tag, message) ?? { kind: "foreign" });
}

// rsyslog's RepeatedMsgReduction: `message repeated 2 times: [ warning: …]`
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?/;

function repetition(message: string): { count: number; message: string } | undefined {
	if (!message.startsWith("message repeated ")) return undefined;
	const match = REPEATED.exec(message);
	if (!match) return undefined;
	// a forwarder may leave a blank behind the bracket; a line cut at its length has none
	const whole = message.trimEnd();
	const end = whole.endsWith("]") ? whole.length - 1 : undefined;
	return { count: Number(match[1]), message: message.slice(match[0].length, end) };
}

/** Written into what the parser gave: a copy for each line would be a tenth of what parsing costs. */
function withHeader(parsed: ParsedMessage, { at, host, program, pid }: LineHeader, raw: string): MailEvent {
	const found = parsed as MailEvent;
	if (at !== undefined) found.at = at;
	if (host !== undefined) found.host = host;
	if (pid !== undefined) found.pid = pid;
	if (program !== undefined) found.program = program;
	found.raw = raw;
	return found;
}

/** A parser for the lines of one log, in their order. */
export function createLineParser(options: ParseOptions): LineParser {
	const context = { ...options };
	const reader = createLineReader(context);
	const parse = (raw: string): MailEvent => {
		const line = reader.read(raw);
		if (!line) return { kind: "unparsed", raw };
		const { header } = line;
		if (header.program === undefined) return { kind: "foreign", ...header, raw };
		const again = repetition(line.message);
		const parsed = parseMessage(header.program, again?.message ?? line.message);
		const found = withHeader(parsed, header, raw);
		if (again) found.repeated = again.count;
		return found;
	};
	const parseToSend = (raw: string): MailEvent => {
		const event = parse(raw);
		const clean = withoutSecrets(raw, event.kind);
		return clean === raw ? event : parse(clean);
	};
	return {
		parse: options.hideSecrets ? parseToSend : parse,
		setNow(now) {
			context.now = now;
		},
	};
}

/** One line on its own. */
export function parseLine(raw: string, options: ParseOptions): MailEvent {
	return createLineParser(options).parse(raw);
}
