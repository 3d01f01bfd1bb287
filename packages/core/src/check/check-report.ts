/**
 * What a reach test finds out, as values: whoever has sockets makes findings, this package puts them into words and
 * draws the verdict. A finding carries a code and the facts for its text, so that one check reads in every language.
 */
import Type, { type Static } from "typebox";

/** in the order in which they are told */
export const CHECK_STEPS = [
	"resolve",
	"mx",
	"reach",
	"tcp",
	"banner",
	"ehlo",
	"starttls",
	"certificate",
	"auth-offered",
	"ptr",
	"dnsbl",
] as const;
export type CheckStep = (typeof CHECK_STEPS)[number];

export const FINDING_CODES = [
	"resolved",
	"resolved-elsewhere",
	"address-given",
	"name-not-found",
	"no-address",
	"lookup-timeout",
	"lookup-failed",
	"mx-found",
	"mx-none",
	"mx-null",
	"mx-unresolved",
	"mx-alias",
	"answers",
	"silent",
	"no-route",
	"port-open",
	"port-refused",
	"port-timeout",
	"port-unreachable",
	"greeted",
	"greeting-refused",
	"no-greeting",
	"closed",
	"not-smtp",
	"ehlo-accepted",
	"ehlo-refused",
	"tls-started",
	"tls-not-offered",
	"tls-refused",
	"tls-failed",
	"certificate-valid",
	"certificate-near-end",
	"certificate-expired",
	"certificate-name",
	"certificate-untrusted",
	"policy-broken",
	"auth-offered",
	"auth-not-offered",
	"auth-in-clear",
	"ptr-confirmed",
	"ptr-missing",
	"ptr-unconfirmed",
	"ptr-unknown",
	"own-address-private",
	"not-listed",
	"listed",
	"list-unusable",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

const Short = Type.String({ maxLength: 1024 });

/** One step: whether it went well, how long it took, and the facts of its text. */
export const FindingSchema = Type.Object({
	step: Type.Enum([...CHECK_STEPS]),
	ok: Type.Boolean(),
	/** milliseconds */
	ms: Type.Number({ minimum: 0 }),
	code: Type.Enum([...FINDING_CODES]),
	/** facts by name, as text; what a stranger said stands here and is never markup */
	values: Type.Record(Type.String({ maxLength: 32 }), Short),
	/** the mail host that it was about, its address and port, where a step is about one */
	host: Type.Optional(Type.String({ maxLength: 255 })),
	address: Type.Optional(Type.String({ maxLength: 64 })),
	port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
});
export type Finding = Static<typeof FindingSchema>;

export const CheckRequestSchema = Type.Object({
	/** a host name, a mail domain, a mail address (its domain counts) or an IP address */
	target: Type.String({ minLength: 1, maxLength: 320 }),
	/** given: the target itself is tried on this port; absent: its mail hosts on port 25 */
	port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
	/** block lists to ask for our own address (`zen.spamhaus.org`); none by default */
	lists: Type.Array(Type.String({ minLength: 3, maxLength: 255 }), { maxItems: 16 }),
});
export type CheckRequest = Static<typeof CheckRequestSchema>;

export const CheckReportSchema = Type.Object({
	target: Type.String({ maxLength: 320 }),
	/** the host that made the test */
	from: Type.String({ maxLength: 255 }),
	findings: Type.Array(FindingSchema, { maxItems: 512 }),
});
export type CheckReport = Static<typeof CheckReportSchema>;
