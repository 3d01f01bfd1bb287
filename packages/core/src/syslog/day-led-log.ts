/**
 * Logs that write the day of the week first, as ctime(3) does: ClamAV's own (`Sun Nov 22 07:27:36 2026 -> words`) and spamd's with
 * `-s FILE` (`Sun Nov 22 07:31:34 2026 [263] info: words`). They name no program: what they say tells clamd, clamav-milter and
 * freshclam apart.
 */
import type { ReadLine } from "./header.ts";
import { type Clock, matchAt } from "./timestamp.ts";

const DAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4} )/y;
const CLAMAV = " -> ";
// Mail::SpamAssassin::Logger::File
const SPAMD = / \[(\d{1,10})\] (info|dbg|warn|error|notice): /y;

/** Reads such a line; undefined for any other. */
export function readDayLed(raw: string, from: number, clock: Clock): ReadLine | undefined {
	const day = matchAt(DAY, raw, from);
	const time = day ? clock.read3164(raw, from + day[0].length) : undefined;
	if (!time) return undefined;
	if (raw.startsWith(CLAMAV, time.end)) {
		const message = raw.slice(time.end + CLAMAV.length);
		return { header: { at: time.at, program: clamavProgram(message) }, message };
	}
	const spamd = matchAt(SPAMD, raw, time.end);
	if (!spamd) return undefined;
	const level = spamd[2] === "info" ? "" : `${spamd[2]}: `;
	const message = level + raw.slice(time.end + spamd[0].length);
	return { header: { at: time.at, program: "spamd", pid: Number(spamd[1]) }, message };
}

function clamavProgram(message: string): string {
	if (/^(?:Clean message|Message) |^Probe for slot |^Local socket /.test(message)) return "clamav-milter";
	return /^(?:freshclam |ClamAV update process|(?:daily|main|bytecode)\.c[lv]d |Database updated|Received signal: wake up)/.test(
		message,
	)
		? "freshclam"
		: "clamd";
}
