/** A real line of each daemon with a stranger's words at one place: every other field stays what it is with harmless words there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../parse-line.ts";

const HARMLESS = "harmless";

/** Pieces of Postfix's own lines, as a stranger would write them. */
const PIECE = fc.oneof(
	fc.string({ unit: "grapheme-ascii", maxLength: 8 }),
	fc.constantFrom(
		", status=sent (250 2.0.0 Ok: queued as 4XAAAA1234z)",
		">, orig_to=<",
		">, relay=evil.example[192.0.2.99]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok)",
		": reject: RCPT from evil.example[192.0.2.99]: 550 5.1.1 ",
		"proto=ESMTP helo=<",
		"; from=<f@f.example> to=<t@t.example> proto=ESMTP helo=<h",
		"; from=<f@f.example>, to=<t@t.example>, proto=ESMTP, helo=<h",
		" from local; from=<f@f.example> to=<t@t.example> proto=ESMTP helo=<h>: no",
		"; from=<",
		") (in reply to end of DATA command)",
		" (in reply to RCPT TO command)",
		" said: 550 5.1.1 ",
		", sasl_username=root",
		", orig_queue_id=0123456789, orig_client=evil.example[192.0.2.99]",
		" sasl_method=PLAIN sasl_username=root",
		", size=1, nrcpt=1 (queue active)",
		" orig_id=0123456789",
		"0123456789: removed",
		"[192.0.2.99]:25",
		"forwarded as 0123456789",
		"\\r\\n",
		"?",
		"(",
		")",
		"<",
		">",
		"]",
		": ",
		", ",
	),
);
/** Words in print, as Postfix logs them: control characters are `?`. */
const WORDS = fc
	.array(PIECE, { minLength: 1, maxLength: 8 })
	.map((pieces) => `x${pieces.join("").replace(/[^\x20-\x7e]/g, "?")}x`);
/** The same inside a quoted local part: smtpd(8) takes anything there but logs quotes and backslashes escaped. */
const ADDRESS = WORDS.map((words) => `"${words.replace(/["\\]/g, "\\$&")}"@evil.example`);
/** smtpd(8) prints a HELO name without brackets, quotes, spaces and semicolons (smtpd.c, NEUTER_CHARACTERS). */
const HELO = WORDS.map((words) => words.replace(/[ <>()\\";@]/g, "?"));
/** Up to the first `: `, `; ` … that a header check's own fields may follow: cleanup(8) prints 200 bytes at most. */
const SUBJECT = WORDS.map((words) => words.slice(0, 190)).filter((words) => !words.endsWith(" "));

/** Two ids in one header are two: `<a@x> <b@x>`. */
const ID = WORDS.filter((words) => !/>\s+</.test(words));

type Slot = "address" | "helo" | "words" | "subject" | "id";
const SLOTS: Readonly<Record<Slot, fc.Arbitrary<string>>> = {
	address: ADDRESS,
	helo: HELO,
	words: WORDS,
	subject: SUBJECT,
	id: ID,
};

const DELIVERED = "relay=mx.b.example[192.0.2.7]:25, delay=0.3, delays=0.1/0.1/0/0.1, dsn=2.0.0";
const FAILED = "relay=mx.b.example[192.0.2.7]:25, conn_use=2, delay=0.3, delays=0.1/0.1/0/0.1, dsn=5.1.1";
const CLIENT = "edge.a.example[192.0.2.3]";
const FIELDS = "from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<edge>";

/** Line after line: whose, what stands at the stranger's place, the line with `harmless` there. */
const LINES: readonly [program: string, slot: Slot, line: string][] = [
	[
		"postfix/smtp",
		"address",
		`4XBBBB1234z: to=<harmless>, ${DELIVERED}, status=sent (250 2.0.0 Ok: queued as D08FF538054)`,
	],
	[
		"postfix/smtp",
		"address",
		`4XBBBB1234z: to=<b@b.example>, orig_to=<harmless>, ${DELIVERED}, status=sent (250 2.0.0 Ok: queued as D08FF538054)`,
	],
	[
		"postfix/smtp",
		"words",
		`4XBBBB1234z: to=<b@b.example>, ${FAILED}, status=bounced (host mx.b.example[192.0.2.7] said: 550 5.1.1 harmless (in reply to RCPT TO command))`,
	],
	[
		"postfix/smtp",
		"words",
		`4XBBBB1234z: to=<b@b.example>, ${FAILED}, status=deferred (host mx.b.example[192.0.2.7] refused to talk to me: 450 4.1.1 harmless, so)`,
	],
	[
		"postfix/lmtp",
		"words",
		`4XBBBB1234z: to=<b@b.example>, ${FAILED}, status=SOFTBOUNCE (host mx[private/lmtp] said: 552 5.2.2 harmless (in reply to end of DATA command))`,
	],
	[
		"postfix/pipe",
		"words",
		"4XBBBB1234z: to=<b@b.example>, relay=filter, delay=1, delays=1/0/0/0, dsn=5.3.0, status=bounced (service unavailable. Command output: harmless)",
	],
	[
		"postfix/local",
		"words",
		'4XBBBB1234z: to=<b@b.example>, relay=local, delay=1, delays=1/0/0/0, dsn=5.1.1, status=bounced (unknown user: "harmless")',
	],
	[
		"postfix/error",
		"words",
		"4XBBBB1234z: to=<b@b.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: host mx.b.example[192.0.2.7] said: 450 4.1.1 harmless (in reply to MAIL FROM command))",
	],
	[
		"postfix/smtp",
		"words",
		"4XBBBB1234z: host mx.b.example[192.0.2.7] said: 450 4.2.0 harmless (in reply to RCPT TO command)",
	],
	["postfix/qmgr", "address", "4XBBBB1234z: from=<harmless>, size=1136, nrcpt=2 (queue active)"],
	["postfix/qmgr", "address", "4XBBBB1234z: from=<harmless>, status=expired, returned to sender"],
	["postfix/pickup", "address", "4XBBBB1234z: uid=0 from=<harmless>"],
	["postfix/pickup", "address", "4XBBBB1234z: uid=0 from=<harmless> orig_id=4XCCCC1234z"],
	["postfix/cleanup", "id", "4XBBBB1234z: message-id=<harmless@b.example>"],
	[
		"postfix/smtpd",
		"address",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 550 5.1.1 <harmless>: Recipient address rejected: no; from=<a@a.example> to=<harmless> proto=ESMTP helo=<edge>`,
	],
	[
		"postfix/smtpd",
		"address",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 550 5.1.1 <b@b.example>: Recipient address rejected: no; from=<harmless> to=<b@b.example> proto=ESMTP helo=<edge>`,
	],
	[
		"postfix/smtpd",
		"helo",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 450 4.7.1 <harmless>: Helo command rejected: Host not found; from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<harmless>`,
	],
	[
		"postfix/smtpd",
		"words",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 554 5.7.1 Service unavailable; Client host [192.0.2.3] blocked using zen.example; harmless; ${FIELDS}`,
	],
	[
		"postfix/smtpd",
		"words",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 450 4.1.1 <b@b.example>: Recipient address rejected: unverified address: host mx.b.example[192.0.2.7] said: 450 4.1.1 harmless (in reply to RCPT TO command); ${FIELDS}`,
	],
	[
		"postfix/smtpd",
		"helo",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 554 5.7.1 Service unavailable; Client host [192.0.2.3] blocked using zen.example; from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<harmless>`,
	],
	[
		"postfix/smtpd",
		"helo",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 554 5.7.1 <b@b.example>: Relay access denied; from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<harmless> sasl_method=PLAIN sasl_username=carol`,
	],
	[
		"postfix/smtpd",
		"words",
		`NOQUEUE: reject: RCPT from ${CLIENT}: 550 5.7.1 <b@b.example>: Recipient address rejected: harmless; ${FIELDS}`,
	],
	["postfix/smtpd", "words", `NOQUEUE: warn: RCPT from ${CLIENT}: harmless; ${FIELDS}`],
	["postfix/smtpd", "words", `4XBBBB1234z: milter-hold: END-OF-MESSAGE from ${CLIENT}: harmless; ${FIELDS}`],
	[
		"postfix/cleanup",
		"words",
		`4XBBBB1234z: milter-reject: END-OF-MESSAGE from ${CLIENT}: 5.7.1 harmless; ${FIELDS}`,
	],
	["postfix/smtpd", "words", `proxy-reject: END-OF-MESSAGE: 550 5.7.1 harmless; ${FIELDS}`],
	[
		"postfix/smtpd",
		"address",
		`proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as D08FF538054; from=<harmless> to=<b@b.example> proto=ESMTP helo=<edge>`,
	],
	[
		"postfix/postscreen",
		"address",
		"NOQUEUE: reject: RCPT from [192.0.2.3]:4711: 550 5.7.1 Service unavailable; client [192.0.2.3] blocked using zen.example; from=<harmless>, to=<b@b.example>, proto=ESMTP, helo=<edge>",
	],
	["postfix/postscreen", "words", "PREGREET 14 after 0.22 from [192.0.2.6]:55759: harmless"],
	["postfix/postscreen", "words", "COMMAND PIPELINING from [192.0.2.6]:55759 after HELO: harmless"],
	[
		"postfix/cleanup",
		"subject",
		`4XBBBB1234z: warning: header Subject: harmless from ${CLIENT}; ${FIELDS}: policy`,
	],
	["postfix/cleanup", "subject", `4XBBBB1234z: discard: body harmless from ${CLIENT}; ${FIELDS}`],
	[
		"postfix/cleanup",
		"subject",
		`4XBBBB1234z: milter-header-warning: header X-Spam: harmless from ${CLIENT}; ${FIELDS}: policy`,
	],
	[
		"postfix/cleanup",
		"address",
		`4XBBBB1234z: hold: header Subject: Offer from ${CLIENT}; from=<harmless> to=<b@b.example> proto=ESMTP helo=<edge>: policy`,
	],
	[
		"postfix/cleanup",
		"helo",
		`4XBBBB1234z: hold: header Subject: Offer from ${CLIENT}; from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<harmless>: policy`,
	],
	[
		"postfix/smtpd",
		"words",
		`warning: ${CLIENT}: SASL LOGIN authentication failed: authentication failure, sasl_username=harmless`,
	],
	["postfix/smtpd", "words", `warning: non-SMTP command from ${CLIENT}: harmless`],
	["postfix/smtpd", "words", `improper command pipelining after RCPT from ${CLIENT}: harmless`],
	["postfix/smtpd", "address", `warning: Illegal address syntax from ${CLIENT} in RCPT command: <harmless>`],
	[
		"postfix/smtp",
		"words",
		"TLSRPT: status=failure, domain=b.example, receiving_mx=mx.b.example[192.0.2.7], failure_type=validation-failure, failure_reason=harmless",
	],
	["postfix/smtpd", "words", `< ${CLIENT}: harmless`],
	["postfix/smtp", "words", "> mx.b.example[192.0.2.7]:25: harmless"],
	["postfix/cleanup", "words", "rec_get: type N len 44 data harmless"],
	["postfix/local", "words", "recipient: harmless"],
	["postfix/smtp", "words", "mx.b.example[192.0.2.7]:25: subject_CN=harmless, issuer_CN=harmless"],
];

/** The event with other words at the stranger's place. */
function withWords(value: unknown, words: string): unknown {
	if (typeof value === "string") return value.replaceAll(HARMLESS, () => words);
	if (Array.isArray(value)) return value.map((item) => withWords(item, words));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withWords(item, words)]));
}

describe("a stranger's words change no field but their own", () => {
	it.each(LINES)("%s, %s: %s", (program, slot, line) => {
		const expected = parseMessage(program, line);
		expect(expected.kind).not.toBe("unparsed");
		fc.assert(
			fc.property(SLOTS[slot], (words) => {
				const found = parseMessage(
					program,
					line.replaceAll(HARMLESS, () => words),
				);
				expect(found).toEqual(withWords(expected, words));
			}),
			{ numRuns: 200 },
		);
	});
});
