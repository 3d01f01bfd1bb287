/** Facts that decide before any words: who answers what, and to which command. */
import type { Rule } from "../rule.ts";

export const STRUCTURE_RULES: readonly Rule[] = [
	{
		id: "unix-program",
		cause: "delivery-program-failed",
		any: ["x-unix;"],
		none: ["quota", "full", "x-unix; 73", "x-unix; 77"],
		source: "RFC 3464 diagnostic type x-unix: the exit code or words of a program",
		matches: ["X-Unix; 255", "x-unix; procmail: cannot create the mailbox of user unknown"],
		misses: ["550 5.1.1 User unknown"],
	},
	{
		id: "sender-at-mail-from",
		cause: "sender-refused",
		any: [
			"does not exist",
			"doesn't exist",
			"not exist",
			"user unknown",
			"unknown user",
			"no such user",
			"host unknown",
			"domain not found",
			"host not found",
			"unresolvable",
			"not resolve",
		],
		none: ["reverse", "ptr"],
		stages: ["MAIL"],
		source: "RFC 5321 section 3.3: an answer to MAIL FROM is about the sender",
		matches: [
			"host mx.example.net[192.0.2.25] said: 553 5.1.0 web1.example.com does not exist (in reply to MAIL FROM command)",
		],
		misses: [
			"host mx.example.net[192.0.2.25] said: 550 5.1.1 user does not exist (in reply to RCPT TO command)",
		],
	},
	{
		id: "exim-unrouteable",
		cause: "no-route",
		any: [
			"unrouteable address",
			"unroutable address",
			"the account or domain may not exist, they may be blacklisted",
		],
		codes: [""],
		source:
			"Exim's own words, without a remote's code (deliver.c, route.c): no router takes the address, be it for the domain or, of a local domain, for the part before the @",
		matches: ["Unrouteable address"],
		misses: ["550 Unrouteable address"],
	},
	{
		id: "unknown-after-data",
		cause: "refused-by-recipient",
		any: ["unknown user", "user unknown", "no such user", "user not found", "recipient not found"],
		stages: ["DATA", "EOM"],
		notStatuses: ["1."],
		source:
			"Japanese carriers and others accept any recipient and answer only after the message: the same words stand for the owner's filter",
		matches: [
			"host mx.example.ne.jp[192.0.2.25] said: 550 Unknown user taro@example.ne.jp (in reply to end of DATA command)",
		],
		misses: [
			"host mfsmax.docomo.ne.jp[192.0.2.25] said: 550 Unknown user taro@docomo.ne.jp (in reply to RCPT TO command)",
			"host mx.example.net[192.0.2.25] said: 550 5.1.1 User unknown (in reply to DATA command)",
		],
	},
	{
		id: "unknown-by-policy",
		cause: "refused-by-recipient",
		any: ["unknown user", "user unknown"],
		notStages: ["RCPT"],
		statuses: ["7.1", "7.0", "2.0"],
		codes: ["5"],
		none: ["sender", "recipient table", "recipient address rejected", "helo"],
		source:
			"RFC 3463: 5.7.1 is a refusal by policy and 5.2.0 by the mailbox, whatever the words; LMTP and filters answer so for their owner",
		matches: ["550 5.7.1 550 User Unknown: taro@example.net"],
		misses: [
			"550 5.1.1 User unknown",
			"554 5.7.1 <taro@example.net>: Recipient address rejected: User unknown",
		],
	},
];
