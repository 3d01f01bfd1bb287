/**
 * The pages that large destinations keep for senders, by the names of their hosts and domains: what an answer of theirs
 * means stands there, in their own words and up to date.
 */

export interface ProviderPage {
	name: string;
	/** names of hosts and of recipients' domains, or what they end with */
	hosts: readonly string[];
	page: string;
}

export const PROVIDER_PAGES: readonly ProviderPage[] = [
	{
		name: "Gmail",
		hosts: ["google.com", "googlemail.com", "gmail.com"],
		page: "https://support.google.com/a/answer/3726730",
	},
	{
		name: "Outlook.com",
		hosts: [
			"olc.protection.outlook.com",
			"outlook.com",
			"hotmail.com",
			"hotmail.co.jp",
			"live.com",
			"live.jp",
			"msn.com",
			"outlook.jp",
		],
		page: "https://sendersupport.olc.protection.outlook.com/pm/troubleshooting",
	},
	{
		name: "Exchange Online",
		hosts: ["mail.protection.outlook.com", "prod.outlook.com", "mx.microsoft"],
		page: "https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online",
	},
	{
		name: "Yahoo Mail, AOL",
		hosts: [
			"yahoodns.net",
			"yahoo.com",
			"ymail.com",
			"rocketmail.com",
			"aol.com",
			"att.net",
			"sbcglobal.net",
		],
		page: "https://senders.yahooinc.com/smtp-error-codes/",
	},
	{
		name: "iCloud Mail",
		hosts: ["mail.icloud.com", "icloud.com", "me.com", "mac.com", "appleid.com"],
		page: "https://support.apple.com/102322",
	},
	{
		name: "NTT docomo",
		hosts: ["docomo.ne.jp", "spmode.ne.jp"],
		page: "https://www.docomo.ne.jp/info/spam_mail/",
	},
	{
		name: "au",
		hosts: ["ezweb.ne.jp", "au.com", "auone-net.jp", "dion.ne.jp"],
		page: "https://www.au.com/mobile/service/mail/attention/request/",
	},
	{
		name: "SoftBank",
		hosts: ["softbank.ne.jp", "softbank.jp", "vodafone.ne.jp"],
		page: "https://www.softbank.jp/mobile/support/mail/antispam/",
	},
	{
		name: "Yahoo!メール (Japan)",
		hosts: ["yahoo.co.jp", "ymail.ne.jp"],
		page: "https://support.yahoo-net.jp/PccMail/s/",
	},
	{ name: "Comcast", hosts: ["comcast.net"], page: "https://postmaster.comcast.net/smtp-error-codes.php" },
	{
		name: "Spectrum",
		hosts: ["charter.net", "rr.com", "twc.com", "brighthouse.com"],
		page: "https://www.spectrum.net/support/internet/understanding-email-error-codes",
	},
	{
		name: "Cox",
		hosts: ["cox.net"],
		page: "https://www.cox.com/business/support/email-error-codes.html",
	},
	{
		name: "GMX",
		hosts: ["gmx.net", "gmx.com", "gmx.de", "mail.com"],
		page: "https://postmaster.gmx.com/en/error-messages",
	},
	{ name: "WEB.DE", hosts: ["web.de"], page: "https://postmaster.web.de/" },
	{
		name: "IONOS",
		hosts: ["kundenserver.de", "ionos.com", "perfora.net"],
		page: "https://www.ionos.de/hilfe/e-mail/postmaster/smtp-fehlermeldungen-der-11-ionos-mailserver/",
	},
	{ name: "T-Online", hosts: ["t-online.de"], page: "https://postmaster.t-online.de/" },
	{ name: "Orange", hosts: ["orange.fr", "wanadoo.fr"], page: "https://postmaster.orange.fr/" },
	{ name: "Free", hosts: ["free.fr"], page: "https://postmaster.free.fr/" },
	{ name: "La Poste", hosts: ["laposte.net"], page: "https://postmaster.laposte.net/" },
	{ name: "SFR", hosts: ["sfr.fr", "neuf.fr"], page: "https://postmaster.sfr.fr/" },
	{
		name: "Mail.ru",
		hosts: ["mail.ru", "bk.ru", "list.ru", "inbox.ru"],
		page: "https://postmaster.mail.ru/",
	},
	{ name: "Yandex", hosts: ["yandex.ru", "yandex.net", "yandex.com"], page: "https://postoffice.yandex.ru/" },
	{ name: "QQ Mail", hosts: ["qq.com"], page: "https://service.mail.qq.com/" },
	{
		name: "NetEase",
		hosts: ["163.com", "126.com", "netease.com", "yeah.net"],
		page: "http://mail.163.com/help/help_spam_16.htm",
	},
	{
		name: "Mimecast",
		hosts: ["mimecast.com", "mimecast.co.za"],
		page: "https://mimecastsupport.zendesk.com/hc/en-us/articles/34000709564691-Policies-Mimecast-SMTP-Error-Codes",
	},
	{ name: "Proofpoint", hosts: ["pphosted.com", "ppe-hosted.com"], page: "https://ipcheck.proofpoint.com/" },
	{
		name: "Barracuda",
		hosts: ["ess.barracudanetworks.com"],
		page: "https://www.barracudacentral.org/lookups",
	},
	{ name: "Broadcom (Symantec)", hosts: ["messagelabs.com"], page: "https://ipremoval.sms.symantec.com/" },
	{
		name: "Cisco Secure Email",
		hosts: ["iphmx.com"],
		page: "https://talosintelligence.com/reputation_center",
	},
	{
		name: "Trend Micro",
		hosts: ["trendmicro.com", "trendmicro.eu"],
		page: "https://servicecentral.trendmicro.com/en-us/ers/ip-lookup/",
	},
	{
		name: "Amazon SES",
		hosts: ["amazonaws.com", "amazonses.com"],
		page: "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html",
	},
	{
		name: "SendGrid",
		hosts: ["sendgrid.net"],
		page: "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/smtp-errors-and-troubleshooting",
	},
	{
		name: "Zoho Mail",
		hosts: ["zoho.com", "zoho.eu", "zoho.in"],
		page: "https://www.zoho.com/mail/help/",
	},
];

/** host or domain → its provider; the names are looked up from the longest on, so that the exact one wins */
const BY_NAME = new Map(
	PROVIDER_PAGES.flatMap((provider) => provider.hosts.map((host) => [host, provider] as const)),
);

/** what the last two labels of a known name are: most names are of nobody known */
const ENDINGS = new Set([...BY_NAME.keys()].map(endingOf));

function endingOf(name: string): string {
	return name.slice(name.lastIndexOf(".", name.lastIndexOf(".") - 1) + 1);
}

export function providerOf(name: string | undefined): ProviderPage | undefined {
	if (name === undefined || name.length > 255) return undefined;
	let rest = name.toLowerCase();
	if (!ENDINGS.has(endingOf(rest))) return undefined;
	for (;;) {
		const known = BY_NAME.get(rest);
		if (known) return known;
		const dot = rest.indexOf(".");
		if (dot < 0) return undefined;
		rest = rest.slice(dot + 1);
	}
}

/** Addresses that replies went on naming after the pages had moved, and whose they are now. */
const MOVED: ReadonlyMap<string, string> = new Map([
	["mail.live.com", "Outlook.com"],
	["postmaster.info.aol.com", "Yahoo Mail, AOL"],
	["postmaster.aol.com", "Yahoo Mail, AOL"],
	["postmaster.yahoo.com", "Yahoo Mail, AOL"],
	["postmaster.yahooinc.com", "Yahoo Mail, AOL"],
	["postmaster.verizonmedia.com", "Yahoo Mail, AOL"],
]);

/** Where the page of a link in a reply stands today; undefined where nothing is known of a move. */
export function movedTo(href: string): ProviderPage | undefined {
	const host = /^https?:\/\/([a-z0-9.-]{1,253})/i.exec(href)?.[1]?.toLowerCase();
	const name = host === undefined ? undefined : MOVED.get(host);
	return name === undefined ? undefined : PROVIDER_PAGES.find((provider) => provider.name === name);
}
