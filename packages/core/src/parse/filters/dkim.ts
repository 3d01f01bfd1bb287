/** OpenDKIM, OpenDMARC, OpenARC, dkimpy-milter and DKIMproxy: signed, verified, and what the domain's policy made of it. */
import type { Filter, Saying } from "./saying.ts";

const OPENDKIM: readonly Saying[] = [
	// DKIM-Signature field added (s=k1, d=corp.example)
	{
		pattern: /^DKIM-Signature (?:field|header) added \((s=[^,\s]{1,100}, d=[^)\s]{1,255})\)$/,
		verdict: ([, rule]) => ({ result: "signed", rule: rule as string }),
	},
	{ pattern: /^DKIM verification successful$/, verdict: () => ({ result: "pass" }) },
	// signature=Fwy7M0gc domain=good.example selector=g1 result="no signature error" (DKIM_SIGERROR_OK, dkim-tables.c)
	{
		pattern:
			/^signature=\S{1,200} domain=(\S{1,255}) selector=(\S{1,255}) result="(?:signature OK|no signature error)"$/,
		verdict: ([, d, s]) => ({ result: "pass", rule: `s=${s}, d=${d}` }),
	},
	{
		pattern: /^signature=\S{1,200} domain=(\S{1,255}) selector=(\S{1,255}) result="([^"]{1,200})"$/,
		verdict: ([, d, s, why]) => ({ result: "fail", rule: `s=${s}, d=${d}`, reason: why as string }),
	},
	// what the cryptographic library said; `SSL` without an error does not mean that the signature is good
	{
		pattern: /^s=(\S{1,255}) d=(\S{1,255})(?: a=\S{1,30})? SSL (error:.{1,300})$/,
		verdict: ([, s, d, why]) => ({ result: "fail", rule: `s=${s}, d=${d}`, reason: why as string }),
	},
	{ pattern: /^bad signature data$/, verdict: ([why]) => ({ result: "fail", reason: why }) },
	{
		pattern: /^key retrieval failed(?: \((s=\S{1,255}, d=\S{1,255})\))?(.{0,300})$/,
		verdict: ([why, rule, how]) => ({
			result: how?.endsWith("record not found") ? "permerror" : "temperror",
			reason: why,
			...(rule && { rule }),
		}),
	},
	// syntax error: tag without value at end of signature data
	{
		pattern: /^syntax error.{0,300}$|^key data is not secure.{0,300}$/,
		verdict: ([why]) => ({ result: "permerror", reason: why }),
	},
	{
		pattern: /^(?:no signature data|message not signed|no signatures?).{0,100}$/,
		verdict: () => ({ result: "none" }),
	},
	{
		pattern: /^external host .{1,600} attempted to send as .{1,300}$/,
		verdict: ([why]) => ({ result: "unsigned", reason: why }),
	},
	{ pattern: /^(?:can't|unable to|failed to|dkim_\w{1,40}|smfi_\w{1,40}) .{1,400}$/, severity: "warning" },
	{
		pattern:
			/^(?:.{0,300}not internal|not authenticated|no sign(?:ing|er) .{0,400}|message has signatures from .{1,600}|no MTA name match.{0,300}|ignoring header field .{1,300}|mi_stop.{0,100}|s=\S{1,255} d=\S{1,255}.{0,300}|configuration reloaded .{0,200}|.{1,200} using (?:simple|relaxed).{0,100})$/,
	},
];

const RESULT = "pass|fail|softfail|neutral|none|temperror|permerror|tempfail|permfail|reject|quarantine";

const OPENDMARC: readonly Saying[] = [
	// SPF(mailfrom): corp.example pass
	{
		pattern: new RegExp(`^SPF\\((mailfrom|helo)\\): (\\S{1,255}) (${RESULT})$`, "i"),
		verdict: ([, identity, domain, result]) => ({
			result: (result as string).toLowerCase(),
			rule: `spf ${identity} ${domain}`,
		}),
	},
	// corp.example pass
	{
		pattern: new RegExp(`^(\\S{1,255}) (${RESULT})$`),
		verdict: ([, domain, result]) => ({ result: result as string, rule: `dmarc ${domain}` }),
	},
	{
		pattern: /^(?:can't|unable to|failed to|opendmarc_\w{1,60}|smfi_\w{1,40}) .{1,400}$/,
		severity: "warning",
	},
	{
		pattern:
			/^(?:ignoring .{1,400}|implicit authentication service: .{1,300}|additional trusted authentication services: .{1,300}|.{0,300}no (?:MTA name|From header|policy).{0,300}|multi-valued From field.{0,200}|authentication results .{0,300}|RFC5322 .{0,300}|.{0,200}query.{0,200}|configuration reloaded .{0,200})$/,
	},
];

const OPENARC: readonly Saying[] = [
	{
		pattern:
			/^(?:ARC )?(?:chain (?:validation )?(?:status|state)|arc|cv)[:= ]{1,2}'?(pass|fail|none|invalid|unknown)\b.{0,300}$/i,
		verdict: ([, result]) => ({ result: (result as string).toLowerCase() }),
	},
	{
		pattern: /^(?:error|can't|unable to|failed to|arc_\w{1,60}|smfi_\w{1,40}).{1,400}$/,
		severity: "warning",
	},
	{ pattern: /^.{1,600}$/ },
];

const DKIMPY: readonly Saying[] = [
	// BB1EE2B0B81: rsa-sha256 DKIM signature verified (s=g1 d=good.example)
	{
		pattern: /^\S{1,30} DKIM signature verified \((s=\S{1,255}) (d=\S{1,255})\)$/,
		verdict: ([, s, d]) => ({ result: "pass", rule: `${s}, ${d}` }),
	},
	// DKIM: Fail (b'good.example')
	{
		pattern: /^DKIM: (Pass|Fail) \(b?'?([^\s']{1,255})'?\)$/,
		verdict: ([, result, d]) => ({ result: (result as string).toLowerCase(), rule: `d=${d}` }),
	},
	{
		pattern: /^\S{1,30} DKIM signature added \((s=\S{1,255}) (d=\S{1,255})\)$/,
		verdict: ([, s, d]) => ({ result: "signed", rule: `${s}, ${d}` }),
	},
	{ pattern: /^(?:milter_add_header|error|Error|Traceback).{0,400}$/, severity: "warning" },
	{ pattern: /^.{0,4000}$/ },
];

const DKIMPROXY: readonly Saying[] = [
	// DKIM verify - pass; message-id=<m@x>, signer=<@x.example>, from=<a@x.example>
	{
		pattern:
			/^DKIM (?:signing|verify) - (\w{1,30})(?: \(([^()]{1,200})\))?; (?:message-id=<([^<>\s]{1,998})>(?=, |$))?.{0,2000}$/,
		verdict: ([, result, reason, id]) => ({
			result: (result as string).toLowerCase(),
			...(reason && { reason }),
			...(id && { messageId: id }),
		}),
	},
	{ pattern: /^.{0,400}$/ },
];

export const DKIM_FILTERS: readonly Filter[] = [
	{ programs: ["opendkim", "dkim-filter"], mta: "opendkim", filter: "opendkim", sayings: OPENDKIM },
	{ programs: ["opendmarc"], mta: "opendmarc", filter: "opendmarc", sayings: OPENDMARC },
	{ programs: ["openarc"], mta: "openarc", filter: "openarc", sayings: OPENARC },
	{ programs: ["dkimpy-milter"], mta: "milter", filter: "dkimpy-milter", sayings: DKIMPY },
	{
		programs: ["dkimproxy.in", "dkimproxy.out"],
		mta: "milter",
		filter: "dkimproxy",
		sayings: DKIMPROXY,
	},
];
