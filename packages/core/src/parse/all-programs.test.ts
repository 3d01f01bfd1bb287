/** What every program's parser promises: it never throws, leaves no field empty, and is fast on long nonsense. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IMITATION } from "./imitation.testing.ts";
import { parseMessage } from "./parse-line.ts";

const PROGRAMS = [
	"amavis",
	"sendmail",
	"sm-mta",
	"exim",
	"smtpd",
	"dovecot",
	"postgrey",
	"rspamd",
	"spamd",
	"opendkim",
	"opendmarc",
	"policyd-spf",
	"clamav-milter",
	"milter-greylist",
	"sqlgrey",
	"postfwd2/policy",
	"mimedefang.pl",
	"clamd",
	"clamsmtpd",
	"dkimpy-milter",
	"openarc",
	"MailScanner",
	"postfix/policyd-weight",
	"spampd",
	"dma",
	"nullmailer-send",
	"msmtp",
	"sSMTP",
	"auth",
	"saslauthd",
	"cyrus/lmtpunix",
	"courierlocal",
	"courieresmtpd",
	"imapd",
	"fetchmail",
	"getmail",
	"mta-sts-daemon",
	"grossd",
	"proxsmtpd",
	"pyspf-milter",
	"spamass-milter",
	"mlmmj-send",
];

/** Beginnings that lead deep into a parser. */
const BEGINNINGS = [
	"",
	"(00178-01) Passed CLEAN {RelayedInbound}, [192.0.2.1]:5 <",
	"(00178-01) Blocked BANNED (",
	"6AM101XX002301: from=<",
	"6AM101XX002301: to=<",
	"6AM101XX002301: ruleset=check_rcpt, arg1=<",
	"6AM101XX002301: Milter: to=<",
	"STARTTLS=client, relay=",
	"1xUxQK-000012-1g <= ",
	"1xUxQK-000012-1g => ",
	"1xUxQK-000012-1g ** ",
	"1xUxQK-000012-1g == ",
	"H=x [192.0.2.1] F=<",
	"SMTP connection from ",
	"d0e61ff7607ce53d smtp failed-command command=",
	"d0e61ff7607ce53d mta delivery evpid=f5aa4dbe9985723f from=<",
	"lmtp(u@x)<1><EIJMF/VUAmuqAAAAZN5P0Q>: sieve: msgid=<",
	"imap-login: Disconnected (auth failed, 1 attempts): user=<",
	"auth: pam(",
	"action=greylist, reason=",
	"<a>; proxy; rspamd_task_write_log: id: <",
	"spamd: result: Y 9 - ",
	"D08FF538054: ",
	"2ca75b: new mail from user=",
	"2ca75b.557a00623f60: remote delivery to x [192.0.2.1] failed after RCPT TO: ",
	"host=x tls=on auth=off from=a recipients=",
	"Sent mail for ",
	"From: <",
	"decided action=550 ",
	"clean message <",
	"None; identity=",
	"Message from <",
	"auth(",
	"auth(x,192.0.2.1,sasl:plain)<abc>: ",
	"submission(u@x)<1><abc>: Successfully relayed message: from=<",
	"lmtp(1): lmtp-server: conn 192.0.2.10:42760 [1]: rcpt ",
	"lmtp(u@x)<1><abc>: Mailbox ",
	"imap-login: Login aborted: ",
	"[RULES] rule=1, id=R2, client=h[192.0.2.7], sender=<",
	"36C452B02E6: MDLOG,36C452B02E6,spam,",
	"grey: new: 192.0.2.7(192.0.2.7), ",
	"pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=",
	"do_auth         : auth failure: [user=",
	"Delivered: <",
	"badlogin: h [192.0.2.7] plaintext (",
	"dupelim: eliminated duplicate message to user.x id ",
	"id=000000000026C407.000000006B03B329.000000AB,from=<",
	"error,relay=::ffff:192.0.2.7,from=<",
	"LOGIN FAILED, user=",
	"#8a5d16c0: a=trust d=0 w=0 c=192.0.2.12 s=",
	"100004: client=192.0.2.1, from=",
	"mlmmj-send.c:294: ",
	"prepend Received-SPF: Pass (x) identity=mailfrom; client-ip=192.0.2.1; helo=",
];

describe("every program's parser", () => {
	it("gives an event for any message, and no field that is empty", () => {
		const message = fc
			.tuple(fc.constantFrom(...BEGINNINGS), fc.array(IMITATION, { maxLength: 30 }))
			.map(([beginning, parts]) => beginning + parts.join(""));
		fc.assert(
			fc.property(fc.constantFrom(...PROGRAMS), message, (program, text) => {
				const event = parseMessage(program, text);
				expect(typeof event.kind).toBe("string");
				for (const [key, value] of Object.entries(event)) {
					expect(value, key).not.toBeUndefined();
					if (key !== "sender") expect(value, `${key} of ${JSON.stringify(event)}`).not.toBe("");
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it.each([
		'"',
		"<",
		">",
		"(",
		")",
		", ",
		"<a>,",
		' "',
		": ",
		"[1.2.3.4] ",
		"=<",
		"a ",
		"> to <",
		", mail_id: x",
		">, ",
	])("reads a long line of %j without slowing down", (piece) => {
		const long = piece.repeat(Math.ceil(20_000 / piece.length));
		const begun = Date.now();
		for (const program of PROGRAMS)
			for (const beginning of BEGINNINGS) parseMessage(program, beginning + long);
		// 350 lines of 20 kB; a quadratic step takes many times as long
		expect(Date.now() - begun).toBeLessThan(3_000);
	});
});
