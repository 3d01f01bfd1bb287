/**
 * The bytes of one message → its reports. Whatever the bytes are: no exception, time and memory in proportion to the part
 * that is looked at.
 */
import { decodeHeader, openMessage } from "./open-message.ts";
import { forwardedReport, readReports } from "./read-reports.ts";
import type { BounceReport, ReadOptions } from "./report.ts";

export async function readBounce(raw: Uint8Array, options: ReadOptions = {}): Promise<BounceReport[]> {
	const message = await openMessage(raw);
	const forwarded = forwardedReport(message);
	const reports = readReports(forwarded ? await openMessage(forwarded) : message, options);
	return reports.map((report) => {
		const { originalSubject } = report;
		return originalSubject === undefined
			? report
			: { ...report, originalSubject: decodeHeader(originalSubject) };
	});
}
