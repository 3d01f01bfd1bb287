/**
 * Why a message, a connection or an account is refused, in the words that each operator chooses: what it is about (`sessions`,
 * `header`) and what is wrong with it (`per hour`, `missing`), wherever in the reply the two stand. Tried after every wording
 * that is known as such, and held as likely only.
 */
import type { Rule } from "../rule.ts";

const PROHIBITED = [
	"not allowed",
	"not permitted",
	"not accepted",
	"n't be accepted",
	"cannot be accepted",
	"rejected",
	"refused",
	"forbidden",
	"prohibited",
] as const;

export const REFUSALS_IN_OTHER_WORDS: readonly Rule[] = [
	{
		id: "own-account-in-other-words",
		cause: "account-paused",
		any: [
			[
				["sending from this account", "sending from your account", "sending privileges", "your sending"],
				["paused", "suspended", "blocked", "disabled", "revoked", "on hold", "stopped"],
			],
		],
		none: [" ip", "domain", "server", "reputation"],
		source: "submission services that stop an account, said freely",
		matches: ["554 5.7.1 sending from this account is paused pending review"],
		misses: ["550 Your sending IP is blocked"],
	},
	{
		id: "own-limit-in-other-words",
		cause: "sending-limit-reached",
		any: [
			[
				["your account", "your plan", "your subscription"],
				["daily", "monthly", "today", "per day", "24 hours", "allowance"],
				["exceed", "limit", "reached", "too many", "used up", "quota"],
			],
		],
		none: ["mailbox", "storage"],
		source: "limits of submission services, said freely",
		matches: ["452 4.3.2 You reached your plan's monthly allowance"],
		misses: ["552 Your account's storage quota is reached today"],
	},
	{
		id: "own-domain-in-other-words",
		cause: "sender-not-verified",
		any: [
			[
				["domain", "identity", "from address", "sender address"],
				["not validated", "not verified", "not confirmed", "unverified", "not registered"],
				["in your account", "for your account", "by your account", "for this account", "in this account"],
			],
		],
		none: ["recipient"],
		source: "submission services that know their senders, said freely",
		matches: ["550 5.7.1 the sending domain is not validated in your account"],
		misses: ["550 5.1.1 <taro@example.net>: not verified"],
	},
	{
		id: "rate-in-other-words",
		cause: "rate-limited",
		any: [
			[
				["exceed", "too many", "too much", "too high", "more than", "over the", "above", "at most"],
				["hourly", "an hour", "a minute", "per second", "in parallel", "at once", "pace", "sending rate"],
			],
		],
		none: ["mailbox", "storage", "disk", "recipients", "spam"],
		source: "RFC 5321 section 4.2.3 (421, 450): limits for clients, said freely",
		matches: [
			"451 4.7.1 Sorry, you have exceeded the hourly message quota for your host",
			"451 Your sending pace is too high",
		],
		misses: ["552 5.2.2 mailbox over the hourly message quota"],
	},
	{
		id: "wait-in-other-words",
		cause: "greylisted",
		any: [
			"triplet",
			[
				["unknown to us", "not seen before", "never seen", "new to us", "whitelist"],
				["retry", "try again", "come back", "send again"],
			],
		],
		codes: ["4"],
		none: ["mailbox", "user unknown"],
		source: "RFC 6647, said freely",
		matches: [
			"450 4.2.0 Message delayed by spam defence; new sender triplet, come back in five minutes",
			"450 You are unknown to us; retry in ten minutes and you will be let in",
		],
		misses: ["550 5.7.1 not on our whitelist, come back with a better address"],
	},
	{
		id: "dns-in-other-words",
		cause: "name-lookup-failed",
		any: [
			"dns server returned",
			[
				["dns error", "dns problem", "mx lookup", "looking up", "nameserver", "name server", "resolver"],
				["temporary", "temporarily", "timeout", "timed out", "try again", "no answer"],
			],
		],
		codes: ["4", ""],
		none: ["reverse", "ptr", "spf", "dkim", "dmarc", "user", "mailbox", "ldap", "list"],
		source: "RFC 3463 X.4.3, Exchange InfoNoRecords, said freely",
		matches: [
			"451 4.4.3 DNS server returned answer with no data",
			"Temporary DNS error while looking up MX of example.com",
		],
		misses: ["451 Temporary error while looking up user in LDAP"],
	},
	{
		id: "file-in-other-words",
		cause: "content-refused",
		any: [[["file type", "type of file", "files of type", "zip file", "attached file"], PROHIBITED]],
		source: "filters that refuse attachments, said freely",
		matches: ["550 5.7.1 Message contains a file type that is not allowed"],
		misses: ["550 5.7.1 Message of this type is not allowed"],
	},
	{
		id: "spam-in-other-words",
		cause: "content-refused",
		reason: "spamdetected",
		any: [
			[
				["url", "link ", "links "],
				["black list", "blacklist", "blocklist", "filter", "blocked", "rejected", "not allowed"],
			],
			[
				["words in", "word in", "phrase in", "phrases in", "forbidden phrase", "forbidden word"],
				["message", "mail", "body", "subject"],
			],
			[
				["filter processing", "filter rules", "filter rejection", "by filter", "by content filter"],
				["rejected", "blocked", "refused", "denied"],
			],
			[
				["held for", "held before", "quarantined", "held in quarantine"],
				["message", "mail"],
			],
		],
		none: ["sender", "recipient", "your ip", "url=", "curl", "see url", "outgoing", "approv"],
		codes: ["5"],
		source: "content filters, said freely",
		matches: [
			"550 5.7.1 black listed url host www.example.com",
			"550 One of the words in the message is blocked",
			"550 the message has been quarantined",
		],
		misses: ["451 the message is held for approval", "550 your IP is blocked, see URL below"],
	},
	{
		id: "kept-out-in-other-words",
		cause: "content-refused",
		any: [
			[
				["not accepting", "no longer accept", "do not accept", "don't accept"],
				["attachment", "embedded image"],
			],
		],
		source: "hosts that take plain text only, said freely",
		matches: ["550 We are not accepting mail with attachments or embedded images"],
		misses: ["550 We are not accepting mail"],
	},
	{
		id: "list-in-other-words",
		cause: "dnsbl-listed",
		any: [["listed at ", ["rejected", "refused", "denied", "blocked"]]],
		none: ["sender", "recipient", "domain", "url", "uri", "not listed"],
		codes: ["5", "4"],
		source: "block lists without a name that is known, said freely",
		matches: ["550 5.7.1 Rejected - listed at list.example.org"],
		misses: ["550 5.7.1 Sender rejected, listed at list.example.org"],
	},
	{
		id: "sender-in-other-words",
		cause: "sender-refused",
		any: [
			["sender ", ["blacklist", "black list", "blocklist", "block list"]],
			[
				["from this sender", "from the sender"],
				["not accept", "refuse", "reject", "not allowed"],
			],
			[
				["return", "sender"],
				["domain is invalid", "domain name is invalid"],
			],
			["null return path"],
		],
		none: ["sender ip", "sender's ip", "ip address", "sender host", "recipient's"],
		codes: ["5"],
		source: "private lists of senders, said freely",
		matches: [
			"550 5.7.1 Sender is on domain's blacklist",
			"550 example.com is not accepting mail from this sender",
		],
		misses: ["550 5.7.1 Sender IP is on our blacklist"],
	},
	{
		id: "login-in-other-words",
		cause: "auth-required",
		any: [
			[
				"only",
				["allowed with authentication", "after authentication", "when authenticated", "if authenticated"],
			],
			[
				["receive your mail", "check your mail", "fetch your mail"],
				["before sending", "first"],
			],
		],
		codes: ["5"],
		source: "RFC 4954 and POP before SMTP, said freely",
		matches: [
			"550 Remote sending only allowed with authentication",
			"550 Please receive your mail before sending",
		],
		misses: ["550 Only mail with authentication results is read"],
	},
	{
		id: "domain-in-other-words",
		cause: "name-not-found",
		any: [
			[
				["cannot resolve", "could not resolve", "unable to resolve"],
				["domain:", "following domain"],
			],
		],
		none: ["sender", "reverse", "ptr", "helo", "temporar", "try again"],
		source: "RFC 3463 X.1.2, said freely",
		matches: ["550 Cannot resolve the IP address of the following domain: example.net"],
		misses: ["550 Cannot resolve the following domain of the sender"],
	},
	{
		id: "no-mail-in-other-words",
		cause: "not-accepting-mail",
		any: [
			[
				["domain", "host"],
				["not used for mail", "not used for email", "takes no mail", "accepts no mail"],
			],
		],
		source: "RFC 7505, said freely",
		matches: ["550 Domain not used for mail."],
		misses: ["550 Domain not found"],
	},
	{
		id: "exchanger-in-other-words",
		cause: "no-route",
		any: [
			[
				["mx record", "mail exchanger"],
				["invalid mx", "does not have any", "has no", "has not any", "with an ip address instead"],
			],
		],
		none: ["sender", "return", "null"],
		source:
			"RFC 5321 section 5.1: the domain names no host that can take mail; MDaemon, IMail, Courier, said freely",
		matches: [
			"The host does not have any mail exchanger",
			"554 example.net has installed an invalid MX record with an IP address instead of a domain name on the right hand side.",
		],
		misses: ["550 sender has no mail exchanger"],
	},
	{
		id: "files-in-other-words",
		cause: "host-broken",
		any: [
			[
				["can't open", "cannot open", "unable to open", "error opening", "cannot store", "can't store"],
				["mailbox", "file", "document", "maildir", "directory"],
			],
			[
				["can't create", "cannot create", "unable to create", "can't lock", "cannot lock"],
				["file", "lock", "maildir", "mailbox"],
			],
			["error", "homedir creation"],
			"temporary mta failure",
		],
		none: ["quota", "space", "full", "connection", "socket"],
		source: "sysexits.h EX_CANTCREAT and EX_OSFILE, Domino, procmail, amavis, said freely",
		matches: [
			"550 Can't open mailbox /var/mail/taro",
			"554 Router: cannot store document in mail file",
			"451 4.5.0 Temporary MTA failure on relaying, From MTA() during fwd-connect",
		],
		misses: ["452 Can't create file: no space left on device"],
	},
	{
		id: "form-in-other-words",
		cause: "message-malformed",
		any: [
			"eight bit data",
			"eight-bit data",
			"malformed mime",
			"mime structure",
			["header", ["is missing", " missing", "header too long", "two subject", "more than one", "repeated"]],
		],
		none: ["dkim", "spf", "dmarc", "arc-", "list-unsubscribe", "unsubscribe"],
		source: "RFC 5322 section 3.6, RFC 2045, said freely",
		matches: ["554 5.6.1 Eight bit data not allowed", "550 5.7.1 From header missing"],
		misses: ["550 5.7.1 DKIM-Signature header missing"],
	},
	{
		id: "recipients-in-other-words",
		cause: "too-many-recipients",
		any: [
			[
				["rcpt ", "recipients", "recipient count"],
				["limit exceeded", "limit reached", "limit of"],
			],
		],
		none: ["rate", "hour", "minute", "per day", "daily", "mailbox", "storage", "relay", "account", "receiv"],
		codes: ["4", "5"],
		source: "RFC 5321 section 4.5.3.1.10, said freely",
		matches: ["550 5.5.3 RCPT limit exceeded"],
		misses: ["450 recipients per hour limit exceeded"],
	},
	{
		id: "order-in-other-words",
		cause: "command-refused",
		any: ["without mail from", "without rcpt", "mail from already", "mail first", "rcpt first"],
		codes: ["50"],
		source: "RFC 5321 section 4.1.4 (503), as Momentum says it",
		matches: ["503 5.5.1 DATA without MAIL FROM", "501 5.5.1 MAIL FROM already established"],
		misses: ["503 5.5.1 <taro@example.net>: Sender already known"],
	},
];
