/** A real line of each program with a stranger's text in it: whatever the text, the fields stay those that the program wrote. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ParsedMessage } from "../event/index.ts";
import { IMITATION } from "./imitation.testing.ts";
import { parseMessage } from "./parse-line.ts";

/** Text as a stranger can place it in an address: a quoted local part, in which everything may stand. */
const HOSTILE = fc
	.array(IMITATION, { minLength: 1, maxLength: 12 })
	.map((parts) =>
		parts
			.join("")
			.replace(/[\\"]/g, "")
			.replace(/[^\x20-\x7e]/g, "?"),
	)
	.map((text) => `"${text}"@evil.example`);

interface Trial {
	program: string;
	/** a real line with the stranger's address in it */
	line: (address: string) => string;
	holds: (event: ParsedMessage, address: string) => void;
}

const TRIALS: Record<string, Trial> = {
	"sendmail from=": {
		program: "sendmail",
		line: (address) =>
			`6AM101XX002301: from=<${address}>, size=1136, class=0, nrcpts=3, msgid=<m@x>, proto=ESMTP, daemon=MTA, relay=h.example [192.0.2.7]`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "received",
				sender: address,
				size: 1136,
				client: { ip: "192.0.2.7" },
				messageId: "m@x",
			}),
	},
	"sendmail to=": {
		program: "sendmail",
		line: (address) =>
			`6AM101XX002301: to=<${address}>,<b@x>, delay=00:00:09, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.x. [192.0.2.7], dsn=5.1.1, reply=550 <${address}>: no, stat=User unknown`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "delivery",
				recipients: [address, "b@x"],
				delay: 9,
				status: "user unknown",
				relay: { ip: "192.0.2.7" },
			}),
	},
	"sendmail ruleset": {
		program: "sendmail",
		line: (address) =>
			`6AM101XX002301: ruleset=check_rcpt, arg1=<${address}>, relay=h.example [192.0.2.7], reject=550 5.7.1 Relaying denied`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "reject",
				recipient: address,
				client: { ip: "192.0.2.7" },
				reply: { code: 550, text: "Relaying denied" },
			}),
	},
	amavis: {
		program: "amavis",
		line: (address) =>
			`(00178-01) Passed CLEAN {RelayedInbound}, [192.0.2.7]:35983 <${address}> -> <${address}>,<b@x>, Queue-ID: D08FF538054, Message-ID: <m@x>, mail_id: IHOdTyAWJi8r, Hits: -1, size: 605, queued_as: 6F88E5380B1, 1157 ms`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "verdict",
				sender: address,
				recipients: [address, "b@x"],
				queueId: "D08FF538054",
				mailId: "IHOdTyAWJi8r",
				nextQueueId: "6F88E5380B1",
				client: { ip: "192.0.2.7" },
			}),
	},
	"exim <=": {
		program: "exim",
		line: (address) => `1xUxQK-000012-1g <= ${address} H=h.example [192.0.2.7] P=esmtp S=1542 id=m@x`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "received",
				sender: address,
				client: { ip: "192.0.2.7" },
				size: 1542,
				messageId: "m@x",
			}),
	},
	"exim =>": {
		program: "exim",
		line: (address) =>
			`1xUxQK-000012-1g => ${address} <a@x> R=d T=remote_smtp H=mx.x [192.0.2.7] C="250 OK id=1xUxQS-00002A-2b"`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "delivery",
				recipients: [address],
				originalRecipient: "a@x",
				relay: { ip: "192.0.2.7" },
				nextQueueId: "1xUxQS-00002A-2b",
			}),
	},
	"exim rejected": {
		program: "exim",
		line: (address) => `H=h.example [192.0.2.7] F=<${address}> rejected RCPT <${address}>: User unknown`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "reject",
				sender: address,
				recipient: address,
				client: { ip: "192.0.2.7" },
				reply: { text: "User unknown" },
			}),
	},
	opensmtpd: {
		program: "smtpd",
		line: (address) =>
			`995fb2a7b90cf461 mta delivery evpid=f5aa4dbe9985723f from=<${address}> to=<${address}> rcpt=<${address}> source="192.0.2.1" relay="192.0.2.7 (mx.x)" delay=0s result="PermFail" stat="550 no"`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "delivery",
				recipients: [address],
				originalRecipient: address,
				status: "permfail",
				relay: { ip: "192.0.2.7" },
				reply: { code: 550, text: "no" },
			}),
	},
	"dovecot login": {
		program: "dovecot",
		line: (address) =>
			`imap-login: Disconnected (auth failed, 3 attempts in 14 secs): user=<${address}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "auth-failed",
				username: address,
				client: { ip: "192.0.2.7" },
				attempts: 3,
				service: "imap",
			}),
	},
	postgrey: {
		program: "postgrey",
		line: (address) =>
			`action=greylist, reason=new, client_name=h.example, client_address=192.0.2.7, sender=${address}, recipient=b@x`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "verdict",
				sender: address,
				recipients: ["b@x"],
				client: { ip: "192.0.2.7" },
				result: "greylisted",
			}),
	},
};

describe("a stranger's address forges no field", () => {
	it.each(Object.entries(TRIALS))("%s", (_name, { program, line, holds }) => {
		fc.assert(
			fc.property(HOSTILE, (address) => {
				holds(parseMessage(program, line(address)), address);
			}),
			{ numRuns: 300 },
		);
	});
});

/** Words that a stranger writes into a Message-ID or a reply: anything printable. */
const WORDS = fc
	.array(
		fc.oneof(
			IMITATION,
			fc.constantFrom(
				", stat=Deferred: 550 ",
				": stored mail into mailbox 'Junk'",
				"', ",
				" id=",
				", msgid=",
			),
		),
		{
			minLength: 1,
			maxLength: 12,
		},
	)
	.map((parts) => parts.join("").replace(/[^\x20-\x7e]/g, "?"))
	.filter((text) => text === text.trim() && text !== "");

const WORDED: Record<string, Trial> = {
	"sendmail msgid=": {
		program: "sendmail",
		line: (words) =>
			`6AM101XX002301: from=<a@x>, size=1136, class=0, nrcpts=3, msgid=<${words}>, proto=ESMTP, daemon=MTA, relay=h.example [192.0.2.7]`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "received",
				sender: "a@x",
				protocol: "ESMTP",
				client: { name: "h.example", ip: "192.0.2.7" },
			}),
	},
	"sendmail reply=": {
		program: "sendmail",
		line: (words) =>
			`6AM101XX002301: to=<b@x>, delay=00:00:09, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.x. [192.0.2.7], dsn=5.1.1, reply=550 5.1.1 ${words}, stat=User unknown`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "delivery",
				status: "user unknown",
				action: "failed",
				reply: { code: 550 },
			}),
	},
	"sendmail stat=Sent": {
		program: "sendmail",
		line: (words) =>
			`6AM101XX002301: to=<b@x>, delay=00:00:09, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.x. [192.0.2.7], dsn=2.0.0, stat=Sent (ok ${words})`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "delivery",
				status: "sent",
				action: "relayed",
				recipients: ["b@x"],
			}),
	},
	"amavis Message-ID": {
		program: "amavis",
		line: (words) =>
			`(00178-01) Passed CLEAN {RelayedInbound}, [192.0.2.7]:35983 <a@x> -> <b@x>, Queue-ID: D08FF538054, Message-ID: <${words}>, mail_id: IHOdTyAWJi8r, Hits: -1, size: 605, queued_as: 6F88E5380B1, 1157 ms`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "verdict",
				queueId: "D08FF538054",
				mailId: "IHOdTyAWJi8r",
				nextQueueId: "6F88E5380B1",
				score: -1,
				client: { ip: "192.0.2.7" },
			}),
	},
	'exim C="…"': {
		program: "exim",
		line: (words) =>
			`1xUxQK-000012-1g => b@x R=d T=remote_smtp H=mx.x [192.0.2.7] C="250 ok ${words.replace(/[\\"]/g, "\\$&")}" QT=2s`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "delivery",
				relay: { ip: "192.0.2.7" },
				action: "relayed",
				delay: 2,
				reply: { code: 250 },
			}),
	},
	"sieve msgid=": {
		program: "dovecot",
		line: (words) =>
			`lmtp(u@x)<1><EIJMF/VUAmuqAAAAZN5P0Q>: sieve: msgid=<${words}>: fileinto action: stored mail into mailbox 'Spam'`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "stored",
				recipient: "u@x",
				mailbox: "Spam",
				action: "fileinto",
				sessionId: "EIJMF/VUAmuqAAAAZN5P0Q",
			}),
	},
	"opensmtpd stat=": {
		program: "smtpd",
		line: (words) =>
			`995fb2a7b90cf461 mta delivery evpid=f5aa4dbe9985723f from=<a@x> to=<b@x> rcpt=<-> source="192.0.2.1" relay="192.0.2.7 (mx.x)" delay=0s result="PermFail" stat="550 5.1.1 ${words}"`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "delivery",
				status: "permfail",
				action: "failed",
				reply: { code: 550 },
			}),
	},
};

describe("a stranger's words forge no field", () => {
	it.each(Object.entries(WORDED))("%s", (_name, { program, line, holds }) => {
		fc.assert(
			fc.property(WORDS, (words) => {
				holds(parseMessage(program, line(words)), words);
			}),
			{ numRuns: 300 },
		);
	});
});
