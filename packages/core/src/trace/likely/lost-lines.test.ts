/** Copies of one message, submitted twice within a second, of which lines are lost: what is left of two messages must not look like one. */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** The way of each journey's first recipient. */
const ways = (...logs: [host: string, lines: string[]][]) =>
	trace(...logs.map(([host, lines]) => located(host, lines.join("\n")))).map(({ recipients }) =>
		recipients[0]?.path.map(({ host, queueId }) => `${host}:${queueId}`).join(" > "),
	);

// Postfix 3.7.11 → sendmail 8.17.1 → sendmail with Dovecot 2.3.19 behind `lmtptcp`, two submissions of <same@x> within 0.2 s
const out = (id: string, second: string, replied: string) => [
	`2026-11-22T13:39:${second}1+00:00 out postfix/smtpd[232]: ${id}: client=web.example[192.0.2.77]`,
	`2026-11-22T13:39:${second}2+00:00 out postfix/cleanup[233]: ${id}: message-id=<same@x>`,
	`2026-11-22T13:39:${second}3+00:00 out postfix/qmgr[222]: ${id}: from=<alice@corp.example>, size=365, nrcpt=1 (queue active)`,
	`2026-11-22T13:39:${second}4+00:00 out postfix/smtp[230]: ${id}: to=<u10@sasb.example>, relay=192.0.2.13[192.0.2.13]:25, delay=0.04, delays=0.01/0.01/0.02/0.01, dsn=2.0.0, status=sent (250 2.0.0 ${replied} Message accepted for delivery)`,
	`2026-11-22T13:39:${second}5+00:00 out postfix/qmgr[222]: ${id}: removed`,
];
const sendmail = (host: string, id: string, second: string, tried: string) => [
	`2026-11-22T13:39:${second}2+00:00 ${host} sendmail[187]: ${id}: from=<alice@corp.example>, size=353, class=0, nrcpts=1, msgid=<same@x>, proto=ESMTP, daemon=MTA-v4, relay=before.example [192.0.2.1]`,
	`2026-11-22T13:39:${second}8+00:00 ${host} sendmail[189]: ${id}: to=<u10@sasb.example>, delay=00:00:01, xdelay=00:00:01, ${tried}`,
];
const relayed = (replied: string) =>
	`mailer=esmtp, pri=30353, relay=[192.0.2.23] [192.0.2.23], dsn=2.0.0, stat=Sent (${replied} Message accepted for delivery)`;
const STORED = "mailer=lmtptcp, pri=30545, relay=[192.0.2.23] [192.0.2.23], dsn=2.0.0, stat=Sent";
const [one, two] = [
	{ out: "D9E1C322002", sa: "6AMDdbga000187", sb: "6AMDdbFH000235" },
	{ out: "0F2AB322002", sa: "6AMDdcIP000190", sb: "6AMDdc1L000238" },
];
const stored = (second: string) =>
	`2026-11-22T13:39:${second}+00:00 sb dovecot: lmtp(u10@sasb.example)<169><+RpQAZrwAmupAAAAqlldTQ>: sieve: msgid=<same@x>: stored mail into mailbox 'INBOX'`;

it("does not take the store of one for the other's, whose own lines of the store's host are lost", () => {
	const alone = ways(
		["out", out(two.out, "38.0", two.sa)],
		["sa", sendmail("sa", two.sa, "38.0", relayed(two.sb))],
		["sb", [stored("38.053")]],
	);
	expect(alone).toHaveLength(1);
	// of the first copy, the line of its Message-ID is lost on every host
	const [, , ...first] = out(one.out, "37.9", one.sa);
	const [, tried = ""] = sendmail("sa", one.sa, "37.9", relayed(one.sb));
	const [, put = ""] = sendmail("sb", one.sb, "37.9", STORED);
	const torn = ways(
		["out", [...first, ...out(two.out, "38.0", two.sa)]],
		["sa", [tried, ...sendmail("sa", two.sa, "38.0", relayed(two.sb))]],
		["sb", [stored("38.053"), put]],
	);
	expect(torn).toContainEqual(`out:${two.out} > sa:${two.sa}`);
});

it("leads nothing past a host that is known to answer at the address that it was handed to", () => {
	const other = { out: "1F2AB322003", sa: "6AMDdaAA000180", sb: "6AMDdaBB000230" };
	const before = (lines: string[]) => lines.map((line) => line.replaceAll("same@x", "other@x"));
	const paths = ways(
		["out", [...before(out(other.out, "20.0", other.sa)), ...out(two.out, "38.0", two.sa)]],
		[
			"sa",
			[
				...before(sendmail("sa", other.sa, "20.0", relayed(other.sb))),
				...sendmail("sa", two.sa, "38.0", relayed(two.sb)),
			],
		],
		["sb", [...before(sendmail("sb", other.sb, "20.0", STORED)), stored("38.053")]],
	);
	expect(paths).toContainEqual(`out:${two.out} > sa:${two.sa}`);
});

it("takes no message for what a program made of one that came later", () => {
	// sendmail 8.17.1 with procmail, which forwards by sendmail(1); the arrival of the first of two copies is lost
	const lines = [
		"2026-11-22T08:59:41.261495+00:00 mx sendmail[347]: 6AM8xfYi000347: from=u7, size=1014, class=0, nrcpts=1, msgid=<m@web>, relay=u7@localhost",
		"2026-11-22T08:59:41.262493+00:00 mx sendmail[347]: 6AM8xfYi000347: to=u6@north.test, ctladdr=u7 (5010/5010), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=31014, relay=[127.0.0.1] [127.0.0.1], dsn=4.4.1, stat=Deferred: Connection refused by [127.0.0.1]",
		"2026-11-22T08:59:41.285975+00:00 mx sm-mta[313]: 6AM8xMav000313: from=<carol@corp.test>, size=768, class=0, nrcpts=1, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=mx.west.test [192.0.2.14]",
		"2026-11-22T08:59:41.317134+00:00 mx sm-mta[348]: 6AM8xMav000313: to=<u17@west.test>, delay=00:00:00, xdelay=00:00:00, mailer=local, pri=30981, dsn=2.0.0, stat=Sent",
	];
	expect(ways(["mx", lines])).toEqual(["mx:6AM8xfYi000347", "mx:6AM8xMav000313"]);
	const inOrder = [...lines.slice(2), ...lines.slice(0, 2)].map((line, i) =>
		line.replace(/41\.\d{6}/, i < 2 ? "41.230000" : "41.260000"),
	);
	expect(ways(["mx", inOrder])).toHaveLength(1);
});

it("tells a message without a Message-ID from one whose line of it is lost", () => {
	// Postfix 3.7.11: `message-id=<>` says that there is none (cleanup_message.c). Dovecot 2.3.19 redirects with sendmail(1)
	const queue = (id: string, second: string, first: string, named: string) => [
		`2026-11-22T07:52:${second}1+00:00 mx postfix/${first}`,
		`2026-11-22T07:52:${second}2+00:00 mx postfix/cleanup[225]: ${id}: ${named}`,
		`2026-11-22T07:52:${second}3+00:00 mx postfix/qmgr[220]: ${id}: from=<alice@corp.example>, size=573, nrcpt=1 (queue active)`,
	];
	const again = [
		...queue(
			"12D6F2B0987",
			"42.64",
			"pickup[219]: 12D6F2B0987: uid=5000 from=<alice@corp.example>",
			"message-id=<>",
		),
		"2026-11-22T07:52:42.655+00:00 mx postfix/smtp[226]: 12D6F2B0987: to=<u9@t.example>, relay=mx.t.example[192.0.2.15]:25, delay=0.01, delays=0/0/0/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 13CF02B0988)",
		"2026-11-22T07:52:42.656+00:00 mx postfix/qmgr[220]: 12D6F2B0987: removed",
	];
	const scripted = [
		...queue(
			"951772B0987",
			"42.61",
			"smtpd[222]: 951772B0987: client=out.example[192.0.2.1]",
			"message-id=<>",
		),
		...again,
		"2026-11-22T07:52:42.660+00:00 mx dovecot: lmtp(u6@a.example)<228><IHKZJEqfAmvkAAAAZN5P0Q>: sieve: msgid=unspecified: redirect action: forwarded to <u9@t.example>",
		"2026-11-22T07:52:42.661+00:00 mx postfix/lmtp[227]: 951772B0987: to=<u6@a.example>, relay=mx.a.example[private/dovecot-lmtp], delay=0.05, delays=0/0/0/0.04, dsn=2.0.0, status=sent (250 2.0.0 <u6@a.example> IHKZJEqfAmvkAAAAZN5P0Q Saved)",
		"2026-11-22T07:52:42.662+00:00 mx postfix/qmgr[220]: 951772B0987: removed",
	];
	expect(ways(["mx", scripted])).toEqual(["mx:951772B0987 > mx:IHKZJEqfAmvkAAAAZN5P0Q > mx:12D6F2B0987"]);
	const lost = scripted.filter((line) => !line.includes("12D6F2B0987: message-id"));
	expect(ways(["mx", lost])).toHaveLength(2);
});
