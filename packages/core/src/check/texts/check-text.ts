/**
 * The words of a check in one language: one for each finding, one for each verdict. Braces stand for the finding's
 * facts and for {host}, {address}, {port}; {where} is "mx.example.net (192.0.2.1) port 25".
 */
import type { FindingCode } from "../check-report.ts";

/** What a check as a whole shows; each belongs to one cause (`verdict.ts`). */
export const VERDICTS = [
	"reachable",
	"partly-reachable",
	"name-not-found",
	"no-address",
	"name-lookup-failed",
	"null-mx",
	"mx-unresolved",
	"port-refused",
	"timeout-host-answers",
	"timeout-silent",
	"unreachable",
	"no-greeting",
	"connection-lost",
	"not-smtp",
	"tls-failed",
	"tls-missing",
	"certificate-bad",
	"reverse-name-missing",
	"listed",
] as const;
export type VerdictId = (typeof VERDICTS)[number];

export interface VerdictText {
	title: string;
	explanation: string;
	steps: readonly string[];
}

export interface CheckTexts {
	findings: Readonly<Record<FindingCode, string>>;
	verdicts: Readonly<Record<VerdictId, VerdictText>>;
	/** put after a verdict: the mail hosts that failed where others are good */
	others: string;
	/** the remote's own words refuse us */
	said: string;
	lookupLink: string;
}
