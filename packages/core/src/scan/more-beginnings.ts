/**
 * How the lines of other programs than Postfix begin, for counting alone. As in `beginnings.ts` every pattern says less than the
 * parser knows, and the same test holds it to the parser's answer. They have a table of their own, which is made when
 * lines of such programs come: a Postfix log does without.
 */
import { ADDRESS, type Beginning, SENDMAIL_ID, SYSLOG_HEADER, TAG_END } from "./beginnings.ts";

const CLOCK = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
const OCTET = "(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])";
const IPV4 = `${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}`;
const NAME = "[A-Za-z0-9._-]+";
/** what a person may be called in front of a session */
const USER = "[A-Za-z0-9._+@-]{1,100}";

function syslog(tag: string, beginnings: [kind: Beginning["kind"], message: string][]): Beginning[] {
	return beginnings.map(([kind, message]) => ({ kind, before: SYSLOG_HEADER + tag, message }));
}

// exim's own time stands in its mainlog, and doubled in syslog; February has no 30th
const EXIM_TIME = `\\d\\d\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8]) ${CLOCK}(?:\\.\\d{1,6})? (?:[+-]\\d\\d\\d\\d )?`;
const EXIM_PID = "(?:\\[\\d{1,10}\\] )?";
const EXIM_ID = "[0-9A-Za-z]{6,6}-(?:[0-9A-Za-z]{6,6}-[0-9A-Za-z]{2,2}|[0-9A-Za-z]{11,11}-[0-9A-Za-z]{4,4}) ";
const EXIM_HOST = `(?:${NAME} )?(?:\\([A-Za-z0-9._-]*\\) )?\\[${IPV4}\\](?::\\d{1,5})? (?:I=\\[${IPV4}\\]:\\d{1,5} )?`;
const EXIM: [Beginning["kind"], string][] = [
	["received", `${EXIM_ID}<=`],
	["delivery", `${EXIM_ID}(?:=>|->|>>|==|\\*\\*) `],
	["removed", `${EXIM_ID}Completed$`],
	["removed", `${EXIM_ID}Completed `],
	["connect", `SMTP connection from ${EXIM_HOST}\\(TCP/IP connection count`],
	["disconnect", `SMTP connection from ${EXIM_HOST}closed by QUIT`],
	["other", "(?:Start|End) queue run: pid="],
];

const SESSION = "[0-9a-f]{16,16} ";
const OPENSMTPD: [Beginning["kind"], string][] = [
	["connect", `${SESSION}smtp connected address=[0-9A-Za-z.:]{1,60} host=[A-Za-z0-9._<>-]*$`],
	["disconnect", `${SESSION}smtp disconnected reason=quit$`],
	["connection-lost", `${SESSION}smtp disconnected reason=(?:disconnect|timeout)$`],
	["received", `${SESSION}smtp message msgid=[0-9a-f]{8,8} size=\\d{1,15} nrcpt=\\d{1,7} proto=[A-Z]{1,20}$`],
	["queued", `${SESSION}smtp envelope evpid=[0-9a-f]{16,16} from=<${ADDRESS}> to=<`],
	[
		"delivery",
		`${SESSION}(?:mta|mda) delivery evpid=[0-9a-f]{16,16} from=<${ADDRESS}> to=<${ADDRESS}> rcpt=<${ADDRESS}> (?:user=[A-Za-z0-9._-]{1,60} )?(?:source="[0-9A-Za-z.:-]{1,60}" )?(?:relay="[0-9A-Za-z.:() -]{1,120}" )?delay=[0-9a-z]{1,20} result="?[A-Za-z]{1,20}"? stat=`,
	],
	["other", `${SESSION}mta (?:connecting|disconnected) `],
	["other", `${SESSION}mta connected$`],
];

const DOVECOT_SESSION = `(?:imap|pop3|managesieve|lmtp|lda)\\(${USER}\\)<\\d{1,10}><[A-Za-z0-9+/=_:-]{1,64}>: `;
const DOVECOT_STORE = `(?:lmtp|lda)\\(${USER}\\)<\\d{1,10}><[A-Za-z0-9+/=_:-]{1,64}>: (?:sieve: )?msgid=<?${ADDRESS}>?: `;
const DOVECOT: [Beginning["kind"], string][] = [
	["connect", `lmtp\\(\\d{1,10}\\): Connect from (?:local|${IPV4})$`],
	[
		"disconnect",
		`lmtp\\(\\d{1,10}\\): Disconnect from (?:local|${IPV4}): [A-Za-z ]{1,60}(?:\\(state=[A-Z-]{1,20}\\))?$`,
	],
	["other", `${DOVECOT_SESSION}Debug: `],
	["other", `lmtp\\(\\d{1,10}\\): Debug: `],
	["other", "(?:imap|pop3|managesieve|submission)-login: (?:Login|Logged in): "],
	["stored", `${DOVECOT_STORE}stored mail into mailbox '[A-Za-z0-9._/&+ -]{1,60}'$`],
	["stored", `${DOVECOT_STORE}saved mail to [A-Za-z0-9._/&+-]{1,60}$`],
	[
		"disconnect",
		`(?:imap|pop3|managesieve)\\(${USER}\\)<\\d{1,10}><[A-Za-z0-9+/=_:-]{1,64}>: (?:Disconnected|Connection closed|Logged out)(?:: [ -~]*)?$`,
	],
];

const TASK = "\\(\\d{1,10}-\\d{1,6}(?:-\\d{1,6})?\\) ";
const AMAVIS: [Beginning["kind"], string][] = [
	[
		"verdict",
		`${TASK}(?:Passed|Blocked) [A-Z]{2,12}(?:-[A-Z0-9]{1,12})? \\{[A-Za-z0-9,_-]{1,60}\\}, \\[${IPV4}\\]`,
	],
	[
		"other",
		`${TASK}(?:size: \\d|TIMING-SA total \\d|E?SMTP :\\d|p\\d\\d\\d \\d|Checking: [A-Za-z0-9_-]{10,20} \\[)`,
	],
];

const SENDMAIL: [Beginning["kind"], string][] = [
	["removed", `${SENDMAIL_ID}done; delay=`],
	["connect", `(?:NOQUEUE: |${SENDMAIL_ID})connect from `],
	[
		"tls",
		`STARTTLS=(?:client|server), relay=${NAME}(?: \\[[0-9A-Za-z.:]{2,50}\\](?: \\(may be forged\\))?)?, version=[A-Za-z0-9.]{1,20}, verify=[A-Z0-9]{1,20}, cipher=[A-Za-z0-9_-]{1,80}, bits=\\d{1,5}/\\d{1,5}`,
	],
	["other", "STARTTLS=(?:client|server), start=ok"],
	["other", `(?:${SENDMAIL_ID})?AUTH=server, relay=`],
];

export const MORE_BEGINNINGS: readonly Beginning[] = [
	...syslog(`exim4?${TAG_END}(?:${EXIM_TIME})?${EXIM_PID}`, EXIM),
	...EXIM.map(([kind, message]) => ({ kind, before: EXIM_TIME + EXIM_PID, message })),
	...syslog(`(?:open)?smtpd${TAG_END}`, OPENSMTPD),
	...syslog("dovecot(?:\\[\\d{1,10}\\])?: ", DOVECOT),
	...syslog(`amavis(?:d(?:-new)?)?${TAG_END}`, AMAVIS),
	...syslog(`(?:sendmail|sm-mta|sm-msp-queue)${TAG_END}`, SENDMAIL),
];
