import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// sendmail 8.17.1 at LogLevel 14, `fan: u1@t.example, staff` and `staff: u2@t.example`, beside an address that is no alias
const EDGE = `
Nov 22 07:50:12 edge sm-mta[103]: 6AM7oCPe000103: from=<bob@corp.example>, size=956, class=0, nrcpts=2, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: alias fan => u1@t.example, staff
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: alias staff => u2@t.example
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: to=u1@t.example,u2@t.example,<u3@t.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=31148, relay=mx.t.example. [192.0.2.9], dsn=2.0.0, stat=Sent (Ok: queued as 4jXLp3361zzPFyS)`;
const OUT = `
Nov 22 07:50:12 out postfix/smtpd[1]: 4jXLnw02vyHznDx: client=web01.corp.example[192.0.2.77]
Nov 22 07:50:12 out postfix/cleanup[2]: 4jXLnw02vyHznDx: message-id=<m@web>
Nov 22 07:50:12 out postfix/qmgr[3]: 4jXLnw02vyHznDx: from=<bob@corp.example>, size=800, nrcpt=2 (queue active)
Nov 22 07:50:12 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<fan@edge.corp.example>, relay=edge.corp.example[192.0.2.3]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AM7oCPe000103 Message accepted for delivery)
Nov 22 07:50:12 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<u3@t.example>, relay=edge.corp.example[192.0.2.3]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AM7oCPe000103 Message accepted for delivery)`;

const originals = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs).flatMap(({ recipients }) =>
		recipients.map((each) => `${each.original} -> ${each.recipient}`),
	);

it("gives an alias' members the address that stood for them, through aliases of aliases", () => {
	expect(originals(located("out", OUT), located("edge", EDGE))).toEqual([
		"fan@edge.corp.example -> u1@t.example",
		"fan@edge.corp.example -> u2@t.example",
		"u3@t.example -> u3@t.example",
	]);
});

it("gives nobody's address to one of whom the sender's line is missing", () => {
	const kept = OUT.split("\n").filter((line) => !line.includes("fan@edge"));
	const edge = EDGE.replaceAll(/alias (?:fan|staff) => .*/g, "done").replace("u2@t.example,", "");
	expect(originals(located("out", kept.join("\n")), located("edge", edge))).toEqual([
		"u1@t.example -> u1@t.example",
		"u3@t.example -> u3@t.example",
	]);
});

it("knows the alias alone where nobody tells what was handed over", () => {
	expect(originals(located("edge", EDGE))).toEqual([
		"fan -> u1@t.example",
		"fan -> u2@t.example",
		"u3@t.example -> u3@t.example",
	]);
});

// sendmail 8.17.1, a queue group with `r=2`
const SPLIT = `
2026-11-22T10:59:18.587056+00:00 sm1 sendmail[114]: 6AMAxID6000114: from=<alice@corp.example>, size=603, class=0, nrcpts=5, msgid=<Lx4-013.ba8a1330@web01.corp.example>, proto=ESMTP, daemon=MTA-v4, relay=ex3.corp.example [127.0.1.13]
2026-11-22T10:59:18.588079+00:00 sm1 sendmail[114]: 6AMAxID6000114: split: maxrcpts=2, rcpts=5, count=2, ids=6AMAxID7000114; 6AMAxID8000114
2026-11-22T10:59:18.745377+00:00 sm1 sendmail[116]: 6AMAxID6000114: to=<u2@c2.example>,<u10@c2.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=150603, relay=[127.0.1.41] [127.0.1.41], dsn=2.0.0, stat=Sent (Ok: queued as AF42627403E)
2026-11-22T10:59:18.746063+00:00 sm1 sendmail[118]: 6AMAxID8000114: to=<u6@c2.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=150603, relay=[127.0.1.41] [127.0.1.41], dsn=2.0.0, stat=Sent (Ok: queued as A0B01274031)
2026-11-22T10:59:18.759639+00:00 sm1 sendmail[120]: 6AMAxID7000114: to=<u4@c2.example>,<u3@c2.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=150603, relay=[127.0.1.41] [127.0.1.41], dsn=2.0.0, stat=Sent (Ok: queued as B331227403F)`;

it("follows a message that sendmail splits over entries of its queue, in the header that it had before", () => {
	const [journey, ...others] = trace(located("sm1", SPLIT));
	expect(others).toEqual([]);
	expect(journey?.recipients.map((each) => [each.recipient, each.outcome]).sort()).toEqual(
		["u10", "u2", "u3", "u4", "u6"].map((user) => [`${user}@c2.example`, "relayed"]),
	);
	expect(new Set(journey?.recipients.flatMap(({ path }) => path.map(({ queueId }) => queueId)))).toEqual(
		new Set(["6AMAxID6000114"]),
	);
	const handed = ["u10", "u2", "u3", "u4", "u6"].map(
		(user) =>
			`2026-11-22T10:59:18.6+00:00 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<${user}@c2.example>, relay=sm1.corp.example[127.0.1.21]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AMAxID6000114 Message accepted for delivery)`,
	);
	const whole = trace(located("out", handed.join("\n")), located("sm1", SPLIT)).flatMap(
		(each) => each.recipients,
	);
	expect(whole.map(({ outcome, path }) => `${outcome} ${path.length}`)).toEqual(
		Array.from({ length: 5 }, () => "relayed 2"),
	);
});

// sendmail 8.17.1, `fan: u1, u2@c2.example`, `owner-fan: bob@corp.example` and `chain: fan, u4`, users of the host itself
const CHAIN = `
Nov 22 10:59:35 sm2 sendmail[220]: 6AMAxZ4G000220: from=<alice@corp.example>, size=379, class=0, nrcpts=1, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [127.0.1.1]
Nov 22 10:59:35 sm2 sendmail[221]: 6AMAxZ4G000220: 6AMAxZ4I000221: clone: owner=bob@corp.example
Nov 22 10:59:35 sm2 sendmail[221]: 6AMAxZ4G000220: to=u4, delay=00:00:00, xdelay=00:00:00, mailer=local, pri=120379, dsn=2.0.0, stat=Sent
Nov 22 10:59:35 sm2 sendmail[221]: 6AMAxZ4I000221: to=u1, delay=00:00:00, xdelay=00:00:00, mailer=local, pri=120379, dsn=2.0.0, stat=Sent
Nov 22 10:59:35 sm2 sendmail[221]: 6AMAxZ4G000220: done; delay=00:00:00, ntries=1`;

it("names an alias' users as the alias is named, in a list's own copy too", () => {
	const sent =
		"Nov 22 10:59:35 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<chain@c5.example>, relay=sm2.corp.example[127.0.1.22]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AMAxZ4G000220 Message accepted for delivery)";
	expect(originals(located("out", sent), located("sm2", CHAIN)).sort()).toEqual([
		"chain@c5.example -> u1@c5.example",
		"chain@c5.example -> u4@c5.example",
	]);
});

// Postfix 3.10.13, a `.forward` of `u1@st.example, \\u5`, with procmail as mailbox_command
const KEPT = `
Nov 22 16:53:16 pi postfix/smtpd[337]: 4DAA327E34F: client=out.corp.example[192.0.2.1]
Nov 22 16:53:16 pi postfix/cleanup[340]: 4DAA327E34F: message-id=<m@web>
Nov 22 16:53:16 pi postfix/qmgr[335]: 4DAA327E34F: from=<alice@corp.example>, size=567, nrcpt=1 (queue active)
Nov 22 16:53:17 pi postfix/local[350]: 4DAA327E34F: to=<u5@pi.example>, relay=local, delay=1.1, delays=0.01/0.01/0/1.1, dsn=2.0.0, status=sent (delivered to command: /usr/bin/procmail -a "$EXTENSION" DEFAULT=/var/mail/$USER)
Nov 22 16:53:17 pi postfix/local[350]: 4DAA327E34F: to=<u5@pi.example>, relay=local, delay=1.2, delays=0.01/0.01/0/1.2, dsn=2.0.0, status=sent (forwarded as 5110927E415)
Nov 22 16:53:17 pi postfix/qmgr[335]: 4DAA327E34F: removed`;
const FORWARDED = `
Nov 22 16:53:17 pi postfix/cleanup[340]: 5110927E415: message-id=<m@web>
Nov 22 16:53:17 pi postfix/qmgr[335]: 5110927E415: from=<alice@corp.example>, size=700, nrcpt=1 (queue active)
Nov 22 16:53:17 pi postfix/smtp[352]: 5110927E415: to=<u1@st.example>, orig_to=<u5@pi.example>, relay=mx.st.example[192.0.2.9]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Nov 22 16:53:17 pi postfix/qmgr[335]: 5110927E415: removed`;

it("tells of the copy that a user keeps beside the one that goes on", () => {
	const [journey, ...others] = trace(located("pi", KEPT + FORWARDED));
	expect(others).toEqual([]);
	expect(
		journey?.recipients.map((each) => [
			each.recipient,
			each.outcome,
			each.path.map(({ queueId }) => queueId),
		]),
	).toEqual([
		["u5@pi.example", "delivered", ["4DAA327E34F"]],
		["u1@st.example", "relayed", ["4DAA327E34F", "5110927E415"]],
	]);
});

// exim 4.96 with the rewriting rule `*@b.example $1@d.example T`
const REWRITING = `
2026-11-22 07:50:12 1xVKwH-00002e-1C <= bob@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=900 id=m@web
2026-11-22 07:50:12 1xVKwH-00002e-1C => u1@d.example R=dnslookup T=remote_smtp H=mx.d.example [192.0.2.9] C="250 OK"
2026-11-22 07:50:12 1xVKwH-00002e-1C -> u2@d.example R=dnslookup T=remote_smtp H=mx.d.example [192.0.2.9] C="250 OK"
2026-11-22 07:50:12 1xVKwH-00002e-1C Completed`;
const toRewriting = (...addresses: string[]) =>
	OUT.split("\n").slice(0, 4).join("\n") +
	addresses
		.map(
			(address) =>
				`\nNov 22 07:50:12 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<${address}>, relay=ex.example[192.0.2.4]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 OK id=1xVKwH-00002e-1C)`,
		)
		.join("");

it("tells people apart by their local parts where a host gave all of them another domain", () => {
	const given = located("out", toRewriting("u1@b.example", "u2@b.example"));
	expect(originals(given, located("ex", REWRITING))).toEqual([
		"u1@b.example -> u1@d.example",
		"u2@b.example -> u2@d.example",
	]);
});

it.each([
	["one local part fits nobody", ["u1@b.example", "staff@b.example"]],
	["one stands for two", ["u1@b.example", "u1@c.example"]],
	["there are more of them", ["u1@b.example", "u2@b.example", "u3@b.example"]],
])("and guesses nobody's where %s", (_why, addresses) => {
	const told = originals(located("out", toRewriting(...addresses)), located("ex", REWRITING));
	expect(told).toEqual(
		expect.arrayContaining(["u1@d.example -> u1@d.example", "u2@d.example -> u2@d.example"]),
	);
});

it("tells of somebody who was given beside an alias of his that exim delivered once for both", () => {
	// exim 4.96, `fan: u1@d.example, u2@d.example`
	const once = REWRITING.replaceAll(/(u[12]@d.example) R/g, "$1 <fan@ex.example> R");
	const told = trace(located("out", toRewriting("fan@ex.example", "u1@d.example")), located("ex", once));
	expect(
		told[0]?.recipients.map(({ original, recipient, outcome }) => [original, recipient, outcome]),
	).toEqual([
		["fan@ex.example", "u1@d.example", "relayed"],
		["fan@ex.example", "u2@d.example", "relayed"],
		["u1@d.example", "u1@d.example", "relayed"],
	]);
});
