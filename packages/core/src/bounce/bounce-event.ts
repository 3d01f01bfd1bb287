/**
 * A report as an event: evidence that joins its message by queue id or Message-ID, like a log line would. `raw` is one
 * line for people; of the bounce itself nothing else is kept.
 */
import { type BounceReportEvent, parseReply } from "../event/index.ts";
import type { BounceReport } from "./report.ts";

/** `at`: when the bounce was made (ISO 8601); `spool`: where it lay. */
export function bounceEvent(report: BounceReport, at: string, spool: string): BounceReportEvent {
	const { recipient, originalRecipient, status, diagnostic, originalMessageId, originalSender, queueId } =
		report;
	return {
		kind: "bounce-report",
		raw: describe(report, spool),
		at,
		program: "bounce",
		...(queueId !== undefined && { queueId }),
		...(recipient !== undefined && { recipient }),
		...(originalRecipient !== undefined && { originalRecipient }),
		...(status !== undefined && report.statusDerived === undefined && { dsn: status }),
		...(diagnostic !== undefined && { reply: replyOf(report, diagnostic) }),
		...(originalMessageId !== undefined && { messageId: originalMessageId }),
		...(originalSender !== undefined && { sender: originalSender }),
	};
}

function replyOf(
	{ remoteMta, replyCode, command }: BounceReport,
	diagnostic: string,
): NonNullable<BounceReportEvent["reply"]> {
	// RFC 3464 section 2.3.6: `SMTP; 550 …`, the kind of words before them
	const reply = parseReply(diagnostic.replace(/^ {0,4}[\w-]{1,30} {0,4}; {0,4}/, ""));
	return {
		...reply,
		...(reply.code === undefined && replyCode !== undefined && { code: replyCode }),
		...(reply.host === undefined && remoteMta !== undefined && { host: { name: remoteMta } }),
		...(reply.command === undefined && command !== undefined && { command }),
	};
}

/** As a log line would be: hostile words stay within one line. */
function describe(report: BounceReport, spool: string): string {
	const { recipient, status, diagnostic, remoteMta, originalMessageId, queueId, reportingMta } = report;
	const facts = [
		`to=<${recipient ?? ""}>`,
		...(status === undefined ? [] : [`status=${status}`]),
		...(queueId === undefined ? [] : [`queue=${queueId}`]),
		...(originalMessageId === undefined ? [] : [`message-id=<${originalMessageId}>`]),
		...(reportingMta === undefined ? [] : [`reported by ${reportingMta}`]),
		...(remoteMta === undefined ? [] : [`remote ${remoteMta}`]),
		...(diagnostic === undefined ? [] : [diagnostic]),
	];
	return `bounce in ${spool}: ${facts.join(", ")}`.replace(/[\r\n\0]+/g, " ").slice(0, 8_000);
}
