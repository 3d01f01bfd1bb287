import { describe, expect, it } from "vitest";
import { formatQuery, parseQuery } from "./language.ts";

const context = { now: Date.parse("2022-12-06T01:00:00Z"), zone: "Asia/Tokyo" };
const asked = (text: string) => formatQuery(parseQuery(text, context));

describe("a pasted log line", () => {
	it.each([
		[
			"Dec  5 18:38:12 tu8 postfix/smtp[84479]: 8B84D8D1CF: to=<tu@example.net>, relay=mail.example.net[203.0.113.112]:25, delay=0.47, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as EEC702AAC0E)",
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"Dec 5 18:38:12 tu8 postfix/cleanup[84478]: 8B84D8D1CF: message-id=<20221205183811.8983.30194A77@example.com>",
			"8B84D8D1CF id:20221205183811.8983.30194A77@example.com",
		],
		[
			"2022-12-05T18:38:12.123456+09:00 web1 sendmail[14009]: 2BAJe5xm014009: to=<taro@example.org>, ctladdr=<web@web1> (501/501), mailer=esmtp, dsn=5.0.0, stat=Service unavailable",
			"2BAJe5xm014009 to:taro@example.org",
		],
		[
			"2022-12-05 18:38:12 1p2Xyz-0004Ab-Cd => taro <taro@example.org> R=dnslookup T=remote_smtp",
			"1p2Xyz-0004Ab-Cd to:taro@example.org",
		],
		["to=<tu@example.net>, relay=none, status=deferred (connection timed out)", "to:tu@example.net"],
	])("%s", (line, expected) => {
		expect(asked(line)).toBe(expected);
	});

	it("of several queue ids the first is taken and said", () => {
		const lines =
			"Dec  5 18:38:12 a postfix/qmgr[1]: 8B84D8D1CF: removed\nDec  5 18:38:13 b postfix/qmgr[1]: EEC702AAC0E: removed";
		const query = parseQuery(lines, context);
		expect(formatQuery(query)).toBe("8B84D8D1CF");
		expect(query.problems[0]).toContain("2 queue ids");
	});
});

describe("the words of a bounce, as its reader sees them", () => {
	it.each([
		[
			"Exim",
			`A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  jiro@example.net
    host mx.example.net [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<jiro@example.net>:
    550 User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <taro@example.com>
Received: from desk.example.com by mail.example.com with esmtpa (Exim 4.96)
	id 1vF1aZ-000000001bx-0abc for jiro@example.net; Tue, 03 Nov 2026 09:59:58 +0900
Message-ID: <quote-1@desk.example.com>`,
			"id:quote-1@desk.example.com to:jiro@example.net",
		],
		[
			"qmail, the list alone",
			`I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<jiro@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)`,
			"to:jiro@example.net",
		],
		[
			"Exchange",
			`Delivery has failed to these recipients or groups:

Jiro Suzuki (jiro@example.net)<mailto:jiro@example.net>
Your message couldn't be delivered.

Diagnostic information for administrators:

Generating server: mx.example.com

jiro@example.net
Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'`,
			"to:jiro@example.net",
		],
	])("%s", (_, text, expected) => {
		expect(asked(text)).toBe(expected);
	});

	it("a question in words is not taken for one", () => {
		expect(parseQuery("undelivered mail returned", context).terms.length).toBeGreaterThan(0);
		expect(asked("from:taro@example.com\nto:jiro@example.net")).toBe(
			"from:taro@example.com to:jiro@example.net",
		);
	});
});

describe("a pasted message", () => {
	it("is found by its Message-ID", () => {
		const headers = `Return-Path: <tu@example.com>
Received: from mail.example.com (mail.example.com [203.0.113.111])
	by mail.example.net (Postfix) with ESMTPS id EEC702AAC0E
	for <tu@example.net>; Mon, 5 Dec 2022 18:38:12 +0900 (JST)
Message-ID: <20221205183811.8983.30194A77@example.com>
From: tu@example.com
To: tu@example.net`;
		expect(asked(headers)).toBe("id:20221205183811.8983.30194A77@example.com");
		expect(asked(headers.replaceAll("\n", " "))).toBe("id:20221205183811.8983.30194A77@example.com");
	});

	it("a bounce is read for the message that it returns", () => {
		const bounce = `Message-ID: <bounce.1@mail.example.com>
Content-Type: multipart/report; report-type=delivery-status

Reporting-MTA: dns; mail.example.com
X-Postfix-Queue-ID: 8B84D8D1CF
Final-Recipient: rfc822; tu@example.net
Diagnostic-Code: smtp; 550 5.1.1 <tu@example.net>: Recipient address rejected

Message-ID: <20221205183811.8983.30194A77@example.com>
Subject: hello`;
		expect(asked(bounce)).toBe("id:20221205183811.8983.30194A77@example.com to:tu@example.net");
	});

	it("a bounce's plain text gives the recipient", () => {
		const text =
			"<tu@example.net>: host mail.example.net[203.0.113.112] said: 550 5.1.1 User unknown (in reply to RCPT TO command)";
		expect(asked(text)).toBe("to:tu@example.net");
	});

	it("stays a query where it holds no id", () => {
		expect(asked("status=deferred")).toBe('text:"status=deferred"');
	});
});

describe("a person as mail programs write them", () => {
	it.each([
		["Anna Berg <anna@example.com>", "anna@example.com"],
		['"Berg, Anna (Sales)" <anna@example.com>;', "anna@example.com"],
		["山田 太郎 <taro@example.jp>", "taro@example.jp"],
		["From: Anna Berg <anna@example.com>", "from:anna@example.com"],
		["To: <anna@example.com>", "to:anna@example.com"],
		["宛先：山田 <taro@example.jp>", "to:taro@example.jp"],
		["Reply-To: x <anna@example.com>", "anna@example.com"],
	])("%s is the address", (text, query) => {
		expect(asked(text)).toBe(query);
	});

	it.each([
		["<anna@example.com>", "anna@example.com"],
		["-<anna@example.com>", "-anna@example.com"],
		["from:anna@example.com <bob@example.com>", "from:anna@example.com bob@example.com"],
		["status:failed <bob@example.com>", "status:failed bob@example.com"],
		["-spam <bob@example.com>", "-spam bob@example.com"],
	])("%s stays a query", (text, query) => {
		expect(asked(text)).toBe(query);
	});

	it("takes no time over what only looks like one", () => {
		const started = Date.now();
		for (const text of [" ".repeat(60_000), `${"a ".repeat(30_000)}<`, `"${"x<".repeat(20_000)}`])
			asked(text);
		expect(Date.now() - started).toBeLessThan(2_000);
	});
});

describe("what else is pasted", () => {
	it.each([
		[
			"a line of RFC 5424",
			"<22>1 2022-12-05T18:38:12.123456+09:00 tu8 postfix/smtp 84479 - - 8B84D8D1CF: to=<tu@example.net>, relay=none, status=deferred (timed out)",
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"a line without its header",
			"8B84D8D1CF: to=<tu@example.net>, relay=none, status=deferred (timed out)",
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"an entry of journald",
			'{"MESSAGE":"8B84D8D1CF: to=<tu@example.net>, relay=none, status=deferred (x)","SYSLOG_IDENTIFIER":"postfix/smtp"}',
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"mailq",
			`8B84D8D1CF*    1331 Mon Dec  5 18:38:12  tu@example.com
(connect to mail.example.net[203.0.113.112]:25: Connection timed out)
                                         tu@example.net`,
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"postqueue -j",
			'{"queue_name": "deferred", "queue_id": "8B84D8D1CF", "sender": "tu@example.com", "recipients": [{"address": "tu@example.net", "delay_reason": "timed out"}]}',
			"8B84D8D1CF to:tu@example.net",
		],
		[
			"the source of a bounce, quoted-printable",
			`Content-Transfer-Encoding: quoted-printable

<anna@example.net>: host mx.example.net[198.51.100.7] said: 550 5.1.1 <ann=
a@example.net>: User unknown (in reply to RCPT TO command)

Final-Recipient: rfc822; anna@example.net
Message-ID: <m1@app.corp.exam=
ple>`,
			"id:m1@app.corp.example to:anna@example.net",
		],
		["a reply's reference", "In-Reply-To: <abc@example.com>", "id:abc@example.com"],
		[
			"the answer of a server",
			"550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown",
			"anna@example.net",
		],
		[
			"a web mail's words",
			`Address not found
Your message wasn't delivered to anna@example.net because the address couldn't be found.

The response from the remote server was:
550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown`,
			"anna@example.net",
		],
		[
			"the same in Japanese",
			`アドレス不明
anna@example.net にメールが配信されませんでした。アドレスが見つからないか、メールを受信できないアドレスである可能性があります。`,
			"anna@example.net",
		],
		[
			"what a caller wrote",
			"Hello, since this morning neither anna@example.net nor bo@example.org has got what I sent them, please have a look.",
			"anna@example.net,bo@example.org",
		],
	])("%s", (_, text, expected) => {
		expect(asked(text)).toBe(expected);
	});

	it("a long question stays a question", () => {
		const question =
			"from:taro@example.com to:jiro@example.net since:yesterday -status:delivered a b c d e f g h i";
		expect(asked(question)).toBe(question);
	});

	it.each(["a@", "a.", "x@y ", "=\n", "a@b,", "ab:"])(
		"the longest paste is read at once: %j again and again",
		{ timeout: 5_000 },
		(piece) => {
			expect(parseQuery(piece.repeat(65_536 / piece.length), context)).toHaveProperty("terms");
		},
	);
});
