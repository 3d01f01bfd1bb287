/**
 * Codes that providers print behind their words and explain on a page: the code says more than the words, which are often
 * the same for several causes (`Service refused, please try later`).
 */
import type { CauseId, Reason } from "../cause.ts";
import type { Rule } from "../rule.ts";

const ORANGE = "postmaster.orange.fr and postmaster.laposte.net, SMTP codes OFR and LPN";
const COX = "cox.com, email error codes AUP#";
const SPECTRUM = "spectrum.net, understanding email error codes AUP#";
const GODADDY = "godaddy.com help, fix rejected email with a bounce error: IB codes";
const NETEASE = "NetEase (163, 126, yeah.net), mail.163.com help: return codes";

const PRINTED_BEHIND = ["ofr", "lpn", "ouk"];

/** `OFR_416`, `OFR004_416`, `LPN007_416`, `OUK_513`. */
const orangeCodes = (codes: readonly number[]) =>
	codes.flatMap((code) => PRINTED_BEHIND.map((name) => [`_${code}`, name]));

function orange(id: string, cause: CauseId, codes: readonly number[], sample: string, reason?: Reason): Rule {
	return {
		id: `orange-${id}`,
		cause,
		...(reason && { reason }),
		any: orangeCodes(codes),
		source: ORANGE,
		matches: [sample],
		misses: ["550 5.1.1 User unknown"],
	};
}

function cox(id: string, cause: CauseId, codes: readonly string[], reason?: Reason): Rule {
	return {
		id: `cox-${id}`,
		cause,
		...(reason && { reason }),
		any: codes.map((code) => `aup#${code}`),
		source: COX,
		matches: [
			`554 cxr.example cox 192.0.2.7 refused; refer to the error codes AUP#${codes[0]?.toUpperCase()}`,
		],
		misses: ["554 cox refused"],
	};
}

/** `AUP#I-1310`, `AUP#IN-1310`, `AUP#Out-1310`, `AUP#1310`: from a code to another, in tens. */
function spectrum(id: string, cause: CauseId, from: number, to: number, reason?: Reason): Rule {
	const codes = Array.from({ length: (to - from) / 10 + 1 }, (_, nth) => from + nth * 10);
	return {
		id: `spectrum-${id}`,
		cause,
		...(reason && { reason }),
		any: codes.flatMap((code) => ["i-", "in-", "o-", "out-", ""].map((way) => `aup#${way}${code}`)),
		source: SPECTRUM,
		matches: [
			`550 5.1.0 sender rejected. Please see https://www.spectrum.net/support/internet/understanding-email-error-codes for more information. AUP#I-${from}`,
		],
		misses: ["550 5.1.0 sender rejected"],
	};
}

function godaddy(id: string, cause: CauseId, codes: readonly number[], words: string, reason?: Reason): Rule {
	return {
		id: `godaddy-${id}`,
		cause,
		...(reason && { reason }),
		any: codes.map((code) => ` ib${String(code).padStart(3, "0")}`),
		source: GODADDY,
		matches: [`${words} IB${String(codes[0]).padStart(3, "0")}`],
		misses: [words.replace(/\w+/, "550")],
	};
}

function netease(id: string, cause: CauseId, codes: readonly string[], reason?: Reason): Rule {
	return {
		id: `netease-${id}`,
		cause,
		...(reason && { reason }),
		any: [...codes],
		source: NETEASE,
		matches: [
			`554 ${codes[0]?.toUpperCase()} 163 mx12,PMCowA please see http://mail.163.com/help/help_spam_16.htm`,
		],
		misses: ["550 User not found: @163.com"],
	};
}

export const PROVIDER_CODE_RULES: readonly Rule[] = [
	orange(
		"blocked",
		"address-blocked",
		[101, 102, 103, 510, 999],
		"550 mwinf5c10 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]",
	),
	orange(
		"rate",
		"rate-limited",
		[104],
		"421 mwinf5c04 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104 [104]",
	),
	orange(
		"later",
		"asked-to-retry",
		[105, 107, 108, 109, 201, 423, 424],
		"421 Service refuse. Veuillez essayer plus tard. Service refused, please try later. LPN001_108",
	),
	orange("login", "auth-required", [305, 402], "550 5.5.0 Authentification requise. LPN105_402"),
	orange(
		"authentication",
		"sender-policy",
		[401, 517],
		"571 5.7.1 Message refused, DMARC verification failed. LPN007_517",
	),
	orange(
		"sender",
		"sender-refused",
		[403, 405, 415, 421],
		"501 5.1.0 Emetteur invalide. Invalid Sender. OFR004_405 [405]",
	),
	orange(
		"unknown",
		"user-unknown",
		[416],
		"550 5.1.1 Adresse d au moins un destinataire invalide. OFR004_416 [416]",
	),
	{
		...orange(
			"closed",
			"account-disabled",
			[420, 426],
			"550 5.5.0 Boite du destinataire archivee. LPN007_420",
		),
		// the same code as that of a full mailbox
		any: [...PRINTED_BEHIND.map((name) => ["archivee", name]), ...orangeCodes([420, 426])],
	},
	orange("full", "mailbox-full", [417], "552 5.1.1 Boite du destinataire pleine. OFR_417 [417]"),
	orange(
		"broken",
		"host-broken",
		[505],
		"421 4.2.0 Service refuse. Veuillez essayer plus tard. OFR005_505 [505]",
	),
	orange(
		"spam",
		"content-refused",
		[506, 513],
		"550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]",
		"spamdetected",
	),
	orange("size", "message-too-large", [514], "552 Taille limite du message atteinte OFR_514"),
	orange("policy", "policy-refused", [630], "554 5.7.1 Client host rejected LPN000_630"),

	cox("blocked", "address-blocked", ["cxbl", "cdrbl"]),
	cox("lists", "dnsbl-listed", ["ipbl"]),
	cox("names", "reverse-name-missing", ["cxdns"]),
	cox("authentication", "sender-policy", ["cxsndr"]),
	cox("protocol", "sender-refused", ["cxsmtp"]),
	cox("rate", "rate-limited", ["cxcnct", "cxmxrt"]),
	cox("account", "account-paused", ["cxthrt", "cxmj"], "securityerror"),
	cox("links", "content-refused", ["urlbl"], "spamdetected"),

	spectrum("blocked", "address-blocked", 1000, 1000),
	spectrum("account", "account-paused", 1010, 1080),
	spectrum("broken", "host-broken", 1090, 1090),
	spectrum("names", "reverse-name-missing", 1100, 1150),
	spectrum("policy", "policy-refused", 1160, 1190),
	spectrum("lists", "dnsbl-listed", 1200, 1250),
	spectrum("rate", "rate-limited", 1300, 1490),
	spectrum("sender", "sender-refused", 1500, 1520),
	spectrum("size", "message-too-large", 1530, 1530),
	spectrum("session", "rate-limited", 1540, 1550),
	spectrum("invalid", "policy-refused", 1560, 1560),
	spectrum("recipients", "rate-limited", 1580, 1580),

	godaddy("login", "auth-required", [401], "535 Authentication not allowed on IBSMTP Servers."),
	godaddy(
		"from",
		"message-malformed",
		[501, 502],
		"550 Blank From: addresses are not allowed. Provide a valid From.",
	),
	godaddy("sender", "sender-refused", [506], "550 From: Domain is invalid. Provide a valid From:"),
	godaddy("spf", "sender-policy", [508], "550 Invalid SPF record. Inspect your SPF settings, and try again."),
	godaddy(
		"names",
		"reverse-name-missing",
		[108],
		"421 Temporarily rejected. Reverse DNS for this IP failed.",
	),
	godaddy(
		"spam",
		"content-refused",
		[212],
		"552 5.2.0 This message has been rejected due to content judged to be spam by the internet community",
		"spamdetected",
	),
	godaddy("virus", "virus-found", [705], "552 Virus infected message rejected."),
	godaddy(
		"rate",
		"rate-limited",
		[504, 7, 101, 510, 605, 607],
		"421 Server temporarily unavailable. Try again later.",
	),
	godaddy(
		"blocked",
		"address-blocked",
		[110, 111, 112, 113],
		"554 This IP has been temporarily blocked for attempting to mail too many invalid recipients.",
	),
	godaddy(
		"lists",
		"dnsbl-listed",
		[104, 105, 106],
		"554 Connection refused. This IP address is listed on the Exploits Block List (XBL).",
	),
	godaddy(
		"reputation",
		"reputation-low",
		[103],
		"554 Connection refused. This IP has a poor reputation on Cloudmark Sender Intelligence (CSI).",
	),

	netease("spam", "content-refused", ["dt:spm", "dt:spf-spm"], "spamdetected"),
	netease("limits", "rate-limited", [
		"mi:dmc",
		"hl:icc",
		"hl:ifc",
		"hl:itc",
		"mi:cel",
		"mi:ccl",
		"mi:stc",
		"mi:sfq",
		"mi:frl",
		"mi:nrc",
		"mi:cfc",
		"mi:pfd",
		"rp:rcl",
		"rp:qrc",
		"rp:crc",
		"rp:tmr",
		"rp:drc",
		"rp:ccl",
		"rp:cel",
		"rp:trc",
		"er:dmc",
	]),
	netease("blocked", "address-blocked", ["hl:rep", "hl:mep", "hl:ihu", "hl:ipb", "wm:bli"]),
	netease("lists", "dnsbl-listed", ["dt:rbl"]),
	netease("sender", "sender-refused", ["mi:spb", "wm:blu", "dt:sum"]),
	netease("helo", "helo-refused", ["mi:nhd"]),
	netease("spf", "sender-policy", ["mi:spf"]),
];
