/**
 * The logs and the mailbox of the articles on mail that does not arrive, today and with ids of their own: what Postfix,
 * sendmail and Dovecot write for each of their samples. Addresses and replies are the articles'.
 */

export const SENDER = "tu@example.com";

const at = (minutesAgo: number, second = 0): string =>
	new Date(Date.now() - minutesAgo * 60_000 + second * 1_000).toISOString().replace("Z", "000+00:00");

interface Sent {
	host?: string;
	id: string;
	recipient: string;
	sender?: string;
	minutesAgo?: number;
	/** `relay=…` and what follows it */
	result: string;
	/** `-` for a message that a program on the host itself handed in */
	from?: string;
	removed?: boolean;
}

/** A message in a Postfix log: taken from a mail program with a login, tried once. */
export function postfix(sent: Sent): string {
	const { host = "tu8", id, recipient, sender = SENDER, minutesAgo = 5, result, removed = true } = sent;
	const arrival =
		sent.from ?? "client=example.org[198.51.100.100], sasl_method=CRAM-MD5, sasl_username=tu@example.com";
	const daemon = arrival.startsWith("uid=") ? "pickup[22765]" : "smtpd[84475]";
	return [
		`${at(minutesAgo)} ${host} postfix/${daemon}: ${id}: ${arrival}`,
		`${at(minutesAgo)} ${host} postfix/cleanup[84478]: ${id}: message-id=<${id}.8983.30194A77@example.com>`,
		`${at(minutesAgo)} ${host} postfix/qmgr[61182]: ${id}: from=<${sender}>, size=1284, nrcpt=1 (queue active)`,
		`${at(minutesAgo, 1)} ${host} postfix/smtp[84479]: ${id}: to=<${recipient}>, ${result}`,
		...(removed ? [`${at(minutesAgo, 1)} ${host} postfix/qmgr[61182]: ${id}: removed`] : []),
		"",
	].join("\n");
}

export const accepted = (queuedAs: string, relay = "mail.example.net[203.0.113.112]") =>
	`relay=${relay}:25, delay=0.47, delays=0.16/0.05/0.09/0.17, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${queuedAs})`;

export const timedOut =
	"relay=none, delay=30, delays=0.03/0.03/30/0, dsn=4.4.1, status=deferred (connect to mail.example.net[203.0.113.112]:25: Connection timed out)";

export const blocked =
	"relay=mail.example.net[203.0.113.112]:25, delay=2.2, delays=0.02/0.02/2.2/0, dsn=4.7.0, status=deferred (host mail.example.net[203.0.113.112] refused to talk to me: 554 5.7.0 Blocked – see https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111)";

export const policyViolation =
	"relay=mail.example.net[203.0.113.112]:25, delay=1.6, delays=0/0/1.6/0, dsn=4.0.0, status=deferred (host mail.example.net[203.0.113.112] refused to talk to me: 554 Local Policy Violation – see https://ipcheck.example.net/dnsbl-lookup.cgi?ip=203.0.113.111)";

interface Stored {
	id: string;
	recipient: string;
	/** the address first given, of which `recipient` is what an alias made */
	original?: string;
	messageId: string;
	/** Dovecot's words behind the Message-ID, and Postfix's `dsn=…, status=…` */
	dovecot: string;
	status?: string;
}

/** The receiving host: Postfix takes the message, Dovecot files it. */
export function stored({ id, recipient, original, messageId, dovecot, status }: Stored): string {
	const session = `<202><${id}Xm2PAAAAZU03Dg>`;
	const to = `to=<${recipient}>${original === undefined ? "" : `, orig_to=<${original}>`}`;
	const end = status ?? `dsn=2.0.0, status=sent (250 2.0.0 <${recipient}> ${id}Xm2PAAAAZU03Dg Saved)`;
	return [
		`${at(5, 1)} mx postfix/smtpd[300]: ${id}: client=tu8.example.com[203.0.113.111]`,
		`${at(5, 1)} mx postfix/cleanup[301]: ${id}: message-id=<${messageId}>`,
		`${at(5, 1)} mx postfix/qmgr[302]: ${id}: from=<${SENDER}>, size=1500, nrcpt=1 (queue active)`,
		`${at(5, 2)} mx dovecot: lmtp(${recipient})${session}: sieve: msgid=<${messageId}>: ${dovecot}`,
		`${at(5, 2)} mx postfix/lmtp[303]: ${id}: ${to}, relay=mx.example.net[private/dovecot-lmtp], delay=0.1, delays=0/0.02/0.03/0.05, ${end}`,
		`${at(5, 2)} mx postfix/qmgr[302]: ${id}: removed`,
		"",
	].join("\n");
}

/** The queue id of the notice about a message. */
const noticeOf = (id: string): string => `1${id.slice(1)}`;

/** A message in a sendmail log; `refused`: as the second article found it, without the reason. */
export function sendmail(
	id: string,
	recipient: string,
	answer: "accepted" | "refused",
	minutesAgo = 5,
): string {
	const domain = recipient.split("@")[1] ?? "";
	const tried = `to=<${recipient}>, ctladdr=<fuga@ip-00-0-0-000> (501/501), delay=00:00:36, xdelay=00:00:03, mailer=esmtp, pri=30072, relay=mx5.mail.${domain}. [192.0.2.69]`;
	return [
		`${at(minutesAgo)} ip-00-0-0-000 sendmail[14009]: ${id}: from=<fuga@piyo.example>, size=319, class=0, nrcpts=1, msgid=<201901100251.${id}@ip-00-0-0-000>, proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]`,
		...(answer === "accepted"
			? [
					`${at(minutesAgo, 1)} ip-00-0-0-000 sendmail[14009]: ${id}: ${tried}, dsn=2.0.0, stat=Sent (<201901100251.${id}@ip-00-0-0-000> Queued mail for delivery)`,
				]
			: [
					`${at(minutesAgo, 1)} ip-00-0-0-000 sendmail[14009]: ${id}: ${tried}, dsn=5.0.0, stat=Service unavailable`,
					`${at(minutesAgo, 1)} ip-00-0-0-000 sendmail[14009]: ${id}: ${noticeOf(id)}: DSN: Service unavailable`,
				]),
		"",
	].join("\n");
}

/** The bounce that sendmail left in the mailbox of who sent it. */
export function sendmailBounce(id: string, recipient: string): string {
	const now = new Date();
	const date = now.toUTCString();
	const day = date.slice(0, 3);
	const postmark = `${day} ${date.slice(8, 11)} ${date.slice(5, 7)} ${date.slice(17, 25)} ${date.slice(12, 16)}`;
	const boundary = `${noticeOf(id)}.1547088709/ip-00-0-0-000`;
	return `From MAILER-DAEMON@ip-00-0-0-000 ${postmark}
Return-Path: <MAILER-DAEMON@ip-00-0-0-000>
Received: from localhost (localhost)
	by ip-00-0-0-000 (8.14.4/8.14.4) id ${noticeOf(id)};
	${date}
Date: ${date}
From: Mail Delivery Subsystem <MAILER-DAEMON@ip-00-0-0-000>
Message-Id: <201901100251.${noticeOf(id)}@ip-00-0-0-000>
To: <fuga@piyo.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="${boundary}"
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)

This is a MIME-encapsulated message

--${boundary}

The original message was received at ${date}
from localhost [127.0.0.1]

   ----- The following addresses had permanent fatal errors -----
<${recipient}>
    (reason: 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.111)

   ----- Transcript of session follows -----
... while talking to mx3.mail.icloud.com.:
<<< 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.111
554 5.0.0 Service unavailable

--${boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; ip-00-0-0-000
Received-From-MTA: DNS; localhost
Arrival-Date: ${date}

Final-Recipient: RFC822; ${recipient}
Action: failed
Status: 5.7.0
Remote-MTA: DNS; mx3.mail.icloud.com
Diagnostic-Code: SMTP; 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.111
Last-Attempt-Date: ${date}

--${boundary}
Content-Type: message/rfc822

Return-Path: <fuga@piyo.example>
Received: from localhost (localhost [127.0.0.1])
	by ip-00-0-0-000 (8.14.4/8.14.4) with ESMTP id ${id}
	for <${recipient}>; ${date}
Date: ${date}
Message-Id: <201901100251.${id}@ip-00-0-0-000>
From: fuga@piyo.example
To: ${recipient}
Subject: foooooo

baaaaaaaaaar

--${boundary}--

`;
}

/** One message each, to xz@example.net and to bzip2@example.net, as `xz -9e` and `bzip2 -9` compressed them. */
export const ARCHIVES = {
	xz: "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4AIgARldABkMApKyqVH0SQEL0ctis40vHq34qQ41YrsYZDY4BiOKoyO9I1ENE6quNM8BE2tgsij1jLA6CcA9gyGnRhIcfuNDUEMj2fDk8SKInPf63vz82ad9SGaj4CB9Tqn+oHjoGN1xA6HU2aChkWRM9Q5ZKEhWqaR8r/HVigpF5w0yCxEqNc85kO3IeeL2Oc/XEBLAJ7CA/4x7f6Aq9swjHE6+zoPrBN0u2s8d9JkgXKYD2etQxLwdKLfNNd7NqAqYiqhAGmnzM3BphWEeCWYYhPJvRB/ysSmxyK6jThadC7nTCv6a8I7JPzCAWe3xqbTe0P8tn+JxANpXYric7B7fq8zE9IlfMh2BJ9lnaa1+wedWngDov/LjVPWb7QAAAAAAAOxNYCELdfSkAAG1AqEEAADH00wBscRn+wIAAAAABFla",
	bz2: "QlpoOTFBWSZTWT+QjCEAAF9fgBAQQG//934AhAo/r/9wMAFLVhhKmkZGlN5GiT2mqGmmjI0AHpHpBKmKaEbUA0GmgAAAABKpk9U2pp6EMQBoB6JoGQAsDc04ZwZIM18W0wUiZAtaIIwHkqnhLIy7CuYSgpQMgKWUZArzc0dJNT8CQGpUEdiFXIyMEwRrC4C5Aw0ALTcrUDIWoEg0EaIKKQqcFEbwzA+XPAH+FcYBlcI8GdCkULcaRTswSVRwXX51nsMyDGFQUAgTBOET6gjcGQtURBeFKBI36eO7PlypY1dGOMQSeoE91hMF4jAzs/j27p76iSOu4guzzV8UeD/vqIMVjo4Oa6L3Ik9NgwzIbYg92BCNrdAh+24KwDTvLeYzUDlRI0j42M6Ai9osKwbmfNG0ksjhdwy1tsJrrB1yYGtRa24QOuF6iovCzwQIge5f38XckU4UJA/kIwhA",
};
