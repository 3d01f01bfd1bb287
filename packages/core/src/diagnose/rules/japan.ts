/** NTT docomo, au (KDDI), SoftBank and Yahoo! Japan, whose answers say less than they mean. */
import type { Rule } from "../rule.ts";

export const JAPAN_RULES: readonly Rule[] = [
	{
		id: "docomo-refused",
		cause: "refused-by-recipient",
		any: ["unknown user"],
		hosts: ["docomo.ne.jp", "spmode.ne.jp"],
		source:
			"docomo answers `550 Unknown user` for an address that does not exist and for one whose owner refuses",
		stages: ["DATA", "EOM"],
		matches: [
			"host mfsmax.docomo.ne.jp[192.0.2.25] said: 550 Unknown user taro@docomo.ne.jp (in reply to end of DATA command)",
		],
		misses: ["550 Unknown user taro@example.net"],
	},
	{
		id: "au-refused",
		cause: "refused-by-recipient",
		any: [": user unknown"],
		none: ["@>: user unknown", "@: user unknown"],
		hosts: ["ezweb.ne.jp", "au.com"],
		source:
			"au (KDDI) names the address where it does not exist, at RCPT (`550 <…>: User unknown`); after the message it answers `550 : User unknown` for the owner's filter",
		matches: ["host lsean.ezweb.ne.jp[192.0.2.25] said: 550 : User unknown"],
		misses: [
			"host lsean.ezweb.ne.jp[192.0.2.25] said: 550 <taro@ezweb.ne.jp>: User unknown (in reply to RCPT TO command)",
		],
	},
	{
		id: "softbank-sender",
		cause: "sender-refused",
		any: ["does not exist"],
		hosts: ["softbank.ne.jp", "softbank.jp", "vodafone.ne.jp", "disney.ne.jp"],
		codes: ["553"],
		source: "SoftBank answers 553 to a sender whose domain has no record in the DNS",
		matches: ["host mx.softbank.ne.jp[192.0.2.25] said: 553 web1.example.com does not exist"],
		misses: ["host mx.softbank.ne.jp[192.0.2.25] said: 550 Invalid recipient: <taro@softbank.ne.jp>"],
	},
	{
		id: "au-block",
		cause: "address-blocked",
		any: ["spam.au.com", "mailserver is rejected"],
		source: "au (KDDI): 553 for servers on its own list",
		matches: ["553 sorry, your mailserver is rejected by see http://spam.au.com"],
		misses: ["550 <taro@ezweb.ne.jp>: User unknown"],
	},
	{
		id: "docomo-full",
		cause: "mailbox-full",
		any: ["too much mail data"],
		hosts: ["docomo.ne.jp", "spmode.ne.jp"],
		source: "docomo: 552, the mailbox at the centre is full",
		matches: [
			"host mfsmax.docomo.ne.jp[192.0.2.25] said: 552 Too much mail data taro@docomo.ne.jp (in reply to end of DATA command)",
		],
		misses: ["552 Too much mail data"],
	},
	{
		id: "carrier-too-many",
		cause: "rate-limited",
		any: [
			["maximum number of", "destination"],
			"the number of connections exceeds",
			"connection limit exceeded from your",
			"too many sessions from your",
			"rate limited by the system",
		],
		source: "docomo, au, SoftBank: limits for bulk mail",
		matches: ["421 4.7.0 The number of connections exceeds the limit"],
		misses: ["452 4.5.3 Error: too many recipients"],
	},
	{
		id: "softbank-refused",
		cause: "refused-by-recipient",
		any: ["invalid recipient"],
		hosts: ["softbank.ne.jp", "softbank.jp", "vodafone.ne.jp", "disney.ne.jp", "i.softbank.jp"],
		stages: ["DATA", "EOM"],
		source: "SoftBank answers `550 Invalid recipient` after the message for a filter of the owner",
		matches: [
			"host mx.softbank.ne.jp[192.0.2.25] said: 550 Invalid recipient: <taro@softbank.ne.jp> (in reply to end of DATA command)",
		],
		misses: ["550 Invalid recipient"],
	},
	{
		id: "carrier-user-filter",
		cause: "refused-by-recipient",
		any: [
			"recipient id refuse to receive mail",
			"user refuses to receive",
			"message refused by recipient's settings",
			"rejected by user's filter",
			"denied by user",
		],
		source: "Willcom, au and SoftBank mail: the owner's own filter",
		matches: ["550 5.7.1 recipient id refuse to receive mail from: example.com"],
		misses: ["550 5.1.1 User unknown"],
	},
	{
		id: "yahoo-japan-policy",
		cause: "sender-policy",
		any: ["yahoo.co.jp", "ymail.ne.jp"].map((name) => ["dmarc", name]),
		source: "Yahoo! Japan Mail: refusals by DMARC since 2024",
		matches: [
			"550 5.7.1 Message rejected by DMARC policy. See https://support.yahoo-net.jp/ (mx.mail.yahoo.co.jp)",
		],
		misses: ["550 5.7.1 Message rejected by yahoo.co.jp"],
	},
	{
		id: "yahoo-japan-temporary",
		cause: "rate-limited",
		any: [
			"vs1-mf",
			"vs1-ip",
			"vs3-mf",
			"vs3-ip",
			"excessive unknown recipients",
			"resources temporarily not available - please try again later",
			"mail from your server is temporarily deferred",
		],
		codes: ["4"],
		source: "Yahoo! Japan and Yahoo's older hosts: 451 with a code of its own",
		matches: ["451 VS1-MF Excessive unknown recipients - possible Open Relay (#4.4.5)"],
		misses: ["550 Excessive bounces"],
	},
];
