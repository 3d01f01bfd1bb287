/** What each mail server says by itself when nobody answered: its own words, from its source, and the cause they mean. */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";

const WORDS: Readonly<Record<string, readonly (readonly [cause: string, words: string])[]>> = {
	"Postfix (smtp_addr.c, smtp_connect.c, smtp_proto.c, qmgr)": [
		[
			"name-not-found",
			"Host or domain name not found. Name service error for name=nowhere.example type=A: Host not found",
		],
		[
			"name-not-found",
			"Host or domain name not found. Name service error for name=nowhere.example type=MX: Host not found, but not found",
		],
		[
			"name-lookup-failed",
			"Host or domain name not found. Name service error for name=example.net type=MX: Host not found, try again",
		],
		[
			"name-lookup-failed",
			"Name service error for name=example.net type=MX: Malformed or unexpected name server reply",
		],
		["name-not-found", "unable to look up host mail.nowhere.example: Name or service not known"],
		["name-lookup-failed", "unable to look up host mail.example.net: Temporary failure in name resolution"],
		["not-accepting-mail", "Domain example.net does not accept mail (nullMX)"],
		["mx-points-to-us", "mail for example.com loops back to myself"],
		["port-refused", "connect to mx.example.net[192.0.2.25]:25: Connection refused"],
		["connect-timeout", "connect to mx.example.net[192.0.2.25]:25: Connection timed out"],
		["connect-timeout", "connect to mx.example.net[192.0.2.25]:25: Operation timed out"],
		["host-unreachable", "connect to mx.example.net[192.0.2.25]:25: No route to host"],
		["host-unreachable", "connect to mx.example.net[2001:db8::25]:25: Network is unreachable"],
		[
			"connection-lost",
			"lost connection with mx.example.net[192.0.2.25] while receiving the initial server greeting",
		],
		[
			"connection-lost",
			"lost connection with mx.example.net[192.0.2.25] while performing the EHLO handshake",
		],
		["connection-lost", "lost connection with mx.example.net[192.0.2.25] while sending RCPT TO"],
		[
			"conversation-timeout",
			"conversation with mx.example.net[192.0.2.25] timed out while sending message body",
		],
		[
			"conversation-timeout",
			"conversation with mx.example.net[192.0.2.25] timed out while receiving the initial server greeting",
		],
		["tls-failed", "Cannot start TLS: handshake failure"],
		["tls-failed", "TLS is required, but was not offered by host mx.example.net[192.0.2.25]"],
		["certificate-invalid", "Server certificate not trusted"],
		["certificate-invalid", "Server certificate not verified"],
		[
			"auth-failed",
			"SASL authentication failed; server smtp.example.com[192.0.2.5] said: 535 5.7.8 Error: authentication failed",
		],
		[
			"auth-failed",
			"SASL authentication failed; cannot authenticate to server smtp.example.com[192.0.2.5]: no mechanism available",
		],
		["transport-stopped", "mail transport unavailable"],
		["transport-stopped", "unknown mail transport error"],
		["filter-unavailable", "connect to 127.0.0.1[127.0.0.1]:10024: Connection refused"],
		["filter-unavailable", "connect to mx.example.com[private/dovecot-lmtp]: No such file or directory"],
		["expired-in-queue", "Message could not be delivered for 5 days; message expired"],
		["user-unknown", 'unknown user: "taro"'],
		["delivery-program-failed", 'Command died with status 1: "/usr/local/bin/filter"'],
		["delivery-program-failed", 'Command time limit exceeded: "/usr/local/bin/filter"'],
		[
			"local-permission",
			"maildir delivery failed: create maildir file /home/taro/Maildir/tmp/1.P1.mx: Permission denied",
		],
		[
			"local-disk-full",
			"cannot update mailbox /var/mail/taro for user taro. error writing message: No space left on device",
		],
		[
			"local-disk-full",
			"cannot update mailbox /var/mail/taro for user taro. error writing message: File too large",
		],
		["forward-file-refused", "mail to command is restricted"],
		["mail-loop", "mail forwarding loop for taro@example.com"],
		[
			"message-too-large",
			"message size 20971520 exceeds size limit 10485760 of server mx.example.net[192.0.2.25]",
		],
		["host-broken", "4.3.0 Error: queue file write error"],
		["host-broken", "temporary lookup failure"],
	],
	"Sendmail (deliver.c, usersmtp.c, sysexits.c)": [
		["name-not-found", "Host unknown (Name server: nowhere.example: host not found)"],
		["name-lookup-failed", "Deferred: Name server: mail.example.net.: host name lookup failure"],
		["name-lookup-failed", "Deferred: host map: lookup (example.net): deferred"],
		["port-refused", "Deferred: Connection refused by mail.example.net."],
		["connect-timeout", "Deferred: Connection timed out with mail.example.net."],
		["connection-lost", "Deferred: Connection reset by mail.example.net."],
		["host-unreachable", "Deferred: No route to host"],
		["host-unreachable", "Deferred: Network is unreachable"],
		["mx-points-to-us", "553 5.3.5 mail.example.com. config error: mail loops back to me (MX problem?)"],
		[
			"mail-loop",
			"554 5.4.6 Too many hops 26 (25 max): from <taro@example.com> via mx, to <jiro@example.net>",
		],
		["mail-loop", "aliasing/forwarding loop broken (11 aliases deep; 10 max)"],
		["reason-hidden-in-bounce", "Service unavailable"],
		["user-unknown", "User unknown"],
		["expired-in-queue", "Cannot send message for 5 days"],
		["delivery-program-failed", "unknown mailer error 1"],
		["local-permission", "X-Unix; 77"],
		["forward-file-refused", "/home/taro/.forward: Group writable directory"],
		["tls-failed", "403 4.7.0 TLS handshake failed."],
		["host-broken", "451 4.3.0 Temporary system failure: local problem"],
	],
	"Exim (deliver.c, smtp.c, routers)": [
		["name-not-found", "Unrouteable address"],
		["name-not-found", "all relevant MX records point to non-existent hosts"],
		["name-lookup-failed", "host lookup did not complete"],
		["not-accepting-mail", "an MX or SRV record indicated no SMTP service"],
		["mx-points-to-us", "lowest numbered MX record points to local host"],
		["port-refused", "H=mx.example.net [192.0.2.25]: Connection refused"],
		["connect-timeout", "H=mx.example.net [192.0.2.25]: Connection timed out"],
		["host-unreachable", "H=mx.example.net [192.0.2.25]: No route to host"],
		[
			"connection-lost",
			"Remote host mx.example.net [192.0.2.25] closed connection in response to initial connection",
		],
		["conversation-timeout", "SMTP timeout after initial connection"],
		["conversation-timeout", "SMTP timeout after end of data (5000 bytes written)"],
		["expired-in-queue", "retry timeout exceeded"],
		[
			"expired-in-queue",
			"all hosts for 'example.net' have been failing for a long time (and retry time not reached)",
		],
		["tls-failed", "a TLS session is required, but the server did not offer TLS support"],
		["certificate-invalid", "TLS session: (certificate verification failed): certificate invalid"],
		[
			"delivery-program-failed",
			"Child process of address_pipe transport returned 127 from command: /usr/bin/vacation",
		],
		["mailbox-full", "mailbox is full (MTA-imposed quota exceeded while writing to tmp/x)"],
		["user-unknown", "Unknown user"],
		["transport-stopped", "Message has been frozen by the system filter"],
	],
	"OpenSMTPD (mta.c, bounce.c, esc)": [
		["host-unreachable", "Network error on destination MXs"],
		["not-accepting-mail", "No MX found for domain"],
		["name-not-found", "Domain does not exist"],
		["name-lookup-failed", "Temporary failure in MX lookup"],
		["connection-lost", "Connection closed unexpectedly"],
		["connect-timeout", "Connection timeout"],
		["mail-loop", "Loop detected"],
		["mail-loop", "550 5.4.6 Routing loop detected"],
		["user-unknown", "550 Invalid recipient: <taro@example.net>"],
		["expired-in-queue", "Envelope expired"],
		["tls-failed", "TLS required but not supported by remote host"],
		["certificate-invalid", "SSL certificate check failed: certificate verify failed"],
	],
	"qmail (qmail-remote.c, qmail-local.c, qmail-send.c)": [
		["name-not-found", "Sorry, I couldn't find any host named nowhere.example. (#5.1.2)"],
		["name-lookup-failed", "CNAME lookup failed temporarily. (#4.4.3)"],
		["host-unreachable", "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)"],
		["connection-lost", "Connected to 192.0.2.25 but connection died. (#4.4.2)"],
		[
			"mx-points-to-us",
			"Sorry. Although I'm listed as a best-preference MX or A for that host, it isn't in my control/locals file, so I don't treat it as local. (#5.4.6)",
		],
		["user-unknown", "Sorry, no mailbox here by that name. (#5.1.1)"],
		["mail-loop", "This message is looping: it already has my Delivered-To line. (#5.4.6)"],
		["expired-in-queue", "I'm not going to try again; this message has been in the queue too long."],
		["relay-denied", "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
	],
	"Dovecot (LMTP, sieve), Cyrus": [
		["mailbox-full", "552 5.2.2 <taro@example.net> Quota exceeded (mailbox for user is full)"],
		["user-unknown", "550 5.1.1 <taro@example.net> User doesn't exist: taro@example.net"],
		["mailbox-full", "452 4.2.2 Over quota"],
		["refused-by-recipient", "550 5.7.1 message refused by recipient's sieve filter"],
		["host-broken", "451 4.3.0 <taro@example.net> Temporary internal error"],
	],
};

describe.each(Object.entries(WORDS))("%s", (_, table) => {
	it.each(table)("%s: %s", (cause, words) => {
		expect(classify({ reply: words }).verdict.cause).toBe(cause);
	});
});
