/** Lines as programs wrote them in runs with passwords in their logs (Dovecot 2.3.19, Postfix 3.7 and its sources, exim 4.96, Courier 1.0). */
import { describe, expect, it } from "vitest";
import { createLineParser } from "./parse-line.ts";
import { withoutSecrets } from "./secrets.ts";

const options = { zone: "UTC", now: Date.UTC(2026, 10, 23, 12) };
const AT = "Nov 23 07:40:09 mail ";

describe("a password that a program logs", () => {
	it.each([
		[
			"auth: Debug: client in: AUTH\t1\tPLAIN\tservice=smtp\tresp=c2VjcmV0IQ== (previous base64 data may)",
			"dovecot",
		],
		["auth: Debug: client in: AUTH#0111#011PLAIN#011service=smtp#011resp=c2VjcmV0IQ==", "dovecot"],
		[
			"auth: Debug: client in: CONT\t2\tc2VjcmV0IQ== (previous base64 data may contain sensitive data)",
			"dovecot",
		],
		["auth: Info: passwd-file(bob,127.0.0.1): Password mismatch (given password: secret!)", "dovecot"],
		[
			"auth: passwd-file(bob,127.0.0.1): unknown user (given password: a) secret! b) - trying the next passdb",
			"dovecot",
		],
		["auth: Debug: passwd-file(amy,127.0.0.1): SSHA256(secret!) != 'secret!'", "dovecot"],
		["< mx.example[127.0.0.1]: AUTH PLAIN c2VjcmV0IQ==", "postfix/smtpd"],
		["< mx.example[127.0.0.1]: c2VjcmV0IQ==", "postfix/smtpd"],
		['error,relay=::ffff:192.0.2.7,msg="535 Authentication failed.",cmd: c2VjcmV0IQ==', "courieresmtpd"],
		["> mx.example[127.0.0.1]:587: AUTH PLAIN c2VjcmV0IQ==", "postfix/smtp"],
		["xsasl_dovecot_server_first: sasl_method PLAIN, init_response c2VjcmV0IQ==", "postfix/smtpd"],
		["smtp_sasl_passwd_lookup: host `mx.example' user `bob' pass `secret!'", "postfix/smtp"],
		[
			"maps_find: smtp_sasl_password_maps: hash:/etc/postfix/sp(0,lock): [mx]:587 = bob:secret!",
			"postfix/smtp",
		],
		[
			"improper command pipelining after AUTH from mx.example[127.0.0.1]: c2VjcmV0IQ==\\r\\n",
			"postfix/smtpd",
		],
		[
			'SMTP protocol error in "AUTH PLAIN c2VjcmV0IQ==" H=[127.0.0.1]:5 AUTH command used when not advertised',
			"exim",
		],
		['SMTP syntax error in "c2VjcmV0IQ==" H=[127.0.0.1]:5 unrecognized command', "exim"],
		[
			'error,relay=::ffff:127.0.0.1,port=5,msg="535 Authentication rejected",cmd: AUTH plain c2VjcmV0IQ==',
			"courieresmtpd",
		],
		["Authenticated: clearpasswd=secret!, passwd=secret!", "authdaemond"],
		["supplied password 'secret!' does not match clearpasswd 'secret!'", "authdaemond"],
		["6AM7bGla000644: <-- AUTH PLAIN c2VjcmV0IQ==", "sm-mta"],
	])("stays on its host: %s", (message, program) => {
		const line = `${AT}${program}[7]: ${message}`;
		const event = createLineParser({ ...options, hideSecrets: true }).parse(line);
		expect(event.raw).toContain("***");
		expect(JSON.stringify(event)).not.toMatch(/secret!|c2VjcmV0/);
		// all else is read as before
		const told = createLineParser(options).parse(line);
		expect({ ...event, raw: "", text: "" }).toEqual({ ...told, raw: "", text: "" });
		expect(told.raw).toBe(line);
	});

	it("stays there in journald's JSON too, which is JSON afterwards", () => {
		const MESSAGE = 'auth: passwd-file(bob,127.0.0.1): Password mismatch (given password: "a\\ secret!)';
		const line = JSON.stringify({ SYSLOG_IDENTIFIER: "dovecot", MESSAGE, _CMDLINE: "dovecot (x)" });
		const clean = JSON.parse(withoutSecrets(line, "auth-failed")) as Record<string, string>;
		expect(clean["MESSAGE"]).toBe(
			"auth: passwd-file(bob,127.0.0.1): Password mismatch (given password: ***)",
		);
		expect(clean["_CMDLINE"]).toBe("dovecot (x)");
	});
});

it.each([
	"auth: Debug: passwd-file(bob,127.0.0.1): lookup: user=bob file=/etc/dovecot/users",
	"< mx.example[127.0.0.1]: STARTTLS",
	"> mx.example[127.0.0.1]: 334 UGFzc3dvcmQ6",
	'SMTP protocol error in "AUTH LOGIN" H=[127.0.0.1]:5 LOGIN authentication mechanism not supported',
])("leaves a line without one as it is: %s", (message) => {
	expect(withoutSecrets(`${AT}x[7]: ${message}`, "other")).toBe(`${AT}x[7]: ${message}`);
});
