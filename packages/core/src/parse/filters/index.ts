/**
 * Milters that log under the MTA's queue id: OpenDKIM, OpenDMARC, clamav-milter, milter-greylist. Each is a table of what it says;
 * the first pattern that fits counts, and domains and addresses in them are a stranger's.
 */
import {
	canonicalIp,
	type Endpoint,
	type Mta,
	type ParsedMessage,
	type VerdictEvent,
} from "../event/index.ts";
import { splitAddresses } from "./outside-quotes.ts";
import { event, type MessageParser, type ProgramTag, unparsed } from "./parsed.ts";

interface Saying {
	pattern: RegExp;
	/** undefined: known, and nothing to keep */
	verdict?: (match: RegExpExecArray) => Partial<VerdictEvent>;
}

const OPENDKIM: readonly Saying[] = [
	// DKIM-Signature field added (s=k1, d=corp.example)
	{
		pattern: /^DKIM-Signature (?:field|header) added \((s=[^,\s]{1,100}, d=[^)\s]{1,255})\)$/,
		verdict: ([, rule]) => ({ result: "signed", rule: rule as string }),
	},
	{ pattern: /^DKIM verification successful$/, verdict: () => ({ result: "pass" }) },
	{
		pattern: /^signature=\S{1,200} domain=(\S{1,255}) selector=(\S{1,255}) result="signature OK"$/,
		verdict: ([, d, s]) => ({ result: "pass", rule: `s=${s}, d=${d}` }),
	},
	{
		pattern: /^signature=\S{1,200} domain=(\S{1,255}) selector=(\S{1,255}) result="([^"]{1,200})"$/,
		verdict: ([, d, s, why]) => ({ result: "fail", rule: `s=${s}, d=${d}`, reason: why as string }),
	},
	{
		pattern: /^s=(\S{1,255}) d=(\S{1,255})(?: a=\S{1,30})? SSL ?$/,
		verdict: ([, s, d]) => ({ result: "pass", rule: `s=${s}, d=${d}` }),
	},
	{
		pattern: /^s=(\S{1,255}) d=(\S{1,255})(?: a=\S{1,30})? SSL (error:.{1,300})$/,
		verdict: ([, s, d, why]) => ({ result: "fail", rule: `s=${s}, d=${d}`, reason: why as string }),
	},
	{ pattern: /^bad signature data$/, verdict: ([why]) => ({ result: "fail", reason: why }) },
	{
		pattern: /^key retrieval failed(?: \((s=\S{1,255}, d=\S{1,255})\))?.{0,300}$/,
		verdict: ([why, rule]) => ({ result: "temperror", reason: why, ...(rule && { rule }) }),
	},
	{
		pattern: /^(?:no signature data|message not signed|no signatures?).{0,100}$/,
		verdict: () => ({ result: "none" }),
	},
	{
		pattern: /^external host .{1,600} attempted to send as .{1,300}$/,
		verdict: ([why]) => ({ result: "unsigned", reason: why }),
	},
	{
		pattern:
			/^(?:.{0,300}not internal|not authenticated|no sign(?:ing|er) .{0,400}|message has signatures from .{1,600}|no MTA name match.{0,300}|failed to parse .{1,300}|can't .{1,300}|syntax error.{0,300}|dkim_\w{1,40}.{0,300}|ignoring header field .{1,300}|key data is not secure.{0,300}|unable to .{1,300}|mi_stop.{0,100}|s=\S{1,255} d=\S{1,255}.{0,300})$/,
	},
];

const OPENDMARC: readonly Saying[] = [
	// SPF(mailfrom): corp.example pass
	{
		pattern: /^SPF\((mailfrom|helo)\): (\S{1,255}) (pass|fail|softfail|neutral|none|temperror|permerror)$/i,
		verdict: ([, identity, domain, result]) => ({
			result: (result as string).toLowerCase(),
			rule: `spf ${identity} ${domain}`,
		}),
	},
	// corp.example pass
	{
		pattern: /^(\S{1,255}) (pass|fail|none|reject|quarantine|temperror|permerror)$/,
		verdict: ([, domain, result]) => ({ result: result as string, rule: `dmarc ${domain}` }),
	},
	{
		pattern: /^(?:rejected|quarantined) by DMARC policy for (\S{1,255})$/,
		verdict: ([why, domain]) => ({
			result: "fail",
			rule: `dmarc ${domain}`,
			action: why.startsWith("rej") ? "reject" : "quarantine",
			reason: why,
		}),
	},
	{
		pattern:
			/^(?:ignoring .{1,400}|implicit authentication service: .{1,300}|.{0,300}no (?:MTA name|From header|policy).{0,300}|unable to .{1,300}|can't .{1,300}|opendmarc_\w{1,60}.{0,300}|multi-valued From field.{0,200}|authentication results .{0,300}|RFC5322 .{0,300}|.{0,200}query.{0,200})$/,
	},
];

const CLAMAV: readonly Saying[] = [
	// Message from <a@x> to <b@y> infected by Eicar-Signature ; LogInfected Full: Message QID from <a@x> to <b@y> with subject '…' … infected by X
	{
		pattern:
			/^Message (?:([0-9A-Za-z]{5,25}) )?from (<[^<>]{0,320}>) to (<[^<>]{0,320}>(?:, ?<[^<>]{0,320}>){0,200})(?: with .{0,2000})? infected by (\S{1,200})$/i,
		verdict: ([, id, from, to, name]) => ({
			...(id && { queueId: id }),
			...envelope(from as string, to as string),
			result: "virus",
			reason: name as string,
		}),
	},
	{
		pattern:
			/^clean message (?:([0-9A-Za-z]{5,25}) )?from (<[^<>]{0,320}>) to (<[^<>]{0,320}>(?:, ?<[^<>]{0,320}>){0,200})(?: with .{0,2000})?$/i,
		verdict: ([, id, from, to]) => ({
			...(id && { queueId: id }),
			...envelope(from as string, to as string),
			result: "clean",
		}),
	},
	{
		pattern:
			/^(?:WARNING: |ERROR: |LOCAL: |Probe for |Local socket|clamfi_|Loaded |Starting|Message discarded|Message quarantined|\+{3}|Log file size|Limits|\S{1,40} (?:pool|socket)|.{0,100}clamd).{0,400}$/,
	},
];

const CLAMSMTP: readonly Saying[] = [
	// 100042: from=a@x, to=b@y, status=VIRUS:Eicar-Test-Signature
	{
		pattern:
			/^from=([^,\s]{0,320}), to=([^,\s]{1,320}(?:, [^,\s]{1,320}){0,100}), status=(CLEAN|VIRUS:(\S{1,200}))$/,
		verdict: ([, from, to, status, name]) => ({
			sender: from as string,
			recipients: splitAddresses(to as string),
			result: status === "CLEAN" ? "clean" : "virus",
			...(name && { reason: name }),
		}),
	},
	{
		pattern:
			/^(?:accepted connection|new |client |closed |connection |processor |thread |disconnected|accepting).{0,400}$/,
	},
];

const GREYLIST: readonly Saying[] = [
	// addr h.example[192.0.2.1] from <a@x> to <b@y> delayed for 00:05:00 (ACL 123)
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
	{
		pattern:
			/^addr ([^\s[\]]{0,255})\[([0-9A-Fa-f:.]{2,50})\] from (<.{0,320}?>) (?:to|rcpt) (<.{0,320}?>): (autowhitelisted.{0,200})$/,
		verdict: ([, name, ip, from, to, why]) => ({
			...peer(name as string, ip as string),
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
	{
		pattern:
			/^(?:addr .{1,900}|skipping .{1,900}|.{0,200}(?:database|dump|peer|ACL|config|listening|smfi_|sync).{0,400})$/,
	},
];

function envelope(from: string, to: string): Partial<VerdictEvent> {
	return { sender: from.slice(1, -1), recipients: splitAddresses(to) };
}

function peer(name: string, address: string): { client?: Endpoint } {
	const ip = canonicalIp(address);
	if (ip === undefined) return {};
	return { client: name === "" || name === "unknown" ? { ip } : { name, ip } };
}

/** The milters: their tags, their names, what they say. */
export const MILTERS: readonly {
	programs: readonly string[];
	mta: Mta;
	filter: string;
	sayings: readonly Saying[];
	/** the number before its words is its own, no queue's */
	ownIds?: true;
}[] = [
	{ programs: ["opendkim", "dkim-filter"], mta: "opendkim", filter: "opendkim", sayings: OPENDKIM },
	{ programs: ["opendmarc"], mta: "opendmarc", filter: "opendmarc", sayings: OPENDMARC },
	{ programs: ["clamav-milter"], mta: "clamav", filter: "clamav", sayings: CLAMAV },
	{ programs: ["clamsmtpd"], mta: "clamav", filter: "clamav", sayings: CLAMSMTP, ownIds: true },
	{ programs: ["milter-greylist"], mta: "milter", filter: "milter-greylist", sayings: GREYLIST },
];

const QUEUE_ID = /^([0-9A-Za-z-]{5,25}):? (?=\S)/;
const STARTED =
	/^(?:OpenDKIM Filter|OpenDMARC Filter|milter-greylist|clamav-milter)[ :-]{1,3}(?:v|version )?(\d\S{0,30})?.{0,200}(?:start|terminat|stop|exit|reload|mi_stop)/i;

/** The parser of one of these milters. */
export function milterParser({ mta, filter, sayings, ownIds }: (typeof MILTERS)[number]): MessageParser {
	return (_program: ProgramTag, message: string): ParsedMessage => {
		const started = STARTED.exec(message);
		if (started) return event({ kind: "status", mta, text: message, version: started[1] });
		const id = QUEUE_ID.exec(message);
		// a queue id holds a digit, the first word of a sentence hardly ever does
		const queueId = id && /\d/.test(id[1] as string) ? (id[1] as string) : undefined;
		const text = queueId === undefined || !id ? message : message.slice(id[0].length);
		for (const { pattern, verdict } of sayings) {
			const match = pattern.exec(text);
			if (!match) continue;
			const common = { mta, ...(queueId !== undefined && !ownIds && { queueId }) } as const;
			return verdict
				? event({ kind: "verdict", ...common, filter, ...verdict(match) })
				: event({ kind: "other", ...common });
		}
		return unparsed(mta, queueId);
	};
}
