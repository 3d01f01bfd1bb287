import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** The recipients that the bounces of the first journey name. */
const reported = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs)[0]?.bounces.map(({ recipient }) => recipient);

describe("the address that a bounce reports on", () => {
	it("is for exim the one before the alias, as its line has it", () => {
		// exim 4.96, `both: u3@ec.example, nosuch@st.example`
		const text = `
2026-11-23 03:07:40 1xVKP6-00003b-2p <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=580 id=m@web
2026-11-23 03:07:40 1xVKP6-00003b-2p => u3 <both@ec.example> R=localuser T=local_maildir
2026-11-23 03:07:40 1xVKP6-00003b-2p ** nosuch@st.example <both@ec.example> R=static T=remote_smtp H=st.example [192.0.2.41]: SMTP error from remote mail server after RCPT TO:<nosuch@st.example>: 550 5.1.1 User unknown
2026-11-23 03:07:40 1xVKP6-00003s-2u <= <> R=1xVKP6-00003b-2p U=Debian-exim P=local S=2072
2026-11-23 03:07:40 1xVKP6-00003b-2p Completed`;
		expect(reported(located("ec", text))).toEqual(["both@ec.example"]);
	});

	/** sendmail 8.17.1; Postfix before it. */
	const handed = (to: string) =>
		`\nNov 23 03:07:39 out postfix/smtp[9]: 1274124A92E: to=<${to}>, relay=sm.example[192.0.2.2]:25, delay=0.1, delays=0.01/0.04/0/0.05, dsn=2.0.0, status=sent (250 2.0.0 6AN37ddE000277 Message accepted for delivery)`;
	const taken = `
Nov 23 03:07:39 out postfix/smtpd[8]: 1274124A92E: client=web[192.0.2.9]
Nov 23 03:07:39 out postfix/cleanup[8]: 1274124A92E: message-id=<m@web>
Nov 23 03:07:39 out postfix/qmgr[8]: 1274124A92E: from=<alice@corp.example>, size=580, nrcpt=1 (queue active)`;
	const failed = (to: string) => `
Nov 23 03:07:39 sm sendmail[277]: 6AN37ddE000277: from=<alice@corp.example>, size=600, class=0, nrcpts=1, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=out [192.0.2.1]
Nov 23 03:07:39 sm sendmail[282]: 6AN37ddE000277: to=${to}, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90589, relay=st.example. [192.0.2.41], dsn=5.1.1, stat=User unknown
Nov 23 03:07:39 sm sendmail[282]: 6AN37ddE000277: 6AN37ddE000282: DSN: User unknown
Nov 23 03:07:39 sm sendmail[282]: 6AN37ddE000282: to=<alice@corp.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=31613, relay=out. [192.0.2.1], dsn=2.0.0, stat=Sent (Ok: queued as 6055924AB2F)`;

	it("is for sendmail the alias that it was given, which none of its lines names", () => {
		const logs = [
			located("out", taken + handed("team@sm.example")),
			located("sm", failed("nosuch@st.example")),
		];
		expect(reported(...logs)).toEqual(["team@sm.example"]);
	});

	it("is the one that was tried where that is what sendmail was given, or where two aliases were", () => {
		const one = [
			located("out", taken + handed("nosuch@st.example")),
			located("sm", failed("<nosuch@st.example>")),
		];
		expect(reported(...one)).toEqual(["nosuch@st.example"]);
		const two = taken + handed("team@sm.example") + handed("staff@sm.example");
		expect(reported(located("out", two), located("sm", failed("nosuch@st.example")))).toEqual([
			"nosuch@st.example",
		]);
	});
});
