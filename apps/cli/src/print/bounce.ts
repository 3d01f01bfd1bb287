/** A bounce report for people: who, what the server said, what it means and what to do. */
import type { BounceReport } from "@mailtrail/core/bounce";
import type { Language } from "@mailtrail/core/diagnose";
import { diagnosisLines } from "./diagnosis.ts";
import { harmless, type Pen } from "./pen.ts";

export function printReport(
	file: string,
	message: number,
	report: BounceReport,
	{ pen, lang, width }: { pen: Pen; lang: Language; width: number | undefined },
): string {
	const { recipient, originalRecipient, reason, diagnostic } = report;
	const alias =
		originalRecipient !== undefined && originalRecipient.toLowerCase() !== recipient?.toLowerCase()
			? ` (for ${originalRecipient})`
			: "";
	const status = report.statusDerived ? undefined : report.status;
	const codes = [report.replyCode, status].filter((code) => code !== undefined).join(" ");
	const head = `${recipient ?? "?"}${alias}: ${[report.action, codes, reason, report.feedbackType].filter(Boolean).join(", ")}`;
	return [
		`${pen.bold(harmless(head))} ${pen.dim(harmless(`${file === "-" ? "standard input" : file}, message ${message}`))}`,
		...(diagnostic === undefined ? [] : [pen.dim(harmless(diagnostic))]),
		...originalLines(report).map((line) => pen.dim(harmless(line))),
		...diagnosisLines(report.diagnosis, pen, lang, width),
	].join("\n");
}

function originalLines(report: BounceReport): string[] {
	const { originalMessageId, originalSubject, originalSender, queueId, reportingMta, remoteMta } = report;
	const facts = [
		originalSubject === undefined ? "" : `“${originalSubject}”`,
		originalSender === undefined ? "" : `from ${originalSender}`,
		originalMessageId === undefined ? "" : `Message-ID <${originalMessageId}>`,
		queueId === undefined ? "" : `queue id ${queueId}`,
		reportingMta === undefined ? "" : `reported by ${reportingMta}`,
		remoteMta === undefined ? "" : `about ${remoteMta}`,
	].filter((fact) => fact !== "");
	return facts.length === 0 ? [] : [facts.join(", ")];
}
