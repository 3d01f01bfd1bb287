import { expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { located, trace } from "../tracing.testing.ts";

const ways = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs).map((journey: Journey) =>
		journey.recipients.map(
			({ recipient, path }) => `${recipient}: ${path.map(({ queueId }) => queueId).join(" > ")}`,
		),
	);

/** OpenSMTPD 6.8.0p2 with Dovecot 2.3.19, Debian 12: `lmtp`, and a user's sieve script that redirects with sendmail(1). */
const at = (second: string, rest: string) => `2026-11-22T20:04:${second}+00:00 so ${rest}`;
const cameBack = (id: string, time: string) => [
	at(time, `smtpd[126]: 7efbb7cd${id} smtp connected address=local host=so.corp.example`),
	at(time, `smtpd[126]: 7efbb7cd${id} smtp message msgid=${id} size=1033 nrcpt=1 proto=ESMTP`),
	at(
		time,
		`smtpd[126]: 7efbb7cd${id} smtp envelope evpid=${id}6dd6400b from=<alice@corp.example> to=<u8@st.example>`,
	),
];
const wentOn = (id: string, time: string) =>
	at(
		time,
		`smtpd[126]: 7efbb7d0${id} mta delivery evpid=${id}6dd6400b from=<alice@corp.example> to=<u8@st.example> rcpt=<-> source="192.0.2.6" relay="192.0.2.41 (st.corp.example)" delay=0s result="Ok" stat="250 2.0.0 Ok: queued as 1DFDC2B920A"`,
	);
const redirected = (session: string, time: string, messageId: string) =>
	at(
		time,
		`dovecot: lmtp(u5@so.example)<140><${session}>: sieve: msgid=${messageId}: redirect action: forwarded to <u8@st.example>`,
	);

const ONE = "iKaFBc5KA2uMAAAA84M+OQ";
const TWO = "KG3lOc5KA2uNAAAA84M+OQ";

it("joins what a script redirected through OpenSMTPD, which logs no Message-ID", () => {
	const log = [
		...[
			...cameBack("f9dd8924", "30.118"),
			redirected(ONE, "30.125", "<m1@web>"),
			wentOn("f9dd8924", "30.166"),
		],
		...[
			...cameBack("2132868f", "31.108"),
			redirected(TWO, "31.115", "unspecified"),
			wentOn("2132868f", "31.156"),
		],
	];
	expect(ways(located("so", log.join("\n")))).toEqual([
		[`u8@st.example: ${ONE} > f9dd8924`],
		[`u8@st.example: ${TWO} > 2132868f`],
	]);
});

it("joins neither of two that were redirected at once, nor one beside a line that nothing came before", () => {
	const lines = [redirected(ONE, "30.125", "<m1@web>"), redirected(TWO, "30.126", "<m2@web>")];
	const atOnce = [
		...[...cameBack("f9dd8924", "30.118"), ...cameBack("2132868f", "30.119"), ...lines],
		...[wentOn("f9dd8924", "30.166"), wentOn("2132868f", "30.167")],
	];
	expect(ways(located("so", atOnce.join("\n")))).toHaveLength(4);
	const lost = [...cameBack("f9dd8924", "30.118"), ...lines, wentOn("f9dd8924", "30.166")];
	expect(ways(located("so", lost.join("\n")))).toHaveLength(3);
});

/** Exim 4.96 before Dovecot 2.3.19: a message without a Message-ID, for which sieve makes one. */
const EXIM = (made: string) => `
2026-11-22T20:04:28.20+00:00 sx exim[180]: 2026-11-22 20:04:28 1xVDnY-000030-0o <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=560
2026-11-22T20:04:28.425+00:00 sx exim[189]: 2026-11-22 20:04:28 1xVDnY-000033-1A <= vmail@sx.corp.example U=vmail P=local S=1090 id=dovecot-sieve-${made}-333278-1@sx.corp.example
2026-11-22T20:04:28.430+00:00 sx dovecot: lmtp(u5@sx.example)<135><oH3JE8xKA2uHAAAA05mpqA>: sieve: msgid=unspecified: redirect action: forwarded to <u8@st.example>
2026-11-22T20:04:28.440+00:00 sx exim[181]: 2026-11-22 20:04:28 1xVDnY-000030-0o => u5 <u5@sx.example> R=localuser T=dlmtp C="250 2.0.0 <u5@sx.example> oH3JE8xKA2uHAAAA05mpqA Saved"
2026-11-22T20:04:28.441+00:00 sx exim[181]: 2026-11-22 20:04:28 1xVDnY-000030-0o Completed
2026-11-22T20:04:28.461+00:00 sx exim[190]: 2026-11-22 20:04:28 1xVDnY-000033-1A => u8@st.example R=dnslookup T=remote_smtp H=st.corp.example [192.0.2.41] C="250 2.0.0 Ok: 1122 bytes queued as 6EC382B9158"
2026-11-22T20:04:28.471+00:00 sx exim[190]: 2026-11-22 20:04:28 1xVDnY-000033-1A Completed`;

it("joins what bears an id that sieve made in that moment, and in no other", () => {
	const moment = Date.parse("2026-11-22T20:04:28Z") / 1000;
	expect(ways(located("sx", EXIM(String(moment))))).toEqual([
		["u8@st.example: 1xVDnY-000030-0o > oH3JE8xKA2uHAAAA05mpqA > 1xVDnY-000033-1A"],
	]);
	expect(ways(located("sx", EXIM(String(moment - 3600))))).toHaveLength(2);
});

it("takes an id that sieve made for a Message-ID where the message before bears it too", () => {
	// Postfix 3.7.11 with a silent filter, which comes back from the host itself
	const at = (second: string, rest: string) => `2026-11-22T07:47:${second}+00:00 gw postfix/${rest}`;
	const taken = (id: string, client: string, second: string) => [
		at(second, `smtpd[170]: ${id}: client=${client}`),
		at(second, `cleanup[173]: ${id}: message-id=<dovecot-sieve-1795377865-521787-0@s1.corp.example>`),
		at(second, `qmgr[168]: ${id}: from=<alice@corp.example>, size=580, nrcpt=1 (queue active)`),
	];
	const log = [
		...taken("4E8142B0C0C", "s1.corp.example[192.0.2.1]", "03.10"),
		...taken("5F9253C1D1D", "localhost[127.0.0.1]", "03.20"),
		at(
			"03.25",
			"smtp[174]: 4E8142B0C0C: to=<u8@st.example>, relay=127.0.0.1[127.0.0.1]:10025, delay=0.15, delays=0.01/0/0/0.14, dsn=2.0.0, status=sent (250 Ok)",
		),
		at(
			"03.30",
			"smtp[175]: 5F9253C1D1D: to=<u8@st.example>, relay=st.example[192.0.2.9]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 Ok)",
		),
	];
	expect(ways(located("gw", log.join("\n")))).toEqual([["u8@st.example: 4E8142B0C0C > 5F9253C1D1D"]]);
});

/** Exim 4.96 with a pipe to `exim4 -oMr spam-scanned -bS`, Debian 12. */
const SCANNED = (sender: string) => `
2026-11-22T20:04:34.86+00:00 eb exim[93]: 2026-11-22 20:04:34 1xVDne-00001V-2l <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=524
2026-11-22T20:04:35.24+00:00 eb exim[96]: 2026-11-22 20:04:35 1xVDnf-00001Y-05 <= ${sender} U=Debian-exim P=spam-scanned S=760
2026-11-22T20:04:35.38+00:00 eb exim[116]: 2026-11-22 20:04:35 1xVDnf-00001Y-05 => u1 <u1@eb.example> R=localuser T=local_maildir
2026-11-22T20:04:35.41+00:00 eb exim[116]: 2026-11-22 20:04:35 1xVDnf-00001Y-05 Completed
2026-11-22T20:04:35.43+00:00 eb exim[94]: 2026-11-22 20:04:35 1xVDne-00001V-2l => u1 <u1@eb.example> R=spamscan T=spamcheck
2026-11-22T20:04:35.44+00:00 eb exim[94]: 2026-11-22 20:04:35 1xVDne-00001V-2l Completed`;

it("joins what a scanner hands back to exim without a Message-ID, of the same sender only", () => {
	expect(ways(located("eb", SCANNED("alice@corp.example")))).toEqual([
		["u1@eb.example: 1xVDne-00001V-2l > 1xVDnf-00001Y-05"],
	]);
	expect(ways(located("eb", SCANNED("bob@corp.example")))).toHaveLength(2);
});

/** Dovecot 2.3.19 with `submission_host`: the next host is another, and no line names it. */
const STORE = `
2026-11-22T20:04:24.41+00:00 s1 postfix/smtpd[214]: 6BE452B90D9: client=out.corp.example[192.0.2.1]
2026-11-22T20:04:24.42+00:00 s1 postfix/cleanup[217]: 6BE452B90D9: message-id=<m@web>
2026-11-22T20:04:24.43+00:00 s1 postfix/qmgr[216]: 6BE452B90D9: from=<alice@corp.example>, size=700, nrcpt=1 (queue active)
2026-11-22T20:04:24.52+00:00 s1 dovecot: lmtp(u5@s1.example)<219><yOiTGshKA2vbAAAAzkD7rw>: sieve: msgid=<m@web>: redirect action: forwarded to <u8@st.example>
2026-11-22T20:04:24.53+00:00 s1 postfix/lmtp[218]: 6BE452B90D9: to=<u5@s1.example>, relay=s1.corp.example[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <u5@s1.example> yOiTGshKA2vbAAAAzkD7rw Saved)`;
const gateway = (id: string, recipient = "u8@st.example") => `
2026-11-22T20:04:24.517+00:00 gw postfix/smtpd[155]: ${id}: client=s1.corp.example[192.0.2.4]
2026-11-22T20:04:24.518+00:00 gw postfix/cleanup[158]: ${id}: message-id=<m@web>
2026-11-22T20:04:24.529+00:00 gw postfix/qmgr[153]: ${id}: from=<alice@corp.example>, size=1044, nrcpt=1 (queue active)
2026-11-22T20:04:24.640+00:00 gw postfix/smtp[159]: ${id}: to=<${recipient}>, relay=st.corp.example[192.0.2.41]:25, delay=0.14, delays=0.02/0.02/0.05/0.04, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 98ACF2B90E4)`;

it("joins what a script sent on by another host, where one message alone bears its Message-ID for that recipient", () => {
	expect(ways(located("s1", STORE), located("gw", gateway("4jXg5N3ft6zPVh3")))).toEqual([
		["u8@st.example: 6BE452B90D9 > yOiTGshKA2vbAAAAzkD7rw > 4jXg5N3ft6zPVh3"],
	]);
	expect(ways(located("s1", STORE), located("gw", gateway("4jXg5N3ft6zPVh3", "u9@st.example")))).toHaveLength(
		2,
	);
	const two = `${gateway("4jXg5N3ft6zPVh3")}${gateway("4jXg5N3ft6zPVh4")}`;
	expect(ways(located("s1", STORE), located("gw", two))).toHaveLength(3);
});

it("takes no mailbox for a program: two messages of one second stay two", () => {
	// OpenSMTPD 6.8.0p2, handed in with sendmail(1), as cron does
	const mail = (id: string, second: string) => [
		...[
			`connected address=local host=so.corp.example`,
			`message msgid=${id} size=400 nrcpt=1 proto=ESMTP`,
		].map((words) => at(`${second}.118`, `smtpd[126]: 7efbb7cd${id} smtp ${words}`)),
		at(
			`${second}.118`,
			`smtpd[126]: 7efbb7cd${id} smtp envelope evpid=${id}6dd6400b from=<root@so.example> to=<u8@so.example>`,
		),
		at(
			`${second}.166`,
			`smtpd[126]: 7efbb7d0${id} mda delivery evpid=${id}6dd6400b from=<root@so.example> to=<u8@so.example> rcpt=<u8@so.example> user=vmail delay=0s result=Ok stat=Delivered`,
		),
	];
	expect(ways(located("so", [...mail("f9dd8924", "30"), ...mail("2132868f", "31")].join("\n")))).toHaveLength(
		2,
	);
	// exim, two scanned ones of one sender, of the second of which the first pipe's line alone is left
	const again = SCANNED("alice@corp.example")
		.replaceAll("1xVDnf-00001Y-05", "1xVDnf-00002Z-06")
		.split("\n")
		.slice(2, 5);
	const lines = SCANNED("alice@corp.example").split("\n");
	expect(ways(located("eb", [...lines.slice(2, 5), ...again].join("\n")))).toHaveLength(2);
});

/** Exim 4.96 with `log_selector = +all`: a message without a Message-ID, given to `exim -oMr spam-scanned -bS`, which puts one in. */
const PUT_IN = (id: string) => `
2026-11-22T23:10:54.320+00:00 ex exim[183]: 2026-11-22 23:10:54.320 [183] 1xVGhy-00002x-10 <= alice@corp.example H=out.corp.example [192.0.2.1]:49813 I=[192.0.2.2]:25 P=esmtp L. S=534 M8S=0 RT=0.003s T="scan no mid" from <alice@corp.example> for u3@exst.example
2026-11-22T23:10:54.449+00:00 ex exim[381]: 2026-11-22 23:10:54.449 [381] 1xVGhy-000069-1M <= alice@corp.example U=Debian-exim P=spam-scanned S=772 M8S=0 RT=0.023s ${id} T="scan no mid" from <alice@corp.example> for u3@exst.example
2026-11-22T23:10:54.535+00:00 ex exim[392]: 2026-11-22 23:10:54.535 [392] 1xVGhy-000069-1M => u3@exst.example F=<alice@corp.example> P=<alice@corp.example> R=static T=remote_smtp S=795 H=192.0.2.41 [192.0.2.41]:25 I=[192.0.2.2]:44859 L K C="250 2.0.0 Ok: 795 bytes queued as 814022C302A" QT=0.089s DT=0.030s
2026-11-22T23:10:54.535+00:00 ex exim[392]: 2026-11-22 23:10:54.535 [392] 1xVGhy-000069-1M Completed QT=0.114s
2026-11-22T23:10:54.544+00:00 ex exim[377]: 2026-11-22 23:10:54.544 [377] 1xVGhy-00002x-10 => u3 <u3@exst.example> F=<alice@corp.example> P=<alice@corp.example> R=spamscan T=spamcheck S=598 QT=0.227s DT=0.189s
2026-11-22T23:10:54.544+00:00 ex exim[377]: 2026-11-22 23:10:54.544 [377] 1xVGhy-00002x-10 Completed QT=0.231s`;

it("joins what bears a Message-ID that exim itself made of its own queue id, and no other's", () => {
	expect(ways(located("ex", PUT_IN("id*=E1xVGhy-000069-1M@ex.corp.example")))).toEqual([
		["u3@exst.example: 1xVGhy-00002x-10 > 1xVGhy-000069-1M"],
	]);
	expect(ways(located("ex", PUT_IN("id=E1xVGhy-000068-1M@ex.corp.example")))).toHaveLength(2);
});
