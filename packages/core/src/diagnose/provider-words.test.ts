/**
 * Refusals as providers, hosted filters, appliances and mail servers word them, none of which is a rule's sample. Where
 * two causes are right, both are named.
 */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";

const REPLIES: Readonly<Record<string, readonly string[]>> = {
	"dnsbl-listed reputation-low address-blocked": [
		"550 5.7.1 Service refused: message blocked by Barracuda Reputation; http://www.barracudanetworks.com/reputation/?r=1&ip=192.0.2.7",
	],
	"content-refused policy-refused address-blocked refused-by-recipient": [
		"550 permanent failure for one or more recipients (taro@b.example:blocked)",
	],
	"user-unknown": [
		"550 permanent failure for one or more recipients (taro@b.example:550 5.1.1 <taro@b.example>: Recipient addre...)",
		"550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [x]",
		"552 1 Requested mail action aborted, mailbox not found",
		"550-5.1.1 hMailServer: Unknown user",
		"550 Requested action not taken: mailbox unavailable or not local",
		"550 unknown user <taro@b.example> (IMail)",
		"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient taro@b.example not found by SMTP address lookup",
		"550-Invalid recipient taro@b.example (Mode: normal) 550 (#5.1.1)",
		"550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
		"550 5.1.1 unknown or illegal alias: taro@b.example",
		"550 5.1.1 <taro@b.example>: Recipient address rejected: No such user! (ovh)",
		"550 5.4.1 [taro@b.example]: Recipient address rejected: Access denied",
		'550 5.1.1 Mailbox "taro" does not exist on this server',
		"550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
	],
	greylisted: [
		"451 4.7.1 Temporary policy lookup failure; internal greylisting active, resend in 5 min",
		"451 4.7.1 Greylisting in action, please come back in 00:04:59",
	],
	"policy-refused content-refused sender-policy": [
		"554 Email rejected due to security policies - https://community.mimecast.com/docs/DOC-1369#554 [abc123]",
	],
	"refused-by-recipient policy-refused sender-refused": [
		"550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550 [x]",
		"550 5.7.2 Mailing list expansion prohibited",
	],
	"greylisted asked-to-retry": [
		"451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [x]",
		"452 4.1.1 requested action aborted: try again later - mail.protection GRL",
	],
	"rate-limited reputation-low": [
		"421 Rejected by reputation service; sender 192.0.2.7 is throttled (#4.7.1)",
		"421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
	],
	"reputation-low": [
		"554 5.7.1 Your access to this mail system has been rejected due to the sending MTA's poor reputation. If you believe that this failure is in error, please contact the intended recipient via alternate means.",
	],
	"reputation-low address-blocked": [
		"554-esa1.b.example 554 Your access to this mail system has been rejected",
	],
	"reputation-low address-blocked policy-refused": [
		"550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.",
	],
	"host-full": [
		"452 #4.3.1 queue full, try again later",
		"452 Insufficient disk space; try later",
		"452 Requested action not taken: insufficient system storage",
	],
	"rate-limited too-many-recipients": ["452 Too many recipients received this hour"],
	"policy-refused sender-refused address-blocked": [
		"553 sorry, your mail was administratively denied. (#5.7.1)",
	],
	"sender-refused message-malformed": ["571 sorry, sender address has invalid format (#5.1.7 - chkuser)"],
	"content-refused": [
		"550 5.7.1 Message rejected due to content restrictions",
		"554 5.7.1 The message from (<a@a.example>) with the subject of (Invoice) matches a profile the Internet community may consider spam. Please revise your message before resending.",
		"550 Message rejected because of unacceptable content. For help, please quote incident ID 123.",
		"554 5.7.1 [P4] Message blocked due to spam content in the message.",
		"554 5.7.1 This message has been blocked because it contains FortiSpamURI blocked URL(s)",
		"550 5.7.350 Remote server returned message detected as spam -> 554 5.7.1 rejected",
		"550 5.7.1 Your email was rejected by the recipient's Fortinet spam outbreak protection",
		"554 Your message was rejected by our anti-spam engine (SpamTitan)",
		"550 5.7.1 Spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=abc or report details to abuse@corp.mail.ru",
		"554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc",
		"554 Transaction Failed Spam Message not queued.",
		"550 This message was classified as SPAM and may not be delivered",
		"554 5.7.1 Rejected: the attachment invoice.docm is not allowed here",
		"550 This email has been rejected because the attachment type is blocked",
		"550 Your message has been blocked because it contains a URL on our blocklist",
		"554 5.7.105 Message rejected: spam confidence level exceeds",
	],
	"policy-refused address-blocked": [
		"550 SC-001 (BAY004-MC1F10) Mail rejected by Windows Live Hotmail for policy reasons.",
	],
	"rate-limited": [
		"421 RP-001 (SNT004-MC1F43) Unfortunately, some messages from 192.0.2.7 weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.",
		"451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com",
		"421 Too many concurrent SMTP connections; please try again later.",
		"421 4.3.2 MailEnable: too many connections from your address",
		"550 5.2.122 The recipient has exceeded their limit for receiving messages",
		"554 5.2.121 Recipient's per hour message receive limit from specific sender exceeded",
		"421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your SPF domain [a.example]. 421-4.7.28 To protect our users from spam, mail sent from your domain has been temporarily rate limited.",
		"450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
		"550 Domain frequency limited [xxx IP: 192.0.2.7] http://service.mail.qq.com/cgi-bin/help?subtype=1",
		"451 Ratelimit exceeded for mailbox taro. Try again later. Please visit http://help.mail.ru",
		"421 Service not available, closing transmission channel. Too many messages in this session",
		"421 4.7.1 - Connection refused - please use a different MTA. Your IP has exceeded the hourly limit",
		"550 You have exceeded the maximum number of connections from your IP",
		"421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel",
	],
	"address-blocked dnsbl-listed": [
		"550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
		"550 5.7.1 REJECT: FortiGuard AntiSpam: sender IP is in blocklist",
		"554 5.7.1 Sender IP 192.0.2.7 is on Sophos block list",
	],
	"relay-denied": [
		"550 5.7.64 TenantAttribution; Relay Access Denied",
		"454 4.7.1 <a@b.example>: Relay access denied",
		"551 5.7.1 Forwarding to remote hosts disabled",
		"550 relay not permitted",
		"551 we do not relay, user not local",
	],
	"sender-policy policy-refused": [
		"554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
	],
	"rate-limited asked-to-retry": [
		"450 4.2.0 Mailbox is throttled: too much mail for this user at the moment",
	],
	"mailbox-full": [
		"452 4.2.2 The email account that you tried to reach is over quota. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp",
		"550 5.2.0 taro@b.example: mailbox over storage limit",
		"552 Requested mail action aborted: exceeded storage allocation",
		"550 5.0.350 Remote server returned an error -> 550 mailbox full",
	],
	"sending-limit-reached rate-limited": [
		"550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852",
		"550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email to external recipients",
	],
	"sender-policy": [
		"550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
		"421 mxgate: your domain's DMARC record is missing, please retry after publishing one",
		"554 5.7.5 Permanent error evaluating DMARC policy",
		"550 5.7.1 <taro@b.example>: Recipient address rejected: SPF fail: a.example does not designate 192.0.2.7",
		"550 5.7.1 : This message was not accepted due to domain (a.example) owner DMARC policy (reject).",
		"550 5.7.1 Sender ID (PRA) Not Permitted",
		"451 4.7.24 The SPF record of the sending domain has one or more suspicious entries",
		"550 5.7.23 SPF validation failed",
		"550 5.7.9 This mail has been blocked because the sender is unauthenticated",
	],
	"dnsbl-listed": [
		"550 JunkMail rejected - mail.a.example [192.0.2.7]:41234 is in an RBL: https://www.spamhaus.org/query/ip/192.0.2.7",
		"554 Service unavailable; Client host [mail.a.example] blocked by bl.spamcop.net; Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.7",
		"554 5.7.1 Service unavailable; Helo command [x] blocked using dbl.spamhaus.org",
		"550 5.7.1 Recipient not authorized, your IP has been found on a block list. See https://www.abuseat.org",
		"550 blocked using b.barracudacentral.org; http://www.barracudanetworks.com/reputation/?pr=1&ip=192.0.2.7",
		"550 Rejected because 192.0.2.7 is in a black list at zen.spamhaus.org",
	],
	"sender-refused": [
		"550 Sender verify failed",
		"550-Verification failed for <bob@a.example> 550-No Such User Here 550 Sender verify failed",
		"550 5.1.0 <bob@a.example>: Sender address rejected: User unknown in local recipient table",
		"550 5.7.27 Sender address has null MX",
		"550-Callout verification failed 550 Sender verify failed",
	],
	"name-not-found user-unknown unknown": [
		'550 "The mail server could not deliver mail to taro@b.example.  The account or domain may not exist, they may be blacklisted, or missing the proper dns entries."',
	],
	"address-blocked": [
		"554 5.7.1 You are not allowed to connect.",
		"550 5.7.511 Access denied, banned sender[192.0.2.7]. To request removal from this list please forward this message to delist@microsoft.com.",
		"550 OU-002 (BAY004) Unfortunately, messages from 192.0.2.7 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
		"550 5.7.606 Access denied, banned sending IP",
	],
	"virus-found": ["550 5.7.1 Message content rejected by FortiMail antivirus: W32/Generic"],
	"policy-refused": ["550 Denied by policy", "550 A policy (1.2.3.4) prohibited the mail that you sent"],
	"dnsbl-listed address-blocked reputation-low": [
		"550 5.7.1 Email quarantined: Trend Micro Email Reputation Services. Mail from 192.0.2.7 blocked; see https://servicecentral.trendmicro.com/en-us/ers/ip-lookup",
	],
	"reverse-name-missing": [
		"450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]",
		"550-5.7.25 [192.0.2.7] The IP address sending this message does not have a PTR record setup",
	],
	"account-paused sending-limit-reached sender-refused address-blocked": [
		"554 5.1.8 Access denied, bad outbound sender. For more information please go to http://go.microsoft.com/fwlink/?LinkId=875724. S(9999) AS(201806281)",
		"550 5.1.8 Access denied, bad outbound sender AS(42004)",
	],
	"account-paused content-refused address-blocked": [
		"550 5.7.501 Access denied, spam abuse detected. AS(42003)",
	],
	"policy-refused forward-file-refused": [
		"550 5.7.520 Access denied, Your organization does not allow external forwarding. Please contact your administrator for further assistance. AS(7555)",
	],
	"certificate-invalid": [
		"454 4.7.5 Certificate validation failure, Reason:UntrustedRoot",
		"450 4.7.320 Certificate validation failure",
	],
	"connection-lost": [
		"451 4.4.397 Error communicating with target host. -> 421 4.4.2 Connection dropped due to SocketError",
	],
	"tls-required tls-failed": [
		"450 4.4.317 Cannot establish session with remote server [Message=451 5.7.3 STARTTLS is required to send mail]",
		"523 5.7.10 Encryption Needed",
	],
	"tls-failed certificate-invalid name-lookup-failed": [
		"450 4.7.324 dnssec-invalid: Destination domain returned invalid DNSSEC records",
	],
	"certificate-invalid tls-failed": [
		"450 4.7.323 tlsa-invalid: The domain failed DANE validation",
		"450 4.4.8 MX hosts of domain failed MTA-STS validation",
	],
	"account-disabled": [
		"550 User's mailbox is disabled, not accepting messages",
		"550 Mailbox suspended, please contact the domain owner",
		"550 mailbox is temporarily disabled, too many bounces",
		"554 This account has been disabled due to inactivity",
		"550 <taro@b.example> account closed by user",
	],
	"relay-denied policy-refused refused-by-recipient": ["550 Delivery is not allowed to this address."],
	"auth-required": [
		"503 This mail server requires authentication when attempting to send to a non-local e-mail address. Please check your mail client settings or contact your administrator to verify that the domain or address is defined for this server.",
		"550 5.7.57 Client not authenticated to send mail",
		"550 SMTP AUTH is required for message submission on port 587",
		"530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
	],
	"refused-by-recipient content-refused": [
		"550 5.7.1 GroupWise: The recipient's mail filter rejected this message",
	],
	"message-malformed": [
		"554 5.6.0 Domino: Message rejected, header field too long",
		"550 Message headers fail syntax check",
		"550 5.1.20 Multiple From addresses are not allowed without Sender address",
	],
	"auth-failed": [
		"535 Authentication Credentials Invalid",
		"535-5.7.8 Username and Password not accepted. For more information, go to 535 5.7.8 https://support.google.com/mail/?p=BadCredentials",
	],
	"sender-not-verified": [
		"554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: bob@a.example",
	],
	"address-suppressed": ["550 5.7.1 recipient address suppressed due to prior hard bounce (SparkPost)"],
	"sender-policy sender-refused policy-refused refused-by-recipient": [
		"550 5.7.1 bounce address tag validation (BATV/PRVS) failed",
	],
	"content-refused message-malformed command-refused": ["554 5.6.1 Body type not supported by Remote Host"],
	"message-malformed content-refused": [
		"553 5.6.7 Non-ASCII addresses not permitted: SMTPUTF8 was not offered",
		"550 5.6.11 Invalid characters (bare line feeds)",
	],
	"message-too-large": [
		"550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient",
		"552 Message size exceeds maximum permitted",
	],
	"refused-by-recipient": [
		"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed",
		"550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to recipient because the sender isn't on the list",
		"550 Mail is rejected by recipients [xxx IP: 192.0.2.7] https://service.mail.qq.com/detail/0/92",
		"550 5.7.124 Sender not in allowed-senders list for this distribution group",
		"550 5.7.513 Service unavailable, message blocked by recipient using Outlook",
	],
	"mail-loop": ["554 5.4.14 Hop count exceeded - possible mail loop ATTR34"],
	"content-refused policy-refused": [
		"554 5.7.0 Your message has been quarantined by Symantec Email Security.cloud",
	],
	"content-refused policy-refused refused-by-recipient": [
		"553-Message filtered. Refer to the Troubleshooting page at 553-http://www.symanteccloud.com/troubleshooting for more 553 information. (#5.7.1)",
	],
	"address-blocked policy-refused": [
		"501 Connection rejected by policy [7.7] 15812, please visit www.messagelabs.com/support for more details about this error message.",
	],
	"too-many-recipients": ["452 4.5.3 Too many recipients (AS780090)"],
	"asked-to-retry greylisted": [
		"450 4.1.1 <taro@b.example>: Recipient address rejected: unverified address: Address verification in progress",
	],
	"sender-refused auth-required sender-not-verified": [
		"553 5.7.1 <bob@a.example>: Sender address rejected: not owned by user alice",
	],
	"helo-refused": [
		"450 4.7.1 <mail>: Helo command rejected: Host not found",
		"504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
		"550 HELO/EHLO must contain a fully qualified domain name, per RFC 5321",
		"550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
		"550 HELO argument does not match calling host",
		"550 R1: HELO should be a FQDN or address literal (See RFC 2821 4.1.1.1)",
	],
	"content-refused virus-found": [
		"552-5.7.0 This message was blocked because its content presents a potential security issue.",
		"550 Message contained unsafe content (zip with encrypted content)",
	],
	"name-not-found": [
		"553 5.1.2 We weren't able to find the recipient domain. Please check for any spelling errors",
		"550 5.4.310 DNS domain does not exist [Message=InfoDomainNonexistent]",
	],
	"connection-lost conversation-timeout connect-timeout": ["421 4.4.2 mx.b.example Error: timeout exceeded"],
	"unknown user-unknown refused-by-recipient policy-refused": [
		"554 delivery error: dd Requested mail action aborted - mta4001.mail.bf1.yahoo.com",
	],
	"address-blocked reputation-low rate-limited": [
		"553 5.7.2 [TSS09] All messages from 192.0.2.7 will be permanently deferred; Retrying will NOT succeed. See https://postmaster.yahooinc.com/error-codes",
		"451 4.7.1 [TSS11] All messages from 192.0.2.7 will be permanently deferred",
	],
	"policy-refused content-refused address-blocked": [
		"550 5.7.1 [CS01] Your message was rejected due to local policy",
	],
	"policy-refused content-refused": [
		"554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/102322",
		"550 5.7.1 This email was rejected because it violates our security policy (MailGuard)",
	],
	"host-broken auth-failed asked-to-retry": [
		"454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
	],
	"auth-failed auth-required": [
		"534-5.7.9 Application-specific password required.",
		"432 4.7.12 A password transition is needed",
	],
	"auth-required relay-denied": [
		"550 5.7.1 Authentication required to relay from this address",
		"550 5.7.368 Remote server returned authentication required to relay -> 530 5.7.1 Authentication required",
	],
	"auth-failed account-paused": ["525 5.7.13 User credentials of account disabled"],
	"tls-failed tls-required": [
		"550 5.7.30 REQUIRETLS support required",
		"421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade to TLS 1.2",
	],
	"not-accepting-mail": ["556 5.1.10 Recipient address has null MX"],
	"mx-points-to-us host-broken": ["554 5.3.5 Local configuration error"],
	"content-refused message-malformed": [
		"550 5.6.0 CAT.InvalidContent.Exception: PropertyValidationException",
		"554 5.6.3 Conversion required but not supported",
	],
	"message-malformed content-refused message-too-large": [
		"552 5.6.0 Submitted message is not valid; headers too large",
	],
	"host-broken asked-to-retry": [
		"421 4.3.0 Temporary System Problem. Try again later",
		"421 Unexpected failure, please try later",
	],
	"asked-to-retry host-broken policy-refused": ["451 4.3.0 Mail server temporarily rejected message."],
	"name-lookup-failed": [
		"451 4.4.0 DNS query failed. The error was: DNS query failed with error ErrorRetry",
		"450 4.4.312 DNS query failed",
	],
	"expired-in-queue": ["550 5.4.300 Message expired"],
	"expired-in-queue host-broken": [
		"550 5.4.317 Message expired, cannot connect to remote server(451 4.7.0 Temporary server error. Please try again later)",
	],
	"host-broken": [
		"421 Downstream server error",
		"451 Temporary local problem - please try later",
		"451 Requested action aborted: local error in processing",
	],
	"rate-limited user-unknown address-blocked policy-refused too-many-recipients": [
		"550 Too many invalid recipients",
	],
	"refused-by-recipient address-blocked sender-refused": [
		"550 [internal] [oob] The message was blocked by the receiver as coming from an address not on their allow list",
	],
	"account-disabled user-unknown": [
		"550 Message was not accepted -- invalid mailbox. Local mailbox taro@b.example is unavailable: user is terminated",
	],
	"reverse-name-missing sender-policy": [
		"550-5.7.1 [192.0.2.7] Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records and authentication.",
	],
	"talked-too-early": ["554 SMTP synchronization error"],
	"rate-limited not-accepting-mail": ["421 4.4.5 Too many connections on this server"],
	"sender-not-verified sender-refused": [
		"550 5.7.60 SMTP; Client does not have permissions to send as this sender",
		"554 5.2.252 SendAsDenied; bob@a.example not allowed to send as alice@a.example",
	],
	"policy-refused sender-refused refused-by-recipient": [
		"550 5.7.703 Your message can't be delivered because messages to XXX, YYY are blocked by your organization using Tenant Allow Block List",
	],
	"name-not-found name-lookup-failed": ["554 5.4.4 [internal] Domain Lookup Failed"],
	"host-unreachable name-not-found connect-timeout": ["421 4.4.1 [internal] No valid hosts found for domain"],
	"conversation-timeout connect-timeout": ["451 4.4.2 [internal] Connection timed out while talking"],
	"address-blocked account-paused": ["550 5.7.15 Access denied, blocked for abuse"],
	"expired-in-queue rate-limited": ["550 5.4.300 Message expired -> 451 4.7.500 Server busy"],
	"dnsbl-listed address-blocked": ["550 rejected because mail.a.example is in a DNS blocklist"],
	"refused-by-recipient sender-refused policy-refused": [
		"550 Sender not permitted to send to distribution list",
	],
	"user-unknown account-disabled": ["550 5.1.1 user has left the organization"],
	"user-moved relay-denied": ["551 User not local; please try <taro@c.example>"],
	"greylisted asked-to-retry policy-refused rate-limited": [
		"450 4.7.1 <x>: Recipient address rejected: Policy restriction, try again later",
	],
	"asked-to-retry user-unknown mailbox-full account-disabled": [
		"450 Requested mail action not taken: mailbox unavailable",
	],
	"user-unknown sender-refused command-refused policy-refused": [
		"553 Requested action not taken: mailbox name not allowed",
	],
	"unknown policy-refused content-refused": ["554 Transaction failed"],
	"command-refused": ["502 Command not implemented", "555 5.5.4 Unsupported option: SIZE=1000 BODY=8BITMIME"],
	"message-malformed content-refused command-refused": ["550 5.6.7 SMTPUTF8 required but not supported"],
	"user-moved user-unknown": ["550 5.7.17 Mailbox owner has changed"],
	"tls-failed": ["454 4.7.0 TLS not available due to temporary reason"],
	"name-lookup-failed host-unreachable": ["451 4.4.3 Recipient server unavailable, DNS failure"],
	"sender-not-verified account-paused sender-refused": [
		"550 5.7.750 Unregistered domain: your tenant sent from unregistered domains",
	],
	"refused-by-recipient auth-required policy-refused": [
		"550 5.7.12 Sender was not authenticated by organization",
	],
};

describe.each(Object.entries(REPLIES))("%s", (causes, replies) => {
	it.each(replies.map((reply) => [reply]))("%s", (reply) => {
		expect(causes.split(" ")).toContain(classify({ reply }).verdict.cause);
	});
});
