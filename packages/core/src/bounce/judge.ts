/** What the report says of a recipient → what it means: code, status, reason and cause, by the rules of `diagnose`. */
import { diagnoseReply, type Diagnosis, readReply, type Reason } from "../diagnose/index.ts";
import { derivedStatus } from "./derived-status.ts";
import type { BounceReport, ReadOptions, RecipientEntry, ReportAction } from "./report.ts";

const ACTIONS: readonly string[] = ["delivered", "relayed", "delayed", "failed", "expanded"];
const GOOD: ReadonlySet<string> = new Set(["delivered", "relayed", "expanded"]);
/** The address itself is no good (Sisimai's sense of a hard bounce). */
const HARD: ReadonlySet<string> = new Set(["userunknown", "hostunknown", "hasmoved", "notaccept"]);
/** what an answer to MAIL says of the sender alone */
const ABOUT_SENDER: ReadonlySet<string> = new Set([
	"rejected",
	"requireptr",
	"blocked",
	"badreputation",
	"authfailure",
	"policyviolation",
	"notcompliantrfc",
	"securityerror",
]);
const NO_BOUNCE: ReadonlySet<string> = new Set(["feedback", "vacation"]);

export interface JudgeContext extends ReadOptions {
	/** a message of its own, not words that somebody copied: a status may be derived */
	whole: boolean;
}

export function judge(told: RecipientEntry, context: JudgeContext): BounceReport {
	const entry = believed(told);
	const action = ACTIONS.find((known) => known === entry.action) as ReportAction | undefined;
	// Postfix `sendmail -bv`: `Action: deliverable`, nothing was sent
	const positive = entry.status?.startsWith("2.") === true || (action !== undefined && GOOD.has(action));
	const diagnosis = diagnoseReply(
		{
			...(entry.diagnostic !== undefined && { reply: entry.diagnostic }),
			...(entry.status !== undefined && { dsn: entry.status }),
			...(entry.command !== undefined && { stage: entry.command }),
			...(entry.remoteMta !== undefined && { relay: { name: entry.remoteMta } }),
			...(entry.recipient !== undefined && { recipient: entry.recipient }),
			status: positive ? "delivered" : action === "delayed" ? "deferred" : "bounced",
		},
		context.lang ?? "en",
	);
	return write(entry, action, diagnosis, context);
}

/**
 * OpenSMTPD writes `A message is delayed for more than 0 seconds`, `Action: delayed`, `Status: 4.4.7` for a message that it
 * deletes with the words `Envelope expired` (queue.c): the words are right, the fields are not.
 */
function believed(entry: RecipientEntry): RecipientEntry {
	if (entry.action !== "delayed" || !/^(?:envelope|message) expired$/i.test(entry.diagnostic ?? ""))
		return entry;
	const { status: _, ...rest } = entry;
	return { ...rest, action: "failed" };
}

/** A text names the host that spoke where a report has a field for it: `host mx.example.net[192.0.2.1] said: …`. */
function remoteOf({ remoteMta, diagnostic }: RecipientEntry): { remoteMta?: string } {
	if (remoteMta !== undefined) return { remoteMta };
	if (diagnostic === undefined) return {};
	const { hostName, hostIp } = readReply({ reply: diagnostic });
	// Exim: `host mx.example.net [192.0.2.1] SMTP error from …`
	const host = hostName ?? hostIp ?? /^host (\S{1,255}) \[[0-9a-fA-F.:]{3,45}\]/.exec(diagnostic)?.[1];
	return host === undefined ? {} : { remoteMta: host };
}

/**
 * The shared sense of `filtered`: refused after the message was taken, though in the words of an unknown user. So are
 * the notices of programs that wrote a text of their own, without a status and not in answer to RCPT.
 */
function isFiltered(entry: RecipientEntry, diagnosis: Diagnosis): boolean {
	if (entry.fromText !== true || diagnosis.status !== undefined || entry.command === "RCPT") return false;
	// IMail's own word for it, which no server said
	if (/^(?:unknown user|invalid final delivery userid)$/i.test(entry.diagnostic ?? "")) return false;
	return diagnosis.rule === "user-unknown";
}

/** RFC 3463 X.4.7 is a persistent transient failure: Exim's hosts answered nothing but "not now" until the time was up. */
function isTemporary(
	{ diagnostic }: RecipientEntry,
	action: ReportAction | undefined,
	{ replyCode }: Diagnosis,
): boolean {
	if (replyCode !== undefined) return replyCode < 500;
	return action === "delayed" || /\bretry time(?:out)?\b|\bhave been failing\b/i.test(diagnostic ?? "");
}

/** Exim's words about an answer to MAIL: the sender was refused, the recipient was not asked about and stays on hold. */
function codedReason({ diagnostic, command }: RecipientEntry, reason: Reason): Reason {
	const unasked =
		command === "MAIL" && /\bSMTP error from remote mail(?:er| server) after\b/.test(diagnostic ?? "");
	return unasked && ABOUT_SENDER.has(reason) ? "onhold" : reason;
}

function write(
	entry: RecipientEntry,
	action: ReportAction | undefined,
	diagnosis: Diagnosis,
	context: JudgeContext,
): BounceReport {
	const { cause } = diagnosis;
	const reason = context.whole && isFiltered(entry, diagnosis) ? "filtered" : diagnosis.reason;
	const derived =
		diagnosis.status === undefined && context.whole
			? derivedStatus(codedReason(entry, reason as Reason), isTemporary(entry, action, diagnosis))
			: undefined;
	const status = diagnosis.status ?? derived;
	const report: BounceReport = {
		...(entry.recipient !== undefined && { recipient: entry.recipient }),
		...(entry.originalRecipient !== undefined && { originalRecipient: entry.originalRecipient }),
		...(action !== undefined && { action }),
		...(status !== undefined && { status }),
		...(derived !== undefined && { statusDerived: true }),
		...(diagnosis.replyCode !== undefined && { replyCode: diagnosis.replyCode }),
		reason,
		cause,
		permanent: action === "failed" || (status ?? "").startsWith("5"),
		...(NO_BOUNCE.has(reason) ? {} : { hardBounce: HARD.has(reason) }),
		...(entry.diagnostic !== undefined && { diagnostic: entry.diagnostic }),
		...(entry.command !== undefined && { command: entry.command }),
		...remoteOf(entry),
		links: diagnosis.links,
		diagnosis,
	};
	return report;
}
