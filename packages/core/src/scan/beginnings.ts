/**
 * How the lines begin that make up most of any log, where the beginning alone decides the kind. Every pattern says less than
 * the parser knows and never anything else: `golden/scanned-kinds.test.ts` holds each of them to the parser's own answer, so a change
 * there that is not made here turns it red. A line that begins otherwise is the parser's, and so is one whose beginning is longer
 * than `BEGINNING_MAX`: below it none of the parser's own bounds (names of 255, peers of 320) can be passed.
 */
import type { MailEvent } from "../event/index.ts";

export interface Beginning {
	kind: MailEvent["kind"];
	/** what stands before the message, as a pattern: when and where, and who speaks */
	before: string;
	/** how the message begins, in the language of `pattern.ts` */
	message: string;
}

export const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const HOST = "[A-Za-z0-9._-]+ ";

/** RFC 3164 and RFC 3339 in a file: `Dec  5 18:38:12 tu8 `, `2026-11-21T21:45:26.152881-05:00 tu8 ` */
export const SYSLOG_HEADER = `(?:${MONTH} (?: [1-9]|[12]\\d|3[01]) (?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d|\\d\\d\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)) ${HOST}`;

export const TAG_END = "\\[\\d{1,10}\\]: ";

const PEER = "[A-Za-z0-9._-]+\\[[0-9A-Za-z.:]{1,60}\\]";
/** an address without quotes, comments and blanks, or none */
export const ADDRESS = "[A-Za-z0-9!#$%&'*+/=?_`{|}~.@-]*";

const POSTFIX =
	"postfix[A-Za-z0-9-]{0,24}/(?:[A-Za-z0-9.-]{1,24}/)?(?:anvil|bounce|cleanup|error|lmtp|local|pickup|pipe|postscreen|qmgr|relay|smtp|smtpd|virtual)";
/** short ids are hex; long ones have a digit among their first six letters */
const ID = "(?:[0-9A-F]{6,20}|[A-Za-z]{0,5}\\d[0-9A-Za-z]{5,18}): ";

function postfix(kind: Beginning["kind"], message: string): Beginning {
	return { kind, before: SYSLOG_HEADER + POSTFIX + TAG_END, message };
}

const SENDMAIL = "(?:sendmail|sm-mta|sm-msp-queue)";
// 6AMAxZ4G000220, of this decade with a digit first; xAB12345
export const SENDMAIL_ID = "[A-Za-z]{0,6}\\d[0-9A-Za-z]{6,13}: ";

function sendmail(kind: Beginning["kind"], message: string): Beginning {
	return { kind, before: SYSLOG_HEADER + SENDMAIL + TAG_END, message: SENDMAIL_ID + message };
}

export const BEGINNINGS: readonly Beginning[] = [
	postfix("connect", "connect from "),
	postfix("disconnect", "disconnect from "),
	postfix(
		"connection-lost",
		`(?:lost connection|timeout) after [A-Za-z-]{1,40} (?:\\(\\d{1,15} bytes\\) )?from [A-Za-z0-9.-]`,
	),
	postfix(
		"tls",
		`(?:Anonymous|Untrusted|Trusted|Verified) TLS connection (?:established|reused) (?:from|to) ${PEER}(?::\\d{1,5})?: `,
	),
	postfix("received", `${ID}client=`),
	postfix("received", `${ID}uid=\\d{1,10} from=`),
	postfix("message-id", `${ID}(?:resent-)?message-id=`),
	postfix("queued", `${ID}from=<${ADDRESS}>, size=`),
	postfix("delivery", `${ID}to=<${ADDRESS}>, `),
	postfix("removed", `${ID}removed$`),
	postfix(
		"reject",
		`(?:NOQUEUE: |${ID})(?:reject|reject_warning|milter-reject): (?:CONNECT|EHLO|HELO|MAIL|RCPT|DATA|END-OF-MESSAGE) from ${PEER}: `,
	),
	postfix("auth-failed", `warning: ${PEER}: SASL [A-Z0-9-]{1,40} authentication (?:failed|aborted)`),
	postfix("problem", `warning: hostname [A-Za-z0-9._-]+ does not resolve to address `),
	postfix("status", "statistics: "),
	postfix(
		"bounce-created",
		`${ID}sender (?:non-delivery|delay|delivery status) notification: [0-9A-Za-z]{1,30}$`,
	),
	sendmail(
		"received",
		`from=<?${ADDRESS}>?, size=\\d{1,15}, class=-?\\d{1,6}(?:, pri=-?\\d{1,15})?, nrcpts=\\d{1,7}, `,
	),
	sendmail(
		"delivery",
		`to=<?${ADDRESS}>?(?:,<${ADDRESS}>)*(?:, ctladdr=<?${ADDRESS}>?(?: \\(\\d{1,10}/\\d{1,10}\\))?)?, delay=(?:\\d{1,5}\\+)?\\d\\d:\\d\\d:\\d\\d, `,
	),
];
