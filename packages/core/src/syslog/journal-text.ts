/**
 * Times as journalctl prints them where they are no syslog's: `-o short-full` (`Sun 2026-11-22 14:00:00 UTC host tag[pid]: …`) and
 * `-o short-unix` (`1795356000.123456 host tag[pid]: …`). A zone's short name says nothing sure (IST is India's and Ireland's), so any
 * but UTC is taken for the reader's own. `-o short-monotonic` counts from a boot that nobody knows.
 */
import { type Clock, matchAt, type ReadTime } from "./timestamp.ts";

const DAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d{4}-\d\d-\d\d )/y;
const DAY_LENGTH = 4;
const ZONE = / (?:([A-Z]{2,6})|([+-]\d\d)(\d\d)?)(?= )/y;
const DATE_AND_CLOCK = "2026-11-22 14:00:00".length;
const FRACTION = /\.\d{1,9}/y;
const UNIX = /(\d{9,11})(\.\d{6})(?= \S{1,255} [^\s[:]{1,128}\[\d{1,10}\]: )/y;

/** The time of a line of `-o short-full`. */
export function readShortFull(raw: string, from: number, clock: Clock): ReadTime | undefined {
	if (!matchAt(DAY, raw, from)) return undefined;
	const start = from + DAY_LENGTH;
	const time = clock.readLocal(raw, start);
	if (!time) return undefined;
	// readLocal takes an offset of four digits along
	const [fraction = ""] = matchAt(FRACTION, raw, start + DATE_AND_CLOCK) ?? [];
	const written = raw.slice(start, start + DATE_AND_CLOCK).replace(" ", "T") + fraction;
	const zone = matchAt(ZONE, raw, start + DATE_AND_CLOCK + fraction.length);
	if (!zone) return undefined;
	const end = start + DATE_AND_CLOCK + fraction.length + zone[0].length;
	const [, name, hours, minutes = "00"] = zone;
	if (hours !== undefined) return { at: `${written}${hours}:${minutes}`, end };
	return { at: name === "UTC" || name === "GMT" ? `${written}+00:00` : time.at, end };
}

/** The time of a line of `-o short-unix`. */
export function readShortUnix(raw: string, from: number, clock: Clock): ReadTime | undefined {
	const match = matchAt(UNIX, raw, from);
	if (!match) return undefined;
	return { at: clock.write(Number(match[1]) * 1000, match[2] as string), end: from + match[0].length };
}
