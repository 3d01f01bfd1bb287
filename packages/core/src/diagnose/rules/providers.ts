/** Words of single providers that say exactly what they mean. Tried first. */
import type { Rule } from "../rule.ts";

export const PROVIDER_RULES: readonly Rule[] = [
	{
		id: "unix-program",
		cause: "delivery-program-failed",
		any: ["x-unix;"],
		none: ["quota", "full"],
		source: "RFC 3464 diagnostic type x-unix: the exit code or words of a program",
		matches: ["X-Unix; 255", "x-unix; procmail: cannot create the mailbox of user unknown"],
		misses: ["550 5.1.1 User unknown"],
	},
	{
		id: "gmail-unauthenticated",
		cause: "sender-policy",
		any: [
			"unauthenticated email from",
			"the sender is unauthenticated",
			"does not pass authentication checks",
			"requires all senders to authenticate",
		],
		source: "Gmail SMTP errors and codes, 5.7.26",
		matches: [
			"550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
			"550-5.7.1 Unauthenticated email from example.com is not accepted due to domain's DMARC policy.",
		],
		misses: ["550 5.7.1 Authentication required"],
	},
	{
		id: "gmail-rate",
		cause: "rate-limited",
		any: [
			"unusual rate of unsolicited mail",
			"is receiving mail at a rate",
			"receiving mail too quickly",
			"user sending limit exceeded",
			"sending quota exceeded",
		],
		source: "Gmail SMTP errors and codes, 4.2.1, 4.7.28, 5.4.5",
		matches: [
			"421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited.",
			"450-4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
		],
		misses: ["550 5.7.1 This message looks like unsolicited mail"],
	},
	{
		id: "gmail-reputation",
		cause: "reputation-low",
		any: [["low reputation of the sending", "suspicious"], "very low reputation of the sending"],
		source: "Gmail SMTP errors and codes, 5.7.1",
		matches: [
			"550-5.7.1 [192.0.2.9 12] Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain.",
		],
		misses: ["550-5.7.1 Our system has detected that this message is likely unsolicited mail."],
	},
	{
		id: "gmail-unsolicited",
		cause: "content-refused",
		reason: "spamdetected",
		any: ["likely unsolicited mail", "message is likely spam", "due to spam classification"],
		source: "Gmail SMTP errors and codes, 5.7.1",
		matches: [
			"550-5.7.1 [192.0.2.9] Our system has detected that this message is 550-5.7.1 likely unsolicited mail.",
		],
		misses: ["421-4.7.28 Gmail has detected an unusual rate of unsolicited mail"],
	},
	{
		id: "gmail-dns",
		cause: "name-not-found",
		reason: "networkerror",
		any: [
			["dns error", "responded with code nxdomain"],
			["dns error", "had no relevant answers"],
		],
		none: ["returned null mx"],
		source: "Gmail delivery status notifications",
		matches: [
			"DNS Error: 123 DNS type 'mx' lookup of example.invalid responded with code NXDOMAIN Domain name not found: example.invalid",
		],
		misses: [
			"DNS Error: 123 DNS type 'mx' lookup of example.com responded with code NOERROR returned Null MX",
		],
	},
	{
		id: "microsoft-block-list",
		cause: "address-blocked",
		any: [
			"part of their network is on our block list",
			"access denied, banned sending ip",
			"access denied, banned sender",
			"traffic not accepted from this ip",
			"to request removal from this list",
			"not currently accepting mail from your ip",
		],
		source: "Outlook.com SMTP error codes S3140, S3150; Exchange Online 5.7.511, 5.7.606-649, 5.7.708",
		matches: [
			"550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
			"550 5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/",
		],
		misses: ["550 5.4.1 Recipient address rejected: Access denied."],
	},
	{
		id: "microsoft-rate",
		cause: "rate-limited",
		any: [
			"due to ip reputation",
			["server busy", "try again later from"],
			"tenant has exceeded threshold",
			"exceeded the rate limit",
			"please slow down and resubmit",
		],
		source: "Outlook.com 4.7.650; Exchange Online 4.7.500, 5.7.705",
		matches: [
			"451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation. (S775)",
		],
		misses: ["550 5.7.1 Message rejected"],
	},
	{
		id: "microsoft-spam",
		cause: "content-refused",
		reason: "spamdetected",
		any: ["access denied, spam abuse detected", "considered spam", "message content is not acceptable"],
		source: "Exchange Online 5.7.501-503; Outlook.com",
		matches: ["550 5.7.501 Access denied, spam abuse detected from 192.0.2.7"],
		misses: ["550 5.7.511 Access denied, banned sender[192.0.2.7]"],
	},
	{
		id: "microsoft-authentication",
		cause: "sender-policy",
		any: [
			"does not pass dmarc verification",
			"required authentication level",
			"meet the required authentication",
		],
		source: "Exchange Online 5.7.509, 5.7.515",
		matches: [
			"550 5.7.515 Access denied, sending domain example.com doesn't meet the required authentication level.",
		],
		misses: ["530 5.7.57 Client not authenticated to send mail"],
	},
	{
		id: "microsoft-recipient",
		cause: "user-unknown",
		any: [
			"resolver.adr.recipnotfound",
			"resolver.adr.recipientnotfound",
			"resolver.adr.exrecipnotfound",
			["requested action not taken", "mailbox unavailable"],
		],
		source: "Exchange Resolver; Outlook.com 5.5.0 S2017062302",
		matches: [
			"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient @example.com not found by SMTP address lookup",
			"550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
		],
		misses: ["550 5.2.2 STOREDRV.Deliver; mailbox full"],
	},
	{
		id: "microsoft-directory-edge",
		cause: "user-unknown",
		any: [["recipient address rejected: access denied", "outlook.com"]],
		source: "Exchange Online 5.4.1: directory based edge blocking",
		matches: ["550 5.4.1 Recipient address rejected: Access denied. [AM1EUR.prod.outlook.com]"],
		misses: ["554 5.7.1 Recipient address rejected: Access denied"],
	},
	{
		id: "microsoft-not-authorised",
		cause: "refused-by-recipient",
		reason: "securityerror",
		any: [
			"resolver.rst.notauthorized",
			"resolver.rst.authrequired",
			"resolver.rst.recipientnotpermitted",
			"isn't accepting messages from you",
			"not permitted to send to this recipient",
			"delivery not authorized, message refused",
		],
		source: "Exchange Resolver: delivery restrictions, 5.7.1, 5.7.133",
		matches: [
			"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; RESOLVER.RST.AuthRequired; authentication required",
		],
		misses: ["550 5.1.10 RESOLVER.ADR.RecipientNotFound"],
	},
	{
		id: "yahoo-volume",
		cause: "rate-limited",
		any: [
			"deferred due to unexpected volume",
			"deferred due to user complaints",
			"[tss0",
			"due to excessive user complaints",
		],
		source: "Yahoo postmaster error codes TSS04, TSS05",
		matches: [
			"421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1",
		],
		misses: ["554 Message not allowed - [PH01] Email not accepted for policy reasons."],
	},
	{
		id: "yahoo-ip",
		cause: "address-blocked",
		any: [["all messages from", "permanently deferred"], "[ts03]", "[bl21]", "[bl23]"],
		source: "Yahoo postmaster error codes TS03, BL21, BL23",
		matches: [
			"553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the ip is in Spamhaus's list",
		],
		misses: ["421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred"],
	},
	{
		id: "apple-local-policy",
		cause: "policy-refused",
		any: [
			["[cs01]", "local policy"],
			["[hm0", "local policy"],
			["support.apple.com", "local policy"],
		],
		source: "iCloud Mail postmaster information",
		matches: [
			"554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",
		],
		misses: [
			"554 5.7.1 Your message was rejected due to example.com's DMARC policy. See https://support.apple.com/en-us/HT204137",
		],
	},
	{
		id: "proofpoint-dynamic-reputation",
		cause: "dnsbl-listed",
		any: [
			["blocked", "proofpoint.com/dnsbl"],
			["blocked", "ipcheck.proofpoint.com"],
			["blocked", "dnsbl-lookup"],
		],
		none: ["local policy violation"],
		source: "Proofpoint Dynamic Reputation, as icloud.com and many companies answer at connect",
		matches: [
			"554 5.7.0 Blocked – see https://dnsbl.example.net/dnsbl-lookup.cgi?ip=192.0.2.7",
			"550 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7",
		],
		misses: ["550 5.7.0 Local Policy Violation"],
	},
	{
		id: "mimecast-policy",
		cause: "policy-refused",
		any: [
			"email rejected due to security policies",
			"header based manually blocked",
			"anti-spoofing policy",
			"envelope based manually blocked",
		],
		source: "Mimecast SMTP error codes",
		matches: ["554 Email rejected due to security policies - MCSpamSignature.x.y"],
		misses: ["550 Administrative prohibition"],
	},
	{
		id: "t-online-reputation",
		cause: "address-blocked",
		any: [["ip=", "ask your postmaster for help"]],
		source: "t-online.de postmaster pages",
		matches: [
			"554 IP=192.0.2.7 - A problem occurred. Ask your postmaster for help or to contact @ to clarify. (DIAL)",
		],
		misses: ["554 5.7.1 Ask your postmaster for help"],
	},
	{
		id: "docomo-refused",
		cause: "refused-by-recipient",
		any: ["unknown user", "user unknown"],
		stages: ["DATA", "EOM"],
		source:
			"Japanese carriers accept any recipient and answer only after the message; the same words stand for a filter",
		matches: [
			"host mfsmax.docomo.ne.jp[192.0.2.25] said: 550 Unknown user taro@docomo.ne.jp (in reply to end of DATA command)",
		],
		misses: [
			"host mfsmax.docomo.ne.jp[192.0.2.25] said: 550 Unknown user taro@docomo.ne.jp (in reply to RCPT TO command)",
		],
	},
	{
		id: "carrier-user-filter",
		cause: "refused-by-recipient",
		any: [
			"recipient id refuse to receive mail",
			"user refuses to receive",
			"message refused by recipient's settings",
			"rejected by user's filter",
		],
		source: "Willcom, au and SoftBank mail: the owner's own filter",
		matches: ["550 5.7.1 recipient id refuse to receive mail from: example.com"],
		misses: ["550 5.1.1 User unknown"],
	},
];
