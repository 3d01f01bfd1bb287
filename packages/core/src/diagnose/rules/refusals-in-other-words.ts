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
