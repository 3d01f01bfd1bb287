/** milter-greylist, SQLgrey and gross: who has to come back, and who may pass. */
import type { VerdictEvent } from "../../event/index.ts";
import { envelope, type Filter, peer, type Saying } from "./saying.ts";

const MILTER_GREYLIST: readonly Saying[] = [
	// addr h.example[192.0.2.50] from <a@x> to <b@y> delayed for 00:05:00 (ACL 123)
	{
		pattern:
			/^addr ([^\s[\]]{0,255})\[([0-9A-Fa-f:.]{2,50})\] from (<.{0,320}?>) (?:to|rcpt) (<.{0,320}?>):? delayed for (\S{1,20}).{0,200}$/,
		verdict: ([, name, ip, from, to, time]) => ({
			...peer(name as string, ip as string),
			...envelope(from as string, to as string),
			result: "greylisted",
			action: "delayed",
			reason: `delayed for ${time}`,
		}),
	},
	// addr client.good.example[192.0.2.50] from <a@fail.example> to <gina@corp.example> blacklisted (ACL 10)
	{
		pattern:
			/^addr ([^\s[\]]{0,255})\[([0-9A-Fa-f:.]{2,50})\] from (<.{0,320}?>) (?:to|rcpt) (<.{0,320}?>):? blacklisted(?: \((ACL [^()]{1,60})\))?$/,
		verdict: ([, name, ip, from, to, acl]) => ({
			...peer(name as string, ip as string),
			...envelope(from as string, to as string),
			result: "reject",
			action: "blacklisted",
			...(acl && { rule: acl }),
		}),
	},
	// addr 192.0.2.50 from <a@x> rcpt <b@y>: autowhitelisted for another 24:00:00
	{
		pattern:
			/^addr (?:([^\s[\]]{0,255})\[)?([0-9A-Fa-f:.]{2,50})\]? from (<.{0,320}?>) (?:to|rcpt) (<.{0,320}?>): (autowhitelisted.{0,200})$/,
		verdict: ([, name, ip, from, to, why]) => ({
			...peer(name ?? "", ip as string),
			...envelope(from as string, to as string),
			result: "pass",
			reason: why as string,
		}),
	},
	{
		pattern:
			/^skipping greylist because (.{1,200}?), \(from=(<.{0,320}>), rcpt=(<.{0,320}>), addr=([^\s[\]]{0,255})\[([0-9A-Fa-f:.]{2,50})\]\).{0,100}$/,
		verdict: ([, why, from, to, name, ip]) => ({
			...peer(name as string, ip as string),
			...envelope(from as string, to as string),
			result: "pass",
			reason: why as string,
		}),
	},
	// Sender IP 192.0.2.50 and address <a@good.example> are SPF-compliant, bypassing greylist
	{
		pattern:
			/^Sender IP ([0-9A-Fa-f:.]{2,50}) and address (<.{0,320}>) are (SPF-compliant, bypassing greylist)$/,
		verdict: ([, ip, from, why]) => ({
			...peer("", ip as string),
			sender: (from as string).slice(1, -1),
			result: "pass",
			reason: why as string,
		}),
	},
	{
		pattern: /^(?:unknown token|dump error|cannot|config error|greylist: |milter-greylist: failed).{0,400}$/,
		severity: "warning",
	},
	{
		pattern:
			/^(?:addr .{1,900}|skipping .{1,900}|(?:created|removed|updated): .{0,900}|Mail from=.{0,900} is matched by .{0,900}|SPF .{0,200}|smfi_.{0,300}|ignoring message .{0,100}|dumping .{0,100}|starting .{0,100}|loaded .{0,200}|Final .{0,200}|.{0,200}(?:database|dump|peer|ACL|config|listening|smfi_|sync).{0,400})$/,
	},
];

const GREY = "([0-9A-Fa-f:.]{2,60})(?:\\(([0-9A-Fa-f:.]{2,50})\\))?, ";

const SQLGREY: readonly Saying[] = [
	// grey: new: 192.0.2(192.0.2.51), a@x -> bob@corp.example ; reconnect ok: …, a@x -> b@y (00:05:12)
	{
		pattern: new RegExp(`^grey: (new|early reconnect|throttling|reconnect ok): ${GREY}(.{0,700})$`),
		verdict: readTriplet,
	},
	// grey: from awl match: updating 192.0.2.1(192.0.2.1), a@x(a@x) ; domain awl match
	{
		pattern: new RegExp(`^grey: ((?:from|domain) awl match): updating ${GREY}.{0,700}$`),
		verdict: ([, why, net, ip]) => ({
			...peer("", ip ?? (net as string)),
			result: "pass",
			reason: why as string,
		}),
	},
	// spam: 192.0.2.51: a@x -> b@y at 1795332717
	{
		pattern: /^spam: ([0-9A-Fa-f:.]{2,60}): (.{0,700}) at .{1,40}$/,
		verdict: ([, ip, words]) => ({ ...peer("", ip as string), ...sides(words as string), result: "spam" }),
	},
	// whitelist: a@x.example, 192.0.2.60(mail.x.example) -> bob@corp.example ; which list it was and what it reads is said in lines of its own
	{
		pattern: /^whitelist: (.{0,700}), ([0-9A-Fa-f:.]{2,50})\(([^()\s]{0,255})\) -> (.{1,320})$/,
		verdict: ([, sender, ip, name, recipient]) => ({
			...peer(name as string, ip as string),
			...sides(`${sender} -> ${recipient}`),
			result: "pass",
			reason: "whitelist",
		}),
	},
	// fatal: setconfig error at /usr/sbin/sqlgrey line 195. ; dbaccess: error: couldn't get now() from DB: …
	{ pattern: /^fatal: .{0,600}$/, severity: "fatal" },
	{
		pattern: /^(?:[a-z_]{1,20}: )?error: .{0,600}$|^dbaccess: (?:can't|couldn't) .{0,600}$/i,
		severity: "error",
	},
	{ pattern: /^(?:[a-z_]{1,20}: )?warning: .{0,600}$/i, severity: "warning" },
	{
		pattern: /^\d{4}\/\d\d\/\d\d-\d\d:\d\d:\d\d (?:sqlgrey .{1,100} starting|Server closing).{0,100}$/,
		status: true,
	},
	{ pattern: /^.{0,4000}$/ },
];

function readTriplet([, what, net, ip, words]: RegExpExecArray): Partial<VerdictEvent> {
	const passed = what === "reconnect ok";
	const triplet = (words as string).replace(/ \([\d:]{1,20}\)$/, "");
	return {
		...peer("", ip ?? (net as string)),
		...sides(triplet),
		result: passed ? "pass" : "greylisted",
		reason: what as string,
	};
}

/** `sender -> recipient`: the recipient is one of ours, so the last arrow is the real one. */
function sides(words: string): Partial<VerdictEvent> {
	const arrow = words.lastIndexOf(" -> ");
	if (arrow < 0) return {};
	const sender = words.slice(0, arrow);
	return { sender: sender === "-undef-@-undef-" ? "" : sender, recipients: [words.slice(arrow + 4)] };
}

/** srvutils.c: `trust` and `match` (seen before) pass; the words of HELO come last. */
const GROSS_RESULTS: Readonly<Record<string, string>> = {
	trust: "pass",
	match: "pass",
	greylist: "greylisted",
	block: "reject",
};

const GROSS: readonly Saying[] = [
	// #8a5d16c0: a=trust d=0 w=0 c=192.0.2.12 s=a@b.c r=bob@example.com h=mx.b.c
	{
		pattern:
			/^(?:#[0-9a-f]{1,16}: )?a=([a-z]{3,12}) d=-?\d{1,10} w=-?\d{1,10} c=([0-9A-Fa-f:.]{2,50}) s=(.{0,700})$/,
		verdict: readGross,
	},
	{ pattern: /^(?:#[0-9a-f]{1,16}: )?grossd version (\S{1,20}) starting/, status: true },
	{
		pattern:
			/^(?:#[0-9a-f]{1,16}: )?(?:Error|ERROR|Fatal|FATAL|Cannot|cannot|Can't|failed|Failed|unable|Couldn't).{0,400}$/,
		severity: "warning",
	},
	{ pattern: /^#[0-9a-f]{1,16}: / },
];

/** Sender, recipient and HELO are a stranger's: where their marks stand twice they are left out. */
function readGross([, action, ip, words]: RegExpExecArray): Partial<VerdictEvent> {
	const verdict = { ...peer("", ip as string), action: action as string };
	const result = GROSS_RESULTS[action as string];
	const said = { ...verdict, ...(result !== undefined && { result }) };
	const [sender, rest, ...more] = (words as string).split(" r=");
	const [recipient, helo, ...others] = (rest ?? "").split(" h=");
	if (rest === undefined || more.length > 0 || others.length > 0) return said;
	return {
		...said,
		sender: sender as string,
		...(recipient && { recipients: [recipient] }),
		...(helo && { helo }),
	};
}

export const GREYLIST_FILTERS: readonly Filter[] = [
	{ programs: ["milter-greylist"], mta: "milter", filter: "milter-greylist", sayings: MILTER_GREYLIST },
	{ programs: ["sqlgrey"], mta: "sqlgrey", filter: "sqlgrey", sayings: SQLGREY, ownIds: true },
	{ programs: ["grossd"], mta: "gross", filter: "gross", sayings: GROSS },
];
