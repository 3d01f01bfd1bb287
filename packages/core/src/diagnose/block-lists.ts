/**
 * Block lists that replies name, as data: whose list it is and the page where an address is looked up and taken off, with
 * the address filled in where the page takes one. The most exact words stand first: a list's own zone before its owner.
 */

export interface BlockList {
	/** for people: `Spamhaus PBL` */
	name: string;
	/** lower case; one of them stands in the reply */
	words: readonly string[];
	page(ip: string | undefined): string;
}

const query = (start: string) => (ip: string | undefined) =>
	ip === undefined ? start : `${start}${encodeURIComponent(ip)}`;
const fixed = (page: string) => () => page;
const or = (page: string, withIp: (ip: string) => string) => (ip: string | undefined) =>
	ip === undefined ? page : withIp(encodeURIComponent(ip));

const SPAMHAUS = or("https://check.spamhaus.org/", (ip) => `https://check.spamhaus.org/results/?query=${ip}`);

export const BLOCK_LISTS: readonly BlockList[] = [
	{
		name: "Spamhaus PBL",
		words: ["pbl.spamhaus", "spamhaus.org/pbl", "spamhaus.org/query/pbl", "spamhaus pbl"],
		page: SPAMHAUS,
	},
	{
		name: "Spamhaus XBL",
		words: ["xbl.spamhaus", "spamhaus xbl", "cbl.abuseat", "abuseat.org"],
		page: SPAMHAUS,
	},
	{ name: "Spamhaus CSS", words: ["css.spamhaus", "spamhaus css", "sblcss"], page: SPAMHAUS },
	{ name: "Spamhaus SBL", words: ["sbl.spamhaus", "spamhaus sbl", "spamhaus.org/sbl"], page: SPAMHAUS },
	{
		name: "Spamhaus DBL",
		words: ["dbl.spamhaus", "spamhaus dbl", "spamhaus.org/dbl"],
		page: fixed("https://check.spamhaus.org/"),
	},
	{ name: "Spamhaus", words: ["spamhaus"], page: SPAMHAUS },
	{
		name: "SpamCop",
		words: ["spamcop"],
		page: or(
			"https://www.spamcop.net/bl.shtml",
			(ip) => `https://www.spamcop.net/w3m?action=checkblock&ip=${ip}`,
		),
	},
	{
		name: "Barracuda Reputation Block List",
		words: ["barracuda"],
		page: or(
			"https://www.barracudacentral.org/lookups",
			(ip) => `https://www.barracudacentral.org/lookups/lookup-reputation?ip_address=${ip}`,
		),
	},
	{
		name: "Proofpoint Dynamic Reputation",
		words: ["proofpoint"],
		page: or("https://ipcheck.proofpoint.com/", (ip) => `https://ipcheck.proofpoint.com/?ip=${ip}`),
	},
	{
		name: "Cloudmark Sender Intelligence",
		words: ["cloudmark"],
		page: or(
			"https://csi.cloudmark.com/reset-request/",
			(ip) => `https://csi.cloudmark.com/reset-request/?ip=${ip}`,
		),
	},
	{
		name: "UCEPROTECT",
		words: ["uceprotect"],
		page: or(
			"https://www.uceprotect.net/en/rblcheck.php",
			(ip) => `https://www.uceprotect.net/en/rblcheck.php?ipr=${ip}`,
		),
	},
	{
		name: "Backscatterer",
		words: ["backscatterer"],
		page: or("https://www.backscatterer.org/", (ip) => `https://www.backscatterer.org/?ip=${ip}`),
	},
	{
		name: "Invaluement",
		words: ["invaluement", "ivmsip"],
		page: or("https://www.invaluement.com/lookup/", (ip) => `https://www.invaluement.com/lookup/?item=${ip}`),
	},
	{
		name: "PSBL",
		words: ["psbl.", "surriel"],
		page: or("https://psbl.org/", (ip) => `https://psbl.org/listing?ip=${ip}`),
	},
	{ name: "SORBS", words: ["sorbs"], page: fixed("http://www.sorbs.net/") },
	{
		name: "Mailspike",
		words: ["mailspike"],
		page: or("https://mailspike.io/ip_verify", (ip) => `https://mailspike.io/ip_verify?ip=${ip}`),
	},
	{
		name: "SpamRATS",
		words: ["spamrats"],
		page: or("https://www.spamrats.com/lookup.php", (ip) => `https://www.spamrats.com/lookup.php?ip=${ip}`),
	},
	{
		name: "Abusix Mail Intelligence",
		words: ["abusix"],
		page: or("https://lookup.abusix.com/", (ip) => `https://lookup.abusix.com/search?q=${ip}`),
	},
	{
		name: "blocklist.de",
		words: ["blocklist.de"],
		page: or(
			"https://www.blocklist.de/en/search.html",
			(ip) => `https://www.blocklist.de/en/view.html?ip=${ip}`,
		),
	},
	{
		name: "DroneBL",
		words: ["dronebl"],
		page: or("https://dronebl.org/lookup", (ip) => `https://dronebl.org/lookup?ip=${ip}`),
	},
	{
		name: "Hostkarma",
		words: ["hostkarma", "junkemailfilter"],
		page: fixed("https://wiki.junkemailfilter.com/index.php/Spam_DNS_Lists"),
	},
	{ name: "s5h.net", words: ["all.s5h.net"], page: query("https://www.usenix.org.uk/content/rblremove?ip=") },
	{
		name: "Truncate (GBUdb)",
		words: ["gbudb", "truncate.gbudb"],
		page: fixed("http://www.gbudb.com/truncate/index.jsp"),
	},
	{
		name: "WPBL",
		words: ["wpbl.info"],
		page: or("http://www.wpbl.info/", (ip) => `http://www.wpbl.info/record?ip=${ip}`),
	},
	{ name: "NiX Spam", words: ["ix.dnsbl.manitu", "nixspam"], page: fixed("https://heise.de/-10248714") },
	{
		name: "SpamEatingMonkey",
		words: ["spameatingmonkey"],
		page: or("https://spameatingmonkey.com/lookup/", (ip) => `https://spameatingmonkey.com/lookup/${ip}`),
	},
	{
		name: "Sender Score",
		words: ["senderscore", "returnpath"],
		page: or(
			"https://senderscore.org/",
			(ip) => `https://senderscore.org/assess/get-your-score/?lookup=${ip}`,
		),
	},
	{
		name: "Cisco Talos",
		words: ["talosintelligence", "senderbase"],
		page: or(
			"https://talosintelligence.com/reputation_center",
			(ip) => `https://talosintelligence.com/reputation_center/lookup?search=${ip}`,
		),
	},
	{
		name: "Broadcom (Symantec)",
		words: ["symantec", "messagelabs"],
		page: fixed("https://ipremoval.sms.symantec.com/"),
	},
	{
		name: "Trend Micro Email Reputation",
		words: ["trendmicro", "mail-abuse"],
		page: fixed("https://servicecentral.trendmicro.com/en-us/ers/ip-lookup/"),
	},
	{ name: "Sophos", words: ["sophos"], page: fixed("https://support.sophos.com/support/s/filesubmission") },
	{
		name: "FortiGuard",
		words: ["fortiguard"],
		page: or(
			"https://www.fortiguard.com/learnmore#as",
			(ip) => `https://www.fortiguard.com/search?q=${ip}&engine=8`,
		),
	},
	{ name: "SURBL", words: ["surbl"], page: fixed("https://surbl.org/surbl-analysis") },
	{ name: "URIBL", words: ["uribl"], page: fixed("https://admin.uribl.com/") },
];
