/** What Dovecot hands on itself: its submission service and its LMTP proxy, each a stop under its own id. Lines of Dovecot 2.3.19 and Postfix 3.7. */
import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const SUBMITTED = `Nov 22 07:30:51 mx postfix/relay/smtpd[424]: 631842B0435: client=mx.corp.example[192.0.2.50], sasl_method=XCLIENT, sasl_username=anna@corp.example
Nov 22 07:30:51 mx postfix/cleanup[422]: 631842B0435: message-id=<sub804d6@x>
Nov 22 07:30:51 mx dovecot: submission(anna@corp.example)<549><KIHwdNhgUb/AAAIy>: Successfully relayed message: from=<anna@corp.example>, size=46, id=IP/jFyuaAmslAgAACxgaDQ, nrcpt=2, reply=\`250 2.0.0 Ok: 217 bytes queued as 631842B0435'
Nov 22 07:30:51 mx postfix/qmgr[415]: 631842B0435: from=<anna@corp.example>, size=497, nrcpt=2 (queue active)
Nov 22 07:30:51 mx dovecot: lmtp(bob@corp.example)<437><YAyPGCuaAmskAgAACxgaDQ>: msgid=<sub804d6@x>: saved mail to INBOX
Nov 22 07:30:51 mx postfix/lmtp[449]: 631842B0435: to=<bob@corp.example>, relay=mx.corp.example[private/dovecot-lmtp], delay=0.04, delays=0.01/0/0.02/0.01, dsn=2.0.0, status=sent (250 2.0.0 <bob@corp.example> YAyPGCuaAmskAgAACxgaDQ Saved)
Nov 22 07:30:51 mx postfix/smtp[450]: 631842B0435: to=<gina@b.example>, relay=mx.b.example[192.0.2.99]:25, delay=0.1, delays=0/0/0/0.1, dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.99] said: 550 5.1.1 no (in reply to RCPT TO command))
Nov 22 07:30:51 mx postfix/qmgr[415]: 631842B0435: removed`;

const PROXIED = `Nov 22 07:32:53 mx postfix/qmgr[415]: D13282B03C1: from=<bob@corp.example>, size=600, nrcpt=1 (queue active)
Nov 22 07:32:54 mx dovecot: lmtp(791): lmtp-server: conn 192.0.2.10:42760 [1]: rcpt pp@proxy.example: <iLR9HqaaAmsXAwAACxgaDQ>: Sent message to <pp@proxy.example> at 192.0.2.53:24: 250 2.0.0 <pp@proxy.example> DL42H6aaAmsZAwAACxgaDQ Saved (1/1 at 29 ms)
Nov 22 07:32:54 mx postfix/lmtp[450]: D13282B03C1: to=<pp@proxy.example>, relay=192.0.2.10[192.0.2.10]:24, delay=0.69, delays=0.03/0.03/0.59/0.03, dsn=2.0.0, status=sent (250 2.0.0 <pp@proxy.example> iLR9HqaaAmsXAwAACxgaDQ Saved)
Nov 22 07:32:54 mx postfix/qmgr[415]: D13282B03C1: removed`;
const BACKEND = `Nov 22 07:32:54 be dovecot: lmtp(pp@proxy.example)<793><DL42H6aaAmsZAwAACxgaDQ>: sieve: msgid=<f58@x>: fileinto action: stored mail into mailbox 'Junk'`;

const way = (path: { mta: string; queueId?: string }[]) =>
	path.map(({ mta, queueId }) => `${mta}:${queueId}`).join(" > ");

describe("Dovecot's submission service", () => {
	it("is the first stop, and its recipients are those of the queue that took the message", () => {
		const journeys = trace(located("mx", SUBMITTED));
		expect(journeys).toHaveLength(1);
		expect(
			journeys[0]?.recipients.map(({ original, outcome, path }) => [original, outcome, way(path)]),
		).toEqual([
			["gina@b.example", "failed", "dovecot:IP/jFyuaAmslAgAACxgaDQ > postfix:631842B0435"],
			[
				"bob@corp.example",
				"delivered",
				"dovecot:IP/jFyuaAmslAgAACxgaDQ > postfix:631842B0435 > dovecot:YAyPGCuaAmskAgAACxgaDQ",
			],
		]);
		expect(journeys[0]?.sender).toBe("anna@corp.example");
	});

	it("names nobody where the queue behind it is not known", () => {
		const alone = SUBMITTED.split("\n").filter((line) => line.includes("relayed"));
		expect(trace(located("mx", alone.join("\n"))).flatMap(({ recipients }) => recipients)).toEqual([]);
	});
});

describe("Dovecot's LMTP proxy", () => {
	it("is a stop before the backend that holds the mailbox", () => {
		const [journey, ...others] = trace(located("mx", PROXIED), located("be", BACKEND));
		expect(others).toEqual([]);
		expect(journey?.recipients.map(({ outcome, mailbox, path }) => [outcome, mailbox, way(path)])).toEqual([
			[
				"delivered",
				"Junk",
				"postfix:D13282B03C1 > dovecot:iLR9HqaaAmsXAwAACxgaDQ > dovecot:DL42H6aaAmsZAwAACxgaDQ",
			],
		]);
	});

	it("is none where the backend refused: the MTA's line tells of it", () => {
		const refused = `Nov 22 08:18:51 mx dovecot: lmtp(1405): lmtp-server: conn 192.0.2.10:60088 [1]: rcpt full@proxy.example: <np12K6ulAmt9BQAACxgaDQ>: Failed to send message to <full@proxy.example> at 192.0.2.52:24: 552 5.2.2 <full@proxy.example> Mailbox full (1/1 at 9 ms)`;
		expect(trace(located("mx", refused))).toEqual([]);
	});

	it("has only relayed it where nobody watches the backend", () => {
		expect(trace(located("mx", PROXIED))[0]?.recipients.map(({ outcome }) => outcome)).toEqual(["relayed"]);
	});
});
