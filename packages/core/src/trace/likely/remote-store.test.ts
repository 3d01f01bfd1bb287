/** OpenSMTPD 7.6 with `action "ol" lmtp "HOST:24"` (Debian 13) and Dovecot 2.4 on that host: a local delivery by the MTA's lines, which name no store. */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const OUT = `
2026-11-22T17:18:40.91+00:00 out postfix/smtpd[9]: 8AEFB2AC33C: client=app.corp.example[192.0.2.77]
2026-11-22T17:18:40.92+00:00 out postfix/cleanup[9]: 8AEFB2AC33C: message-id=<m@web>
2026-11-22T17:18:40.93+00:00 out postfix/qmgr[9]: 8AEFB2AC33C: from=<alice@corp.example>, size=377, nrcpt=1 (queue active)
2026-11-22T17:18:41.01+00:00 out postfix/smtp[9]: 8AEFB2AC33C: to=<u2@ol.example>, relay=192.0.2.4[192.0.2.4]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 c6f88fe4 Message accepted for delivery)`;
const RELAY = `
2026-11-22T17:18:41.00+00:00 op smtpd[70]: 8f5171491540ede1 smtp message msgid=c6f88fe4 size=600 nrcpt=1 proto=ESMTP
2026-11-22T17:18:41.00+00:00 op smtpd[70]: 8f5171491540ede1 smtp envelope evpid=c6f88fe46dd6400b from=<alice@corp.example> to=<u2@ol.example>
2026-11-22T17:18:41.09+00:00 op smtpd[70]: 8f5171491540ede2 mda delivery evpid=c6f88fe46dd6400b from=<alice@corp.example> to=<u2@ol.example> rcpt=<u2@ol.example> user=vmail delay=0s result=Ok stat=Delivered`;
const stored = (at: string, host = "st", id = "qdttIkEkA2uGAQAA9H160w") =>
	`2026-11-22T17:${at}+00:00 ${host} dovecot: lmtp(u2@ol.example)<390><${id}>: sieve: msgid=<m@web>: stored mail into mailbox 'INBOX'`;
const told = (...logs: ReturnType<typeof located>[]) =>
	trace(located("out", OUT), located("op", RELAY), ...logs).map(({ recipients }) =>
		recipients.map(({ path }) => path.map(({ host }) => host).join(" > ")),
	);

it("joins the one store that has the message's Message-ID for that user", () => {
	expect(told(located("st", stored("18:41.08")))).toEqual([["out > op > st"]]);
});

it("and none of two, nor one of another time, nor what is no store", () => {
	const two = `${stored("18:41.08")}\n${stored("18:41.08", "st", "mgCwOEEkA2uSAQAA9H160w")}`;
	expect(told(located("st", two))).toHaveLength(3);
	expect(
		told(
			located("st", stored("18:41.08")),
			located("sx", stored("18:41.08", "sx", "GXDqN0EkA2uPAQAA9H160w")),
		),
	).toHaveLength(3);
	// by another clock, or of the same words that came once more
	expect(told(located("st", stored("18:41.28")))).toHaveLength(2);
	expect(told(located("st", stored("23:41.08")))).toHaveLength(2);
	const queue = located(
		"st",
		`2026-11-22T17:18:41.08+00:00 st postfix/smtpd[9]: 9AEFB2AC33D: client=op.example[192.0.2.4]
2026-11-22T17:18:41.08+00:00 st postfix/cleanup[9]: 9AEFB2AC33D: message-id=<m@web>
2026-11-22T17:18:41.08+00:00 st postfix/qmgr[9]: 9AEFB2AC33D: from=<alice@corp.example>, size=600, nrcpt=1 (queue active)
2026-11-22T17:18:41.09+00:00 st postfix/local[9]: 9AEFB2AC33D: to=<u2@ol.example>, relay=local, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (delivered to mailbox)`,
	);
	expect(told(queue)).toHaveLength(2);
});
