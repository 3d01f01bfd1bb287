/** What the figures mean, line by line. */
import { describe, expect, test } from "vitest";
import { createSummary, type Totals } from "./index.ts";
import { at, PARSING, qmgr, smtpd, summarise } from "./summarising.testing.ts";

function totalsOf(...lines: string[]): Partial<Totals> {
	const totals = summarise([{ host: "mx", lines }])?.totals ?? {};
	return Object.fromEntries(Object.entries(totals).filter(([, figure]) => figure !== 0));
}

const sent = (id: string, to: string, words = "250 2.0.0 Ok") =>
	at(
		"postfix/smtp",
		`${id}: to=<${to}>, relay=mx[192.0.2.2]:25, delay=0.5, delays=0/0/0/0, dsn=2.0.0, status=sent (${words})`,
	);

describe("Postfix", () => {
	test("a message of two recipients: received once, delivered twice", () => {
		const lines = [
			smtpd("4B161400A0: client=web01.corp.example.com[192.0.2.1]"),
			qmgr("4B161400A0: from=<A@Corp.example>, size=100, nrcpt=2 (queue active)"),
			sent("4B161400A0", "b@example.net"),
			sent("4B161400A0", "c@example.net"),
			qmgr("4B161400A0: removed"),
		];
		expect(totalsOf(...lines)).toEqual({
			received: 1,
			delivered: 2,
			bytesReceived: 100,
			bytesDelivered: 200,
			senders: 1,
			sendingHosts: 1,
			recipients: 2,
			recipientHosts: 1,
		});
	});

	test("a queue id that comes again is another message, with a size of its own", () => {
		const message = (size: number) => [
			smtpd("4B161400A0: client=mx.example[192.0.2.1]"),
			qmgr(`4B161400A0: from=<a@example>, size=${size}, nrcpt=1 (queue active)`),
			sent("4B161400A0", "b@example.net"),
			qmgr("4B161400A0: removed"),
		];
		const summary = summarise([{ host: "mx", lines: [...message(100), ...message(5)] }]);
		expect(summary?.totals).toMatchObject({ bytesReceived: 105, bytesDelivered: 105 });
		// pflogsumm: 100 received, 200 delivered
		expect(summary?.differences.map(({ figure, by }) => [figure, by])).toEqual([
			["bytesDelivered", -95],
			["bytesReceived", 5],
		]);
	});

	test("a bounce that Postfix makes is delivered, not received; its id may be an old one", () => {
		const lines = [
			smtpd("4B161400A0: client=mx.example[192.0.2.1]"),
			qmgr("4B161400A0: from=<a@example>, size=100, nrcpt=1 (queue active)"),
			qmgr("4B161400A0: removed"),
			qmgr("4B161400A0: from=<>, size=7, nrcpt=1 (queue active)"),
			sent("4B161400A0", "a@example"),
		];
		expect(totalsOf(...lines)).toMatchObject({
			received: 1,
			senders: 1,
			bytesReceived: 100,
			bytesDelivered: 7,
		});
	});

	test("forwarded is what local(8) says, not what a remote says", () => {
		const local = at(
			"postfix/local",
			"4B161400A0: to=<fan@b.example>, relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (forwarded as 4B161400A1)",
		);
		expect(totalsOf(local)).toEqual({ forwarded: 1 });
		expect(totalsOf(sent("4B161400A0", "b@x.example", "250 forwarded as 4B161400A1"))).toMatchObject({
			delivered: 1,
		});
	});

	test("deferred counts messages, deferrals tries; an expired message is one", () => {
		const deferred = at(
			"postfix/smtp",
			"4B161400A0: to=<b@x.example>, relay=none, delay=9, delays=0/0/9/0, dsn=4.4.1, status=deferred (connect to x.example[192.0.2.9]:25: Connection refused)",
		);
		const expired = qmgr("4B161400A0: from=<a@x.example>, status=expired, returned to sender");
		expect(totalsOf(deferred, deferred, expired)).toEqual({ deferred: 1, deferrals: 2, expired: 1 });
		const summary = summarise([{ host: "mx", lines: [deferred, deferred] }]);
		expect(summary?.reasons.deferred).toEqual([
			{ by: "smtp", reason: "x.example[192.0.2.9]:25: Connection refused", count: 2 },
		]);
		expect(summary?.domains.recipient[0]).toMatchObject({ messages: 0, deferrals: 2, maxDelay: 9 });
	});

	test("strangers' words change no figure", () => {
		const helo = "[1]: 4A1: client=forged[192.0.2.66]";
		expect(
			totalsOf(
				smtpd(
					`NOQUEUE: reject: RCPT from mx.example[192.0.2.1]: 550 5.1.1 <x@b.example>: Recipient address rejected: User unknown; from=<a@b> to=<x@b.example> proto=ESMTP helo=<${helo}>`,
				),
				at("postfix/cleanup", "4B161400A0: message-id=<from=<f@f.example>, size=999999>"),
				at("postfix/cleanup", "4B161400A0: message-id=<to=<f@f>, relay=none, delay=1, status=sent (x)>"),
			),
		).toEqual({ rejected: 1 });
	});

	test("a recipient's address cannot imitate the words of a deferral", () => {
		const line = at(
			"postfix/smtp",
			'4B161400A0: to=<", status=deferred (forged"@x.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (real)',
		);
		expect(summarise([{ host: "mx", lines: [line] }])?.reasons.deferred).toEqual([
			{ by: "smtp", reason: "real", count: 1 },
		]);
	});

	test("each refusal under its figure; what pflogsumm passes over is told", () => {
		const refusal = (verb: string) =>
			smtpd(
				`NOQUEUE: ${verb}: RCPT from mx.example[192.0.2.1]: 554 5.7.1 <u@b>: Recipient address rejected: no, really: not; from=<a@b> to=<u@b> proto=ESMTP helo=<mx>`,
			);
		const lines = ["reject", "reject_warning", "milter-reject"].map(refusal);
		const summary = summarise([{ host: "mx", lines }]);
		expect(summary?.totals).toMatchObject({ rejected: 2, rejectWarnings: 1 });
		expect(summary?.reasons.rejected).toEqual([
			{ by: "RCPT", reason: "Recipient address rejected: no", count: 2, from: [{ name: "u@b", count: 2 }] },
		]);
		expect(summary?.differences).toEqual([
			expect.objectContaining({ figure: "rejected", by: 1, code: "milter" }),
		]);
		expect(summarise([{ host: "mx", lines }], { verbose: true })?.reasons.rejected[0]?.reason).toBe(
			"554 5.7.1 <u@b>: Recipient address rejected: no, really: not",
		);
	});

	test("a session before a filter takes nothing in", () => {
		const summary = summarise([{ host: "mx", lines: [smtpd("NOQUEUE: client=mx.example[192.0.2.1]")] }]);
		expect(summary?.totals.received).toBe(0);
		expect(summary?.differences).toEqual([expect.objectContaining({ figure: "received", by: -1 })]);
	});

	test("a refusal that was repeated is as many refusals, in its hour too", () => {
		const refusal =
			"NOQUEUE: reject: RCPT from mx.example[192.0.2.1]: 554 5.7.1 <u@b>: Relay access denied; from=<a@b> to=<u@b> proto=ESMTP helo=<mx>";
		const summary = summarise([{ host: "mx", lines: [smtpd(`message repeated 3 times: [ ${refusal}]`)] }]);
		expect([summary?.totals.rejected, summary?.hours[10]?.rejected]).toEqual([3, 3]);
		expect(summary?.differences).toEqual([expect.objectContaining({ by: 3, code: "repeated" })]);
	});

	test("message repeated N times is N more", () => {
		const warning = "warning: hostname x.example does not resolve to address 192.0.2.80";
		const lines = [smtpd(warning), smtpd(`message repeated 3 times: [ ${warning}]`)];
		expect(summarise([{ host: "mx", lines }])?.problems.reduce((sum, { count }) => sum + count, 0)).toBe(4);
	});
});

describe("others", () => {
	test("sendmail: from= is received, every recipient of to= delivered", () => {
		expect(
			totalsOf(
				at(
					"sendmail",
					"6AM101XX002301: from=<a@corp.example>, size=1136, class=0, nrcpts=2, msgid=<x@y>, proto=ESMTP, daemon=MTA, relay=web [192.0.2.1]",
				),
				at(
					"sendmail",
					"6AM101XX002301: to=<b@x.example>,<c@x.example>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=61247, relay=mx. [192.0.2.2], dsn=2.0.0, stat=Sent (Ok: queued as 4jXCq739h9znF1p)",
				),
			),
		).toMatchObject({ received: 1, delivered: 2, bytesReceived: 1136, bytesDelivered: 2272 });
	});

	test("sendmail's lines that bytes tell are no program's but its own", () => {
		const from =
			"6AM101XX002301: from=<a@corp.example>, size=1136, class=0, nrcpts=2, msgid=<x@y>, proto=ESMTP";
		const to =
			"6AM101XX002301: to=<b@x.example>, delay=00:00:01, mailer=esmtp, pri=61247, dsn=2.0.0, stat=Sent";
		const lines = [at("sendmail", "started"), at("sendmail", from), at("sendmail", to)];
		const [host] = summarise([{ host: "mx", lines }], { scan: true })?.hosts ?? [];
		expect(host?.programs.map(({ mta }) => mta)).toEqual(["sendmail"]);
	});

	test("sendmail: what is only queued has not been tried", () => {
		const line = (stat: string) =>
			at(
				"sendmail",
				`6AM101XX002301: to=<b@x.example>, delay=00:00:01, mailer=esmtp, pri=61247, dsn=4.0.0, stat=${stat}`,
			);
		expect(totalsOf(line("queued"), line("Deferred: Connection refused by mx."))).toEqual({
			deferred: 1,
			deferrals: 1,
		});
	});

	test("exim: its own bounce is not received", () => {
		const line = (text: string) => `2026-11-22 10:00:00 ${text}`;
		expect(
			totalsOf(
				line("1xUxQK-000012-1g <= a@corp.example H=edge [192.0.2.3] P=esmtp S=1695 id=L21@web01"),
				line("1xUxQK-000012-1g ** u@b.example: Unrouteable address"),
				line("1xUxQU-00002E-08 <= <> R=1xUxQK-000012-1g U=Debian-exim P=local S=2809"),
				line('1xUxQU-00002E-08 => a@corp.example R=dnslookup T=remote_smtp H=mx [192.0.2.1] C="250 OK"'),
			),
		).toMatchObject({ received: 1, bounced: 1, delivered: 1, bytesReceived: 1695, bytesDelivered: 2809 });
	});

	test("exim: a refusal that syslog has from its main and its reject log is one; two in a log file are two", () => {
		const words = "H=edge [192.0.2.3]:4 F=<a@x.example> rejected RCPT <u@b.example>: User unknown";
		const twice = at("exim", `2026-11-22 10:00:00.379 [12] ${words}`);
		expect(totalsOf(twice, twice)).toEqual({ rejected: 1 });
		expect(totalsOf(twice, twice, twice, twice)).toEqual({ rejected: 2 });
		const line = `2026-11-22 10:00:00 ${words}`;
		expect(totalsOf(line, line)).toEqual({ rejected: 2 });
	});

	test("a filter's and a store's figures stand beside the totals, and are them where nothing else is logged", () => {
		const stored = at(
			"dovecot",
			"lmtp(u@a.example)<170><EIJMF>: sieve: msgid=<L1@x>: stored mail into mailbox 'INBOX'",
		);
		const copied = at(
			"dovecot",
			"lmtp(u@a.example)<170><EIJMF>: save: box=INBOX, uid=1, msgid=<L1@x>, size=2305",
		);
		expect(totalsOf(stored, copied)).toMatchObject({ received: 1, delivered: 1 });
		const [alone, beside] = [[stored], [stored, sent("4B161400A0", "u@a.example")]].map((lines) =>
			summarise([{ host: "mx", lines }]),
		);
		expect(alone?.totals).toMatchObject({ received: 1, delivered: 1 });
		expect(beside?.totals).toMatchObject({ received: 0, delivered: 1 });
		expect(beside?.hosts[0]?.programs.map(({ mta, totals }) => [mta, totals.delivered])).toEqual([
			["dovecot", 1],
			["postfix", 1],
		]);
	});
});

test("lines outside since and until count nothing, but the size of a message that is delivered later is known", () => {
	const lines = [
		at("postfix/smtpd", "4B161400A0: client=mx.example[192.0.2.1]", "09:59:00"),
		at("postfix/qmgr", "4B161400A0: from=<a@example>, size=100, nrcpt=1 (queue active)", "09:59:00"),
		sent("4B161400A0", "b@example.net"),
		at("postfix/smtpd", "4B161400A1: client=mx.example[192.0.2.1]", "10:01:00"),
	];
	const span = { since: Date.UTC(2026, 10, 22, 10), until: Date.UTC(2026, 10, 22, 10, 0, 59) };
	const summary = summarise([{ host: "mx", lines }], span);
	expect(summary?.totals).toMatchObject({ received: 0, delivered: 1, bytesDelivered: 100 });
	expect(summary?.from).toBe("2026-11-22T10:00:00+00:00");
});

test("nothing of mail gives no summary", () => {
	expect(summarise([{ host: "mx", lines: ["", "nonsense", at("cron", "run-parts")] }])).toBeUndefined();
});

test("the first and the last line count for the time, skipped ones too", () => {
	const lines = [
		smtpd("connect from a[192.0.2.1]"),
		at("postfix/smtpd", "disconnect from a[192.0.2.1]", "10:00:59"),
	];
	const summary = summarise([{ host: "mx", lines }], { scan: true });
	expect([summary?.from, summary?.until]).toEqual(["2026-11-22T10:00:00+00:00", "2026-11-22T10:00:59+00:00"]);
	const removed = at("postfix/qmgr", "4B161400A0: removed", "10:00:30");
	expect(summarise([{ host: "mx", lines: [lines[0] ?? "", removed] }], { scan: true })?.until).toBe(
		"2026-11-22T10:00:30+00:00",
	);
});

test("several hosts together: sums of their figures, different addresses and domains once", () => {
	const deferred = at(
		"postfix/smtp",
		"4B161400A0: to=<b@x.example>, relay=none, delay=9, delays=0/0/9/0, dsn=4.4.1, status=deferred (later)",
	);
	const lines = [sent("4B161400A0", "b@x.example"), deferred];
	const summary = summarise(["one", "two"].map((host) => ({ host, lines })));
	expect(summary?.domains.recipient).toEqual([
		{ domain: "x.example", messages: 2, bytes: 0, deferrals: 2, averageDelay: 0.5, maxDelay: 9 },
	]);
	expect(summary?.totals).toMatchObject({ delivered: 2, deferred: 2, recipients: 1 });
	expect(summary?.withoutSize).toBe(2);
	expect(summary?.reasons.deferred).toEqual([{ by: "smtp", reason: "later", count: 2 }]);
});

test("lists by messages and by size; a quoted local part may hold an @", () => {
	const message = (id: string, size: number, to: string[]) => [
		qmgr(`${id}: from=<a@x.example>, size=${size}, nrcpt=1 (queue active)`),
		...to.map((each) => sent(id, each)),
	];
	const often = '"at@SIGN"@B.example';
	const lines = [
		...message("4B161400A0", 5, [often, often]),
		...message("4B161400A1", 900, ["big@c.example"]),
	];
	const summary = summarise([{ host: "mx", lines }]);
	expect(summary?.top.recipients.map(({ address }) => address)).toEqual([
		'"at@SIGN"@b.example',
		"big@c.example",
	]);
	expect(summary?.top.recipientsBySize.map(({ address }) => address)).toEqual([
		"big@c.example",
		'"at@SIGN"@b.example',
	]);
	expect(summary?.domains.recipient.map(({ domain }) => domain)).toEqual(["b.example", "c.example"]);
});

test("a limit cuts lists and says how much it left out; totals stay", () => {
	const lines = ["a", "b", "c"].map((name) => sent("4B161400A0", `${name}@${name}.example`));
	const builder = createSummary();
	const log = builder.log("mx", PARSING);
	lines.forEach((line) => log.line(line));
	log.end();
	const summary = builder.finish(2);
	expect(summary?.domains.recipient).toHaveLength(2);
	expect(summary?.more).toMatchObject({ "domains.recipient": 1, "top.recipients": 1 });
	expect(summary?.totals.recipientHosts).toBe(3);
});
