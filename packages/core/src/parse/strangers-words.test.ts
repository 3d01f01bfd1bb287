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
	"dovecot login of 2.4": {
		program: "dovecot",
		line: (address) =>
			`imap-login: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) (auth_failed): user=<${address}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "auth-failed",
				username: address,
				reason: "auth failed",
				client: { ip: "192.0.2.7" },
				server: { ip: "192.0.2.1" },
			}),
	},
	"dovecot forbidden name of 2.4": {
		program: "dovecot",
		line: (address) =>
			`auth(?,192.0.2.7,sasl:plain)<abc>: plain: Username character disallowed by auth_username_chars: 0x3e (username: ${address})`,
		holds: (event) =>
			expect(event).toMatchObject({ kind: "auth-failed", method: "plain", client: { ip: "192.0.2.7" } }),
	},
	"dovecot submission": {
		program: "dovecot",
		line: (address) =>
			`submission(anna@x)<546><mt/vdNhgqc3AAAIy>: Successfully relayed message: from=<${address}>, size=46, id=2pAuFSuaAmsiAgAACxgaDQ, nrcpt=1, reply=\`250 2.0.0 Ok: queued as 577D52B0435'`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "proxy-accept",
				sender: address,
				size: 46,
				queueId: "2pAuFSuaAmsiAgAACxgaDQ",
				nextQueueId: "577D52B0435",
			}),
	},
	"clamav-milter": {
		program: "clamav-milter",
		line: (address) =>
			`Message AD6402B010A from <${address}> to <b@x> with subject 's' message-id '<m@x>' date 'd' infected by Test.Eicar`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "verdict",
				result: "virus",
				queueId: "AD6402B010A",
				sender: address,
				recipients: ["b@x"],
				reason: "Test.Eicar",
			}),
	},
	postfwd: {
		program: "postfwd2/policy",
		line: (address) =>
			`[RULES] rule=1, id=R2, client=h.example[192.0.2.7], sender=<${address}>, recipient=<b@x>, helo=<h>, proto=ESMTP, state=RCPT, delay=0.00s, hits=R2, action=REJECT no`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "verdict",
				rule: "R2",
				client: { ip: "192.0.2.7" },
				sender: address,
				recipients: ["b@x"],
				action: "REJECT",
			}),
	},
	sqlgrey: {
		program: "sqlgrey",
		line: (address) => `grey: new: 192.0.2.7(192.0.2.7), ${address} -> b@x`,
		holds: (event, address) =>
			expect(event).toMatchObject({
				kind: "verdict",
				result: "greylisted",
				sender: address,
				recipients: ["b@x"],
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
				") {RelayedInbound}, [203.0.113.66]:1 <e@evil> -> <v@evil>, ",
				"quarantine: x/y, Queue-ID: EEEEEEEEEEE, ",
				">, qid: <EVIL1>, ip: 203.0.113.66, from: <e@evil>, ",
				"' message-id '<e@evil>' date '",
				"; envelope-from=e@evil; receiver=z",
				" infected by Nothing",
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
	"2.4 mail_log msgid=": {
		program: "dovecot",
		line: (words) =>
			`lmtp(u@x)<1><EIJMF/VUAmuqAAAAZN5P0Q>: Mailbox Spam: save: uid=1, msgid=<${words}>, size=403`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "stored",
				recipient: "u@x",
				mailbox: "Spam",
				action: "saved",
				sessionId: "EIJMF/VUAmuqAAAAZN5P0Q",
			}),
	},
	"lmtp proxy's reply": {
		program: "dovecot",
		line: (words) =>
			`lmtp(791): lmtp-server: conn 192.0.2.10:42760 [1]: rcpt pp@x: <iLR9HqaaAmsX>: Sent message to <pp@x> at 192.0.2.53:24: 250 2.0.0 ${words} (1/1 at 29 ms)`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "delivery",
				queueId: "iLR9HqaaAmsX",
				recipients: ["pp@x"],
				relay: { ip: "192.0.2.53", port: 24 },
				reply: { code: 250 },
			}),
	},
	"amavis banned name": {
		program: "amavis",
		line: (words) =>
			`(00178-01) Blocked BANNED (application/zip,${words}) {DiscardedInbound,Quarantined}, [192.0.2.7]:59517 <a@x> -> <b@x>, quarantine: s/banned-ssJXBc3-8BXo, Queue-ID: D7A6A56C6A2, Message-ID: <m@x>, mail_id: ssJXBc3-8BXo, Hits: -, size: 1324, 95 ms`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "verdict",
				result: "banned",
				action: "DiscardedInbound,Quarantined",
				queueId: "D7A6A56C6A2",
				quarantineId: "s/banned-ssJXBc3-8BXo",
				mailId: "ssJXBc3-8BXo",
				client: { ip: "192.0.2.7" },
				sender: "a@x",
			}),
	},
	"clamav-milter subject": {
		program: "clamav-milter",
		line: (words) =>
			`Message AD6402B010A from <a@x> to <b@x> with subject '${words}' message-id '<m@x>' date 'd' infected by Test.Eicar`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "verdict",
				queueId: "AD6402B010A",
				sender: "a@x",
				recipients: ["b@x"],
				result: "virus",
				reason: "Test.Eicar",
			}),
	},
	"rspamd's option": {
		program: "rspamd",
		line: (words) =>
			`<2b4c1d>; proxy; rspamd_task_write_log: id: <m@x>, qid: <4jXCpy5SQnz>, ip: 192.0.2.7, from: <a@x>, (default: T (add header): [7.70/15.00] [MULTIPLE_FROM(6.00){${words};},FROM_NO_DN(0.00){}]), len: 171, time: 3.2ms, dns req: 7, digest: <ab>, rcpts: <b@x>, mime_rcpts: <b@x>`,
		holds: (event) =>
			expect(event).toMatchObject({
				kind: "verdict",
				queueId: "4jXCpy5SQnz",
				messageId: "m@x",
				action: "add header",
				score: 7.7,
				sender: "a@x",
				client: { ip: "192.0.2.7" },
				recipients: ["b@x"],
			}),
	},
	"rspamd's Message-ID": {
		program: "rspamd",
		line: (words) =>
			`<2b4c1d>; proxy; rspamd_task_write_log: id: <${words}>, qid: <4jXCpy5SQnz>, ip: 192.0.2.7, from: <a@x>, (default: F (no action): [1.20/15.00] [SYM_A(0.10){}]), len: 171, time: 3.2ms, dns req: 7, digest: <ab>, rcpts: <b@x>, mime_rcpts: <b@x>`,
		holds: (event) => {
			expect(event).toMatchObject({ kind: "verdict", action: "no action", recipients: ["b@x"] });
			// another mark of a queue id in it: then none is told
			if ("queueId" in event)
				expect(event).toMatchObject({ queueId: "4jXCpy5SQnz", client: { ip: "192.0.2.7" } });
		},
	},
	"policyd-spf HELO": {
		program: "policyd-spf",
		line: (words) =>
			`: prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.7; helo=${words}; envelope-from=a@x; receiver=corp.example `,
		holds: (event) => {
			expect(event).toMatchObject({ kind: "verdict", result: "pass", client: { ip: "192.0.2.7" } });
			if ("sender" in event) expect(event).toMatchObject({ sender: "a@x" });
		},
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
