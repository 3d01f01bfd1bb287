import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const ways = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs)
		.map((journey) =>
			journey.recipients.map(
				(entry) =>
					`${entry.original} ${entry.outcome} at ${entry.recipient}: ${entry.path.map((stop) => stop.queueId).join(" > ")}`,
			),
		)
		.sort();

/** Postfix 3.7.11, Debian 12: `content_filter = filter:dummy` with a script that calls sendmail(1), as in FILTER_README. */
const at = (second: string, rest: string) => `2026-11-22T07:47:${second}+00:00 gw postfix/${rest}`;
const taken = (id: string, second = "03.10", messageId = "m@web") =>
	[
		at(second, `smtpd[170]: ${id}: client=out.corp.example[192.0.2.1]`),
		at(second, `cleanup[173]: ${id}: message-id=<${messageId}>`),
		at(second, `qmgr[168]: ${id}: from=<alice@corp.example>, size=580, nrcpt=1 (queue active)`),
	].join("\n");
const piped = (id: string, second = "03.20", to = "u1@g2.example") =>
	`\n${at(second, `pipe[174]: ${id}: to=<${to}>, relay=filter, delay=0.1, delays=0.01/0.04/0/0.05, dsn=2.0.0, status=sent (delivered via filter service)`)}`;
const again = (id: string, second = "03.18", to = "u1@g2.example", messageId = "m@web") =>
	`\n${[
		at(second, `pickup[167]: ${id}: uid=999 from=<alice@corp.example>`),
		at(second, `cleanup[173]: ${id}: message-id=<${messageId}>`),
		at(second, `qmgr[168]: ${id}: from=<alice@corp.example>, size=694, nrcpt=1 (queue active)`),
		at(
			"04.50",
			`virtual[183]: ${id}: to=<${to}>, relay=virtual, delay=0.03, delays=0.03/0.01/0/0, dsn=2.0.0, status=sent (delivered to maildir)`,
		),
	].join("\n")}`;
const JOINED = ["u1@g2.example delivered at u1@g2.example: AAAAAA0001 > AAAAAA0002"];

describe("a message that a program put back into a queue of its host", () => {
	it("goes on there, and the link is no more than likely", () => {
		const text = taken("AAAAAA0001") + again("AAAAAA0002") + piped("AAAAAA0001");
		expect(ways(located("gw", text))).toEqual([JOINED]);
		const [journey] = trace(located("gw", text));
		expect(journey?.recipients[0]?.path[1]?.link).toMatchObject({ via: "message-id", confidence: "likely" });
	});

	it("goes on also where the log names no daemon, as rsyslog's RFC 5424 template writes Postfix's lines", () => {
		const text = taken("AAAAAA0001") + again("AAAAAA0002") + piped("AAAAAA0001");
		const bare = text.replaceAll(/^(\S+) gw postfix\/\w+\[(\d+)\]: /gm, "<22>1 $1 gw postfix $2 - -  ");
		expect(ways(located("gw", bare))).toEqual([JOINED]);
	});

	it.each([
		["another Message-ID", again("AAAAAA0002", "03.18", "u1@g2.example", "n@web")],
		["before the program ran", again("AAAAAA0002", "01.00")],
		[
			"from another host",
			again("AAAAAA0002").replace(/pickup.*/, "smtpd[9]: AAAAAA0002: client=x[198.51.100.1]"),
		],
	])("is not joined: %s", (_why, second) => {
		expect(ways(located("gw", taken("AAAAAA0001") + second + piped("AAAAAA0001")))).toHaveLength(2);
	});

	it("is found by the time of the program where two messages bear one Message-ID", () => {
		const first = taken("AAAAAA0001") + again("AAAAAA0002") + piped("AAAAAA0001");
		const second = taken("BBBBBB0001", "23.10") + again("BBBBBB0002", "23.18") + piped("BBBBBB0001", "23.20");
		expect(ways(located("gw", `${first}\n${second}`))).toEqual([
			JOINED,
			["u1@g2.example delivered at u1@g2.example: BBBBBB0001 > BBBBBB0002"],
		]);
	});

	it("is known by moment, sender and recipient where there is no Message-ID", () => {
		const bare = (text: string) => text.replaceAll("<m@web>", "<>");
		const text = taken("AAAAAA0001") + again("AAAAAA0002") + piped("AAAAAA0001");
		expect(ways(located("gw", bare(text)))).toEqual([JOINED]);
		const other = bare(text).replaceAll(/(AAAAAA0002.*from=<)alice/g, "$1eve");
		expect(ways(located("gw", other))).toHaveLength(2);
	});

	it("has no origin where two could be it", () => {
		const both = `${taken("AAAAAA0001")}\n${taken("BBBBBB0001")}${again("AAAAAA0002")}${piped("AAAAAA0001")}${piped("BBBBBB0001")}`;
		expect(ways(located("gw", both))).toHaveLength(3);
	});

	it("is several where a list manager wrote to the members", () => {
		const list = piped("AAAAAA0001", "03.20", "ml@g2.example");
		const members =
			again("AAAAAA0002", "03.90", "ann@b.example") + again("AAAAAA0003", "04.10", "bob@c.example");
		expect(ways(located("gw", taken("AAAAAA0001") + list + members))).toEqual([
			[
				"ml@g2.example delivered at ann@b.example: AAAAAA0001 > AAAAAA0002",
				"ml@g2.example delivered at bob@c.example: AAAAAA0001 > AAAAAA0003",
			],
		]);
	});

	it("is joined where sieve redirected a copy and kept one", () => {
		const stored = `
2026-11-22T07:47:03.16+00:00 gw dovecot: lmtp(u6@g2.example)<228><IHKZJEqfAmvkAAAAZN5P0Q>: sieve: msgid=<m@web>: redirect action: forwarded to <u9@t.example>
2026-11-22T07:47:03.17+00:00 gw dovecot: lmtp(u6@g2.example)<228><IHKZJEqfAmvkAAAAZN5P0Q>: sieve: msgid=<m@web>: stored mail into mailbox 'INBOX'`;
		const handed = `\n${at("03.20", "lmtp[174]: AAAAAA0001: to=<u6@g2.example>, relay=gw[private/dovecot-lmtp], delay=0.1, delays=0.01/0.04/0/0.05, dsn=2.0.0, status=sent (250 2.0.0 <u6@g2.example> IHKZJEqfAmvkAAAAZN5P0Q Saved)")}`;
		const redirected = again("AAAAAA0002", "03.18", "u9@t.example");
		expect(ways(located("gw", taken("AAAAAA0001") + stored + handed + redirected))).toEqual([
			[
				"u6@g2.example delivered at u6@g2.example: AAAAAA0001 > IHKZJEqfAmvkAAAAZN5P0Q",
				"u6@g2.example delivered at u9@t.example: AAAAAA0001 > IHKZJEqfAmvkAAAAZN5P0Q > AAAAAA0002",
			],
		]);
	});
});

it("follows sendmail's copies for lists with an owner", () => {
	// sendmail 8.17.1, aliases `fan: u1@t.example, u2@t.example` and `owner-fan: bob@corp.example`
	const text = `
Nov 22 07:52:45 mx sendmail[101]: 6AM7qjNP000101: from=<alice@corp.example>, size=561, class=0, nrcpts=1, msgid=<m@web>, bodytype=8BITMIME, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
Nov 22 07:52:45 mx sendmail[102]: 6AM7qjNP000101: 6AM7qjNP000102: clone: owner=bob@corp.example
Nov 22 07:52:45 mx sendmail[102]: 6AM7qjNP000102: to=u1@t.example,u2@t.example, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60591, relay=mx.t.example. [192.0.2.15], dsn=2.0.0, stat=Sent (Ok: queued as 281892B00BC)`;
	expect(ways(located("mx", text))).toEqual([
		[
			"u1@t.example relayed at u1@t.example: 6AM7qjNP000101",
			"u2@t.example relayed at u2@t.example: 6AM7qjNP000101",
		],
	]);
});

describe("procmail behind sendmail 8.17 that forwards, with sendmail(1)", () => {
	const line = (second: string, rest: string) => `2026-11-22T08:59:${second}+00:00 mx ${rest}`;
	const forwarded = [
		line(
			"28.218",
			"sm-mta[313]: 6AM8xMam000313: from=<alice@corp.test>, size=776, class=0, nrcpts=1, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=edge.corp.test [192.0.2.3]",
		),
		line(
			"28.277",
			"sendmail[328]: 6AM8xSb0000328: from=u7, size=1014, class=0, nrcpts=1, msgid=<m@web>, relay=u7@localhost",
		),
		line(
			"28.282",
			"sendmail[328]: 6AM8xSb0000328: to=u6@north.test, ctladdr=u7 (5010/5010), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=31014, relay=[127.0.0.1] [127.0.0.1], dsn=4.4.1, stat=Deferred: Connection refused by [127.0.0.1]",
		),
		line(
			"28.306",
			"sm-mta[324]: 6AM8xMam000313: to=<u7@west.test>, delay=00:00:00, xdelay=00:00:00, mailer=local, pri=30988, dsn=2.0.0, stat=Sent",
		),
	];

	it("is one message; whether a copy stayed in the mailbox the log does not say, so its word stands", () => {
		expect(ways(located("mx", forwarded.join("\n")))).toEqual([
			[
				"u7@west.test delivered at u7@west.test: 6AM8xMam000313",
				"u7@west.test delayed at u6@north.test: 6AM8xMam000313 > 6AM8xSb0000328",
			],
		]);
	});

	it("stands apart where another message of that moment bears the same Message-ID", () => {
		const other = line(
			"28.285",
			"sm-mta[313]: 6AM8xMav000313: from=<carol@corp.test>, size=768, class=0, nrcpts=1, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=edge.corp.test [192.0.2.3]",
		);
		expect(ways(located("mx", [...forwarded, other].join("\n")))).toContainEqual([
			"u6@north.test delayed at u6@north.test: 6AM8xSb0000328",
		]);
	});
});

it("follows what dovecot-lda's sieve script redirected, through pickup", () => {
	// Postfix 3.7.11 with dovecot-lda 2.3.19 as a pipe, `redirect` to another host
	const stored =
		"\n2026-11-22T07:47:03.16+00:00 gw dovecot: lda(u6@g2.example)<228><IHKZJEqfAmvkAAAAZN5P0Q>: sieve: msgid=<m@web>: redirect action: forwarded to <u9@t.example>";
	const handed = `\n${at("03.25", "pipe[174]: AAAAAA0001: to=<u6@g2.example>, relay=dovecot, delay=0.15, delays=0.01/0.04/0/0.1, dsn=2.0.0, status=sent (delivered via dovecot service)")}`;
	expect(
		ways(located("gw", taken("AAAAAA0001") + stored + again("AAAAAA0002", "03.18", "u9@t.example") + handed)),
	).toEqual([["u6@g2.example delivered at u9@t.example: AAAAAA0001 > AAAAAA0002"]]);
});

it("tells what procmail kept and what it forwarded, behind Postfix", () => {
	// Postfix 3.11.7 with mailbox_command procmail, `:0 c` and `! u8@st.example`
	const line = (second: string, rest: string) => `2026-11-22T13:46:${second}+00:00 lo postfix/${rest}`;
	const forwarded = (command: string) =>
		located(
			"lo",
			[
				line("41.593", "smtpd[292]: 90E363223B1: client=out.corp.example[192.0.2.1]"),
				line("41.594", "cleanup[295]: 90E363223B1: message-id=<m@web>"),
				line("41.595", "qmgr[291]: 90E363223B1: from=<alice@corp.example>, size=567, nrcpt=1 (queue active)"),
				line("42.603", "pickup[290]: 93CB03223B9: uid=1007 from=<u7>"),
				line("42.604", "cleanup[295]: 93CB03223B9: message-id=<m@web>"),
				line("42.605", "qmgr[291]: 93CB03223B9: from=<u7@lo.example>, size=567, nrcpt=1 (queue active)"),
				line(
					"42.700",
					"smtp[299]: 93CB03223B9: to=<u8@st.example>, relay=st.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jXCq739h9znF1p)",
				),
				line("42.701", "qmgr[291]: 93CB03223B9: removed"),
				line(
					"42.817",
					`local[296]: 90E363223B1: to=<u7@lo.example>, relay=local, delay=1.2, delays=0/0/0/1.2, dsn=2.0.0, status=sent (delivered to command: ${command})`,
				),
				line("42.818", "qmgr[291]: 90E363223B1: removed"),
			].join("\n"),
		);
	const relayed = "u7@lo.example relayed at u8@st.example: 90E363223B1 > 93CB03223B9";
	expect(ways(forwarded("/usr/bin/procmail -a DEFAULT=/var/mail/u7"))).toEqual([
		["u7@lo.example delivered at u7@lo.example: 90E363223B1", relayed],
	]);
	// any other command: what it put back is all that is known of it
	expect(ways(forwarded("/usr/local/bin/filter"))).toEqual([[relayed]]);
});

// exim 4.98.2, a router before all others to a pipe transport: `command = /usr/sbin/exim4 -oMr spam-scanned -bS`, `use_bsmtp`
const SCANNED = `
Nov 22 17:01:50 ex exim[251]: 2026-11-22 17:01:50 1xVAwo-00000000043-09nz <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=582 id=Lh3-019.a91edaf2@web01.corp.example from <alice@corp.example> for u1@exst.example
Nov 22 17:01:50 ex exim[252]: 2026-11-22 17:01:50 1xVAwo-00000000043-09nz => u1 <u1@exst.example> F=<alice@corp.example> P=<alice@corp.example> R=spamscan T=spamcheck S=646 DT=0s
Nov 22 17:01:50 ex exim[252]: 2026-11-22 17:01:50 1xVAwo-00000000043-09nz Completed
Nov 22 17:01:50 ex exim[254]: 2026-11-22 17:01:50 1xVAwo-00000000046-0apP <= alice@corp.example U=Debian-exim P=spam-scanned S=781 id=Lh3-019.a91edaf2@web01.corp.example from <alice@corp.example> for u1@exst.example
Nov 22 17:01:50 ex exim[258]: 2026-11-22 17:01:50 1xVAwo-00000000046-0apP => u1@exst.example F=<alice@corp.example> P=<alice@corp.example> R=static T=remote_smtp S=804 H=192.0.2.41 [192.0.2.41] X=TLS1.3:ECDHE_SECP256R1__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no K C="250 2.0.0 Ok: 804 bytes queued as 426E927E0E5" DT=0s
Nov 22 17:01:50 ex exim[258]: 2026-11-22 17:01:50 1xVAwo-00000000046-0apP Completed`;

const BEFORE = `
Nov 22 17:01:50 out postfix/smtpd[224]: 0775427E0E5: client=unknown[198.51.100.1]
Nov 22 17:01:50 out postfix/cleanup[227]: 0775427E0E5: message-id=<Lh3-019.a91edaf2@web01.corp.example>
Nov 22 17:01:50 out postfix/qmgr[222]: 0775427E0E5: from=<alice@corp.example>, size=382, nrcpt=1 (queue active)
Nov 22 17:01:50 out postfix/smtp[228]: 0775427E0E5: to=<u1@exst.example>, relay=192.0.2.2[192.0.2.2]:25, delay=0.24, delays=0/0/0.01/0.23, dsn=2.0.0, status=sent (250 OK id=1xVAwo-00000000043-09nz)
Nov 22 17:01:50 out postfix/qmgr[222]: 0775427E0E5: removed`;

it("follows what a scanner behind an exim pipe hands back, under a protocol of the administrator's choice", () => {
	expect(ways(located("ex", SCANNED))).toEqual([
		["u1@exst.example relayed at u1@exst.example: 1xVAwo-00000000043-09nz > 1xVAwo-00000000046-0apP"],
	]);
});

it("does not lead what came back to the host that it had been on before", () => {
	expect(ways(located("ex", SCANNED), located("out", BEFORE))).toEqual([
		[
			"u1@exst.example relayed at u1@exst.example: 0775427E0E5 > 1xVAwo-00000000043-09nz > 1xVAwo-00000000046-0apP",
		],
	]);
});

/** Postfix 3.7.11 and Mailman 3.3.8, Debian 12: the list server takes the message by LMTP and sends it on by SMTP. */
describe("what a server of the host took by LMTP without giving it an id", () => {
	const mm = (second: string, rest: string) => `2026-11-22T23:33:${second}+00:00 mm postfix/${rest}`;
	const first = (reply = "250 Ok", messageId = "m@web01") => [
		mm("22.109", "smtpd[207]: 1AD2C2DC17B: client=out.corp.example[192.0.2.1]"),
		mm("22.110", `cleanup[209]: 1AD2C2DC17B: message-id=<${messageId}>`),
		mm("22.111", "qmgr[204]: 1AD2C2DC17B: from=<alice@corp.example>, size=573, nrcpt=1 (queue active)"),
		mm(
			"23.136",
			`lmtp[210]: 1AD2C2DC17B: to=<test@mm.example>, relay=127.0.0.1[127.0.0.1]:8024, delay=1, delays=0.01/0.02/0.02/0.99, dsn=2.0.0, status=sent (${reply})`,
		),
		mm("23.137", "qmgr[204]: 1AD2C2DC17B: removed"),
	];
	const sent = (sender: string, to = "u1@st.example", messageId = "m@web01") => [
		mm("26.580", "smtpd[207]: 8DB022DC061: client=localhost[127.0.0.1]"),
		mm("26.581", `cleanup[209]: 8DB022DC061: message-id=<${messageId}>`),
		mm("26.585", `qmgr[204]: 8DB022DC061: from=<${sender}>, size=1674, nrcpt=1 (queue active)`),
		mm(
			"26.610",
			`smtp[216]: 8DB022DC061: to=<${to}>, relay=st.corp.example[192.0.2.41]:25, delay=0.03, delays=0.01/0.02/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 940B22CC261)`,
		),
		mm("26.619", "qmgr[204]: 8DB022DC061: removed"),
	];
	const told = (...lines: string[][]) => ways(located("mm", lines.flat().join("\n")));
	const APART = [
		["test@mm.example delivered at test@mm.example: 1AD2C2DC17B"],
		["u1@st.example relayed at u1@st.example: 8DB022DC061"],
	];

	it.each(["test-bounces@mm.example", "test-bounces+u1=st.example@mm.example"])(
		"goes to a list's members: from %s",
		(sender) => {
			expect(told(first(), sent(sender))).toEqual([
				["test@mm.example relayed at u1@st.example: 1AD2C2DC17B > 8DB022DC061"],
			]);
		},
	);

	it("may have been kept too where it went on under another sender: a store says as little", () => {
		expect(told(first(), sent("alice@corp.example"))).toEqual([
			[
				"test@mm.example delivered at test@mm.example: 1AD2C2DC17B",
				"test@mm.example relayed at u1@st.example: 1AD2C2DC17B > 8DB022DC061",
			],
		]);
	});

	it("is not looked for where the reply has an id, or where no Message-ID tells", () => {
		const dovecot = "250 2.0.0 <test@mm.example> KEHEHfNUAmuqAAAAZN5P0Q Saved";
		expect(told(first(dovecot), sent("test-bounces@mm.example"))).toEqual(APART);
		expect(told(first(undefined, ""), sent("alice@corp.example", "test@mm.example", ""))).toHaveLength(2);
	});
});
