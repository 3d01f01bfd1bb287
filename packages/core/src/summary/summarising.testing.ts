/** Logs in memory → their summary, the way the command line goes. */
import { createSummary, SKIP, type Summary, type SummaryOptions } from "./index.ts";

export const PARSING = { zone: "UTC", now: Date.UTC(2026, 10, 30) };

export interface Log {
	host: string;
	lines: string[];
}

/** With `scan`, lines go the way of the command line: told by their bytes where that does. */
export function summarise(
	logs: Log[],
	options: SummaryOptions & { scan?: boolean } = {},
): Summary | undefined {
	const builder = createSummary(options);
	for (const { host, lines } of logs) {
		const log = builder.log(host, PARSING);
		for (const line of lines) {
			const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
			const scanned = options.scan ? log.scan(bytes, 0, bytes.length) : undefined;
			if (scanned !== SKIP) log.line(line, scanned);
		}
		log.end();
	}
	return builder.finish();
}

export const at = (program: string, message: string, time = "10:00:00"): string =>
	`Nov 22 ${time} mx ${program}[12]: ${message}`;
export const smtpd = (message: string) => at("postfix/smtpd", message);
export const qmgr = (message: string) => at("postfix/qmgr", message);
