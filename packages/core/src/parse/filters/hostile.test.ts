import { describe, expect, it } from "vitest";
import { parseMessage } from "../parse-line.ts";
import { expectHarmless, type Place, quoted } from "../hostile-words.testing.ts";

/** Node's and the browser's: core is written against neither. */
declare const performance: { now(): number };

const rspamd = (id: string, option: string) =>
	`<2b4c1d>; proxy; rspamd_task_write_log: id: <${id}>, qid: <4jXCpy5SQnz>, ip: 192.0.2.7, from: <a@x>, (default: T (add header): [7.70/15.00] [MULTIPLE_FROM(6.00){${option};},FROM_NO_DN(0.00){}]), len: 171, time: 3.2ms, dns req: 7, digest: <ab>, rcpts: <b@x>, mime_rcpts: <b@x>`;

const PLACES: Record<string, Place> = {
	"clamav-milter's sender": {
		program: "clamav-milter",
		line: (words) =>
			`Message AD6402B010A from <${quoted(words)}> to <b@x> with subject 's' message-id '<m@x>' date 'd' infected by Test.Eicar`,
		holds: ["sender"],
	},
	"clamav-milter's subject": {
		program: "clamav-milter",
		line: (words) =>
			`Message AD6402B010A from <a@x> to <b@x> with subject '${words}' message-id '<m@x>' date 'd' infected by Test.Eicar`,
		holds: ["messageId"],
	},
	"Proxmox Mail Gateway's recipient": {
		program: "pmg-smtp-filter",
		line: (words) =>
			`C0FFEE0000000001: accept mail to <${quoted(words)}> (5B6C7D23E4) (rule: default-accept)`,
		holds: ["recipients"],
	},
	"Proxmox Mail Gateway's Message-ID": {
		program: "pmg-smtp-filter",
		line: (words) => `C0FFEE0000000001: new mail message-id=<${words}@x>`,
		holds: ["messageId"],
	},
	"gross' sender": {
		program: "grossd",
		line: (words) => `#8a5d16c0: a=trust d=0 w=0 c=192.0.2.12 s=${quoted(words)} r=bob@x h=mx.x`,
		holds: ["sender", "recipients", "helo"],
	},
	"gross' HELO": {
		program: "grossd",
		line: (words) => `#8a5d16c0: a=block d=1 w=1 c=192.0.2.12 s=a@x r=bob@x h=${words}`,
		holds: ["sender", "recipients", "helo"],
	},
	"ProxSMTP's sender": {
		program: "proxsmtpd",
		line: (words) => `100004: client=192.0.2.1, from=${quoted(words)}, to=bob@x, status=FILTERED`,
		holds: ["sender"],
	},
	"what spamass-milter reads": {
		program: "spamass-milter",
		line: (words) => `output "From: ${words}#012"`,
		holds: [],
	},
	"postfwd's sender": {
		program: "postfwd2/policy",
		line: (words) =>
			`[RULES] rule=1, id=R2, client=h.example[192.0.2.7], sender=<${quoted(words)}>, recipient=<b@x>, helo=<h>, proto=ESMTP, state=RCPT, delay=0.00s, hits=R2, action=REJECT no`,
		holds: ["sender"],
	},
	"postfwd's HELO": {
		program: "postfwd2/policy",
		line: (words) =>
			`[RULES] rule=1, id=R2, client=h.example[192.0.2.7], sender=<a@x>, recipient=<b@x>, helo=<${words}>, proto=ESMTP, state=RCPT, delay=0.00s, hits=R2, action=REJECT no`,
		holds: ["helo"],
	},
	"policyd-weight's sender": {
		program: "postfix/policyd-weight",
		line: (words) =>
			`decided action=550 no; <client=h.example[192.0.2.7]> <helo=h> <from=${quoted(words)}> <to=b@x>; delay: 0s`,
		holds: ["sender", "client", "helo", "recipients", "reason"],
	},
	"spampd's sender": {
		program: "spampd",
		line: (words) =>
			`clean message <m@x> (-1.00/5.00) from <${quoted(words)}> for <b@x> ORCPT=rfc822;b@x in 0.31s, 579 bytes.`,
		holds: ["sender"],
	},
	"spampd's Message-ID": {
		program: "spampd",
		line: (words) =>
			`clean message <${words}@x> (-1.00/5.00) from <a@x> for <b@x> ORCPT=rfc822;b@x in 0.31s, 579 bytes.`,
		holds: ["messageId"],
	},
	"SQLgrey's sender": {
		program: "sqlgrey",
		line: (words) => `grey: new: 192.0.2.7(192.0.2.7), ${quoted(words)} -> b@x`,
		holds: ["sender"],
	},
	"postgrey's sender": {
		program: "postgrey",
		line: (words) =>
			`action=greylist, reason=new, client_name=h.example, client_address=192.0.2.7, sender=${quoted(words)}, recipient=b@x`,
		holds: ["sender"],
	},
	"milter-greylist's sender": {
		program: "milter-greylist",
		line: (words) =>
			`6AM2pgrw000121: addr h.example[192.0.2.7] from <${quoted(words)}> to <b@x> delayed for 00:05:00 (ACL 9)`,
		holds: ["sender"],
	},
	"MIMEDefang's subject": {
		program: "mimedefang.pl",
		line: (words) =>
			`36C452B02E6: MDLOG,36C452B02E6,spam,8.9,192.0.2.7,<a@x>,<b@x>,${words.replaceAll(",", "%2C")}`,
		holds: [],
	},
	"clamsmtp's sender": {
		program: "clamsmtpd",
		line: (words) => `100002: from=${quoted(words)}, to=b@x, status=CLEAN`,
		holds: ["sender"],
	},
	"rspamd's Message-ID, in which it leaves no space": {
		program: "rspamd",
		line: (words) => rspamd(words.replace(/[^\x21-\x7e]/g, "?"), "x"),
		holds: ["messageId"],
	},
	"the option of a symbol of rspamd": {
		program: "rspamd",
		line: (words) => rspamd("m@x", words.replace(/[()[\]{}]/g, "?")),
		holds: [],
	},
	"spamd's Message-ID": {
		program: "spamd",
		line: (words) =>
			`spamd: result: Y 9 - GTUBE scantime=0.1,size=499,user=gina,uid=65534,required_score=5.0,rhost=::1,raddr=::1,rport=43642,mid=<${words}>,autolearn=no autolearn_force=no`,
		holds: ["messageId"],
	},
	"the name of HELO that the Perl server of SPF logs": {
		program: "policy-spf",
		line: (words) =>
			`Policy action=PREPEND Received-SPF: pass (x: ok) receiver=mx; identity=mailfrom; envelope-from="a@x"; helo=${words}; client-ip=192.0.2.7`,
		holds: ["helo"],
	},
	"the sender that the Perl server of SPF logs": {
		program: "policy-spf",
		line: (words) =>
			`Policy action=PREPEND Received-SPF: pass (x: ok) receiver=mx; identity=mailfrom; envelope-from="${words.replaceAll('"', "")}@x"; helo=h; client-ip=192.0.2.7`,
		holds: ["sender"],
	},
	"the name of HELO that the Python server of SPF logs": {
		program: "policyd-spf",
		line: (words) =>
			`: prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.7; helo=${words}; envelope-from=a@x; receiver=corp.example `,
		holds: ["helo", "sender"],
	},
	"the sender in SPF's explanation": {
		program: "policyd-spf",
		line: (words) =>
			`: 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=${words};ip=192.0.2.7;r=corp.example`,
		holds: ["sender", "reason"],
	},
};

describe("a stranger's words in a filter's line change no other field", () => {
	it.each(Object.entries(PLACES))("%s", (_name, place) => expectHarmless(place));
});

it("a name full of colons costs clamd's line no more than its length", () => {
	const line = `/${": ".repeat(50_000)}x: OK`;
	const start = performance.now();
	expect(parseMessage("clamd", line)).toMatchObject({ kind: "verdict", result: "clean" });
	expect(performance.now() - start).toBeLessThan(25);
	expect(parseMessage("clamd", "/tmp/a: Can't open file ERROR")).toMatchObject({ severity: "error" });
});
