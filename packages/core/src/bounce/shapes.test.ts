/** Notices as many programs word them: recipient, code, status and command out of each, none with a part for programs. */
import { describe, expect, it } from "vitest";
import { readBounce, readBounceText } from "./index.ts";

const NOTICES: readonly (readonly [by: string, expected: Record<string, unknown>, text: string])[] = [
	[
		"MDaemon",
		{
			recipient: "jiro@example.net",
			replyCode: 550,
			status: "5.1.1",
			command: "RCPT",
			reason: "userunknown",
		},
		`YOUR MESSAGE WAS NOT DELIVERED TO ONE OR MORE RECIPIENTS!

--- Session Transcript ---
 Thu 2026-11-19 10:00:01: --> RCPT To:<jiro@example.net>
 Thu 2026-11-19 10:00:01: <-- 550 5.1.1 <jiro@example.net>: User unknown
 Thu 2026-11-19 10:00:01: --> QUIT
--- End Transcript ---

Failed address: jiro@example.net
`,
	],
	[
		"fml",
		{ recipient: "list@example.net", reason: "rejected" },
		`You <hanako@example.com> are not member of this mailing list <list@example.net>.

Original mail as follows:
`,
	],
	[
		"XMail",
		{ recipient: "jiro@example.net", replyCode: 552, status: "5.2.2", reason: "mailboxfull" },
		`[<01>] The reason of the delivery failure was:

552 5.2.2 <jiro@example.net>: mailbox full

[<02>] Here is listed the initial part of the message:
`,
	],
	[
		"IceWarp",
		{ recipient: "jiro@example.net", replyCode: 552, status: "5.2.2", reason: "mailboxfull" },
		`  --- The message cannot be delivered to the following address. ---
  --- Your message could not be delivered to the following ---

  jiro@example.net   Mailbox full or not accepting mail.
                     552 5.2.2 Over quota; rejecting
`,
	],
	[
		"Exchange, in German",
		{ recipient: "jiro@example.net", replyCode: 550, status: "5.1.1", reason: "userunknown" },
		`Diagnoseinformationen für Administratoren:

Generierender Server: mx1.example.com

jiro@example.net
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##
`,
	],
	[
		"InterScan",
		{
			recipient: "jiro@example.net",
			replyCode: 550,
			status: "5.1.1",
			command: "RCPT",
			reason: "userunknown",
		},
		`Sent <<< RCPT TO:<jiro@example.net>
Received >>> 550 5.1.1 <jiro@example.net>... user unknown

Unable to deliver message to <jiro@example.net>`,
	],
	[
		"IMail",
		{ recipient: "jiro@example.net", reason: "mailboxfull" },
		`This message could not be delivered.

User mailbox exceeds allowed size: jiro@example.net

Original message follows.

From: taro@example.com
`,
	],
	[
		"SurfControl",
		{ recipient: "jiro@example.net", replyCode: 550, reason: "userunknown" },
		`Your message could not be sent.
A transcript of the attempts to send the message follows.
The number of attempts made: 1
Addressed To: jiro@example.net

Tue 3 Nov 2026 10:00:00 +0900
Failed to send to identified host,
jiro@example.net: [192.0.2.25], 550 jiro@example.net... No such user
--- Message non-deliverable.`,
	],
	[
		"Notes",
		{ recipient: "jiro@example.net", reason: "userunknown" },
		`------- Failure Reasons  --------

User not listed in public Name & Address Book
jiro@example.net

------- Returned Message --------

From: taro@example.com
`,
	],
	[
		"au, through a relay",
		{ recipient: "jiro@example.ne.jp", replyCode: 550, command: "RCPT", reason: "userunknown" },
		`Each of the following recipients was rejected by a remote mail server.
The reasons given by the server are included to help you determine why
each recipient was rejected.

    Recipient: <jiro@example.ne.jp>
    >>> RCPT TO:<jiro@example.ne.jp>
    <<< 550 <jiro@example.ne.jp>: User unknown
`,
	],
	[
		"Zoho",
		{ recipient: "jiro@example.net", replyCode: 550, status: "5.1.1", reason: "userunknown" },
		`This message was created automatically by mail delivery software.
 A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

jiro@example.net Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <jiro@example.net>... User Unknown
`,
	],
	[
		"IONOS",
		{ recipient: "jiro@example.net", replyCode: 550, status: "5.2.0", command: "RCPT" },
		`A message that you have sent could not be delivered to one or more recipients.
The following address failed:

jiro@example.net:
SMTP error from remote server for RCPT TO command, host: mx.example.net (192.0.2.25) reason: 550 5.2.0 Mail rejected

--- The header of the original message is following. ---

From: taro@example.com
`,
	],
	[
		"a mail service of Asia",
		{
			recipient: "jiro@example.net",
			replyCode: 550,
			status: "5.1.1",
			command: "RCPT",
			reason: "userunknown",
		},
		`We had trouble delivering your message. Full details follow:

Subject: 'hello'

1 error(s):

SMTP Server <mx.example.net> rejected recipient <jiro@example.net> (Error following RCPT command). It responded as follows: [550 5.1.1 unknown user <jiro@example.net>]
`,
	],
	[
		"smail",
		{ recipient: "jiro@example.net", reason: "userunknown" },
		`|------------------------- Message log follows: -------------------------|
 no valid recipients were found for this message
|------------------------- Failed addresses follow: ---------------------|
 <jiro@example.net> ... unknown user
|------------------------- Message text follows: ------------------------|

From: taro@example.com
`,
	],
	[
		"Biglobe",
		{ recipient: "jiro@example.ne.jp", reason: "mailboxfull" },
		`   ----- The following addresses had delivery problems -----
jiro@example.ne.jp

   ----- Non-delivered information -----
The number of messages in recipient's mailbox exceeded the local limit.
`,
	],
	[
		"Exchange, in German",
		{
			recipient: "jiro@example.net",
			replyCode: 550,
			status: "5.1.10",
			reason: "userunknown",
			reportingMta: "mx.example.com",
		},
		`Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:

jiro@example.net<mailto:jiro@example.net>
Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.

Diagnoseinformationen für Administratoren:

Generierender Server: mx.example.com

jiro@example.net
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'

Ursprüngliche Nachrichtenkopfzeilen:

From: taro@example.com
`,
	],
	[
		"Courier",
		{ recipient: "jiro@example.net", replyCode: 550, reason: "userunknown" },
		`                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<jiro@example.net>:
    mx.example.net [192.0.2.25]:
>>> RCPT TO:<jiro@example.net>
<<< 550 Unknown user jiro@example.net
`,
	],
	[
		"GMX, IONOS: the server stands before its words",
		{
			recipient: "jiro@example.net",
			replyCode: 550,
			reason: "userunknown",
			remoteMta: "mx.example.net",
		},
		`A message that you have sent could not be delivered to one or more recipients. The following address failed:

jiro@example.net:
SMTP error from remote server for RCPT TO command, host: mx.example.net (192.0.2.25) reason: 550 User unknown
`,
	],
	[
		"GroupWise: a name without a domain is no address, and why it failed is said",
		{ reason: "suspend" },
		`The message that you sent was undeliverable to the following:
	hanako (User account is expired)
`,
	],
];

describe("a notice in words alone", () => {
	it.each(NOTICES)("%s", (_, expected, text) => {
		const reports = readBounceText(text);
		expect(reports).toHaveLength(1);
		expect(reports[0]).toMatchObject(expected);
	});
});

/** ASCII only: one byte a character */
const encode = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe("what is no bounce gives nothing", () => {
	it.each([
		[
			"a parcel",
			"From: Parcels <no-reply@parcel.example>\nSubject: Delivery problem with your parcel",
			"Your parcel could not be delivered to: Taro, Main Street 1. Contact help@parcel.example.",
		],
		[
			"a newsletter",
			"From: news@example.net\nSubject: 10 tips",
			"Why mail is returned: delivery failed, mailbox full. Write to tips@example.net",
		],
		[
			"somebody who asks",
			"From: Jiro <jiro@example.net>\nSubject: question",
			"I got this: your message could not be delivered.\n\n<a@example.org>: host mx said: 550 no",
		],
		[
			"somebody who forwards",
			"From: Jiro <jiro@example.net>\nSubject: Fwd: failure notice",
			"Hi. This is the qmail-send program at mx.\n\n<a@example.org>:\nno mailbox",
		],
		[
			"cron",
			"From: root@mx.example (Cron Daemon)\nSubject: Cron <root@mx> /usr/bin/backup",
			"backup of taro@example.com finished",
		],
		[
			"a postmaster who writes himself",
			"From: postmaster@example.net\nSubject: your question",
			"Dear Taro, the rule is changed now. Regards",
		],
	])("%s", async (_, headers, body) => {
		expect(await readBounce(encode(`${headers}\nTo: taro@example.com\n\n${body}\n`))).toEqual([]);
	});
});

describe("an answer that a mailbox gave by itself is told as such", () => {
	it.each([
		["Dutch", "Automatisch antwoord: report"],
		["Chinese", "=?utf-8?B?6Ieq5Yqo5Zue5aSNOiByZXBvcnQ=?="],
		["Korean", "=?utf-8?B?7J6Q64+ZIO2ajOyLoDogcmVwb3J0?="],
		["Italian", "Risposta automatica: report"],
		["Polish", "=?utf-8?B?QXV0b29kcG93aWVkxbo6IHJlcG9ydA==?="],
		["Japanese", "=?utf-8?B?6Ieq5YuV5b+c562UOiByZXBvcnQ=?="],
		["French", "=?utf-8?B?UsOpcG9uc2UgYXV0b21hdGlxdWUgOiByZXBvcnQ=?="],
	])("in %s", async (_, subject) => {
		const head = `From: jiro@example.net\nTo: taro@example.com\nSubject: ${subject}\nIn-Reply-To: <orig@example.com>`;
		const reports = await readBounce(encode(`${head}\n\nuntil Monday\n`));
		expect(reports).toMatchObject([{ reason: "vacation", originalMessageId: "orig@example.com" }]);
	});
});
