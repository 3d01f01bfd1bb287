/**
 * The times that log lines begin with, as ISO 8601 with offset: `Dec  5 18:38:12` (RFC 3164: no year, no zone),
 * RFC 3339, a local `2026-12-05 18:38:12.123` and TAI64N. Lines of one second follow each other, so the last answer is
 * kept. The year of a time without one is the latest that is not more than a day after `now`.
 */
import { writeOffset, type ZoneClock, zoneClock } from "./zone.ts";

const DAY = 86_400_000;
/** How far a log's clock may run backwards inside a repeated hour before we take it for the second pass. */
const STEP_BACK = 300_000;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** A time at the head of a line, and where the rest begins. */
export interface ReadTime {
	at: string;
	end: number;
}

export interface Clock {
	/** `Dec  5 18:38:12`, `Dec 5 18:38:12`, `Dec  5 2026 18:38:12`, with a fraction too */
	read3164(raw: string, from: number): ReadTime | undefined;
	/** `2026-11-22 02:35:24[.123][ +0100]`, the zone's own where none is written */
	readLocal(raw: string, from: number): ReadTime | undefined;
	/** an instant as ISO 8601 in the zone, `fraction` (`.123456`) kept */
	write(epoch: number, fraction: string): string;
}

/** A clock that reads the times of one log in their order. `context.now` may be moved on by its owner. */
export function createClock(context: { zone: string; now: number }): Clock {
	const zone = zoneClock(context.zone);
	let lastText = "";
	let lastRead: ReadTime | undefined;
	let lastNow = 0;
	let lastInstant = Number.NEGATIVE_INFINITY;

	function settle(local: number): number {
		const instants = zone.instantsOf(local);
		const first = instants[0] as number;
		const second = instants[1];
		const instant = second !== undefined && first < lastInstant - STEP_BACK ? second : first;
		lastInstant = instant;
		return instant;
	}

	function read3164(raw: string, from: number): ReadTime | undefined {
		const lead = raw.slice(from, from + 15);
		if (lead === lastText && lastRead && lastNow === context.now) {
			if (lastRead.end === from + 15 && !isFractionMark(raw.charCodeAt(from + 15))) return lastRead;
		}
		const parts = split3164(raw, from);
		if (!parts) return undefined;
		const year = parts.year ?? latestYear(parts, context.now, zone);
		const local = Date.UTC(year, parts.month, parts.day, parts.hour, parts.minute, parts.second);
		const read = { at: writeInstant(zone, settle(local), parts.fraction), end: parts.end };
		lastText = lead;
		lastRead = read;
		lastNow = context.now;
		return read;
	}

	function readLocal(raw: string, from: number): ReadTime | undefined {
		const match = matchAt(LOCAL, raw, from);
		if (!match) return undefined;
		const [date, clock, fraction, offset] = [match[1], match[2], match[3] ?? "", match[4]];
		const end = from + match[0].length;
		const local = Date.parse(`${date}T${clock}Z`);
		if (Number.isNaN(local)) return undefined;
		if (offset) return { at: `${date}T${clock}${fraction}${offset.slice(0, 3)}:${offset.slice(3)}`, end };
		return { at: writeInstant(zone, settle(local), fraction), end };
	}

	return { read3164, readLocal, write: (epoch, fraction) => writeInstant(zone, epoch, fraction) };
}

const isFractionMark = (code: number) => code === 46 || code === 44;

// exim's mainlog, with +millisec and with its timezone option: `2026-11-22 02:35:24.123 +0100 `
const LOCAL = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,9})?(?: ([+-]\d{4}))?(?= )/y;

/** Matches a sticky pattern at one place. */
export function matchAt(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
	pattern.lastIndex = from;
	return pattern.exec(text);
}

interface Parts {
	year?: number;
	month: number;
	day: number;
	hour: number;
	minute: number;
	second: number;
	fraction: string;
	end: number;
}

const RFC3164 =
	/([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)([.,]\d{1,9})?(?: ((?:19|20)\d\d)(?=:? ))?/y;

function split3164(raw: string, from: number): Parts | undefined {
	const match = matchAt(RFC3164, raw, from);
	if (!match) return undefined;
	const place = MONTHS.indexOf(match[1] as string);
	if (place < 0 || place % 3 !== 0) return undefined;
	const parts: Parts = {
		month: place / 3,
		day: Number(match[2]),
		hour: Number(match[4]),
		minute: Number(match[5]),
		second: Number(match[6]),
		fraction: (match[7] ?? "").replace(",", "."),
		end: from + match[0].length,
	};
	if (parts.day < 1 || parts.day > 31 || parts.hour > 23 || parts.minute > 59 || parts.second > 60) {
		return undefined;
	}
	const year = match[3] ?? match[8];
	if (year) parts.year = Number(year);
	return parts;
}

/** The latest year in which this is a real date, not more than a day after now. */
function latestYear(parts: Parts, now: number, zone: ZoneClock): number {
	const localNow = now + zone.offsetAt(now) * 60_000;
	const year = new Date(localNow).getUTCFullYear();
	for (let candidate = year + 1; candidate > year - 8; candidate--) {
		const day = Date.UTC(candidate, parts.month, parts.day);
		if (new Date(day).getUTCMonth() !== parts.month) continue;
		const local = Date.UTC(candidate, parts.month, parts.day, parts.hour, parts.minute, parts.second);
		if (local <= localNow + DAY) return candidate;
	}
	return year;
}

function writeInstant(zone: ZoneClock, epoch: number, fraction: string): string {
	const offset = zone.offsetAt(epoch);
	return new Date(epoch + offset * 60_000).toISOString().slice(0, 19) + fraction + writeOffset(offset);
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** The number that two digits at a place make, or -1: every line's time is read, so without a pattern or any array. */
function twoDigits(raw: string, at: number): number {
	const tens = raw.charCodeAt(at);
	const ones = raw.charCodeAt(at + 1);
	return isDigit(tens) && isDigit(ones) ? (tens - 48) * 10 + ones - 48 : -1;
}

/** `2026-11-21` */
function isDate(raw: string, at: number): boolean {
	if (raw.charCodeAt(at + 4) !== 45 || raw.charCodeAt(at + 7) !== 45) return false;
	const month = twoDigits(raw, at + 5);
	const day = twoDigits(raw, at + 8);
	const isInYear = month >= 1 && month <= 12 && day >= 1 && day <= 31;
	return isInYear && twoDigits(raw, at) >= 0 && twoDigits(raw, at + 2) >= 0;
}

/** Where `21:45:26.152881` ends, or -1. */
function clockEnd(raw: string, at: number): number {
	if (raw.charCodeAt(at + 2) !== 58 || raw.charCodeAt(at + 5) !== 58) return -1;
	if (twoDigits(raw, at) < 0 || twoDigits(raw, at + 3) < 0 || twoDigits(raw, at + 6) < 0) return -1;
	const dot = at + 8;
	if (raw.charCodeAt(dot) !== 46) return dot;
	let end = dot + 1;
	while (end <= dot + 12 && isDigit(raw.charCodeAt(end))) end++;
	return end === dot + 1 ? -1 : end;
}

/** `2026-11-21T21:45:26.152881-05:00`: kept as it is; `Z` is written `+00:00`. */
export function read3339(raw: string, from: number): ReadTime | undefined {
	const mark = raw.charCodeAt(from + 10);
	if ((mark !== 84 && mark !== 116) || !isDate(raw, from)) return undefined;
	const end = clockEnd(raw, from + 11);
	if (end < 0) return undefined;
	const sign = raw.charCodeAt(end);
	if (sign === 90 || sign === 122) return { at: `${withT(raw, from, end)}+00:00`, end: end + 1 };
	const isColon = raw.charCodeAt(end + 3) === 58;
	const minutes = isColon ? end + 4 : end + 3;
	if ((sign !== 43 && sign !== 45) || twoDigits(raw, end + 1) < 0 || twoDigits(raw, minutes) < 0)
		return undefined;
	if (mark === 84 && isColon) return { at: raw.slice(from, end + 6), end: end + 6 };
	const offset = `${raw.slice(end, end + 3)}:${raw.slice(minutes, minutes + 2)}`;
	return { at: `${withT(raw, from, end)}${offset}`, end: minutes + 2 };
}

/** Date and time with the `T` that some write small. */
function withT(raw: string, from: number, end: number): string {
	return `${raw.slice(from, from + 10)}T${raw.slice(from + 11, end)}`;
}

// TAI64N (cr.yp.to/libtai/tai64.html): 2^62 + TAI seconds, then nanoseconds. multilog and tai64nlocal know no leap
// seconds: they add and subtract 10 (daemontools, tai.h), and so do we
const TAI64N = /@4([0-9a-f]{15})([0-9a-f]{8})(?= )/iy;
const TAI_AHEAD = 10;

/** `@400000006741…`: its instant, with nine digits of fraction. */
export function readTai64n(raw: string, from: number, clock: Clock): ReadTime | undefined {
	const match = matchAt(TAI64N, raw, from);
	if (!match) return undefined;
	const seconds = Number.parseInt(match[1] as string, 16) - TAI_AHEAD;
	const nanoseconds = Number.parseInt(match[2] as string, 16);
	if (seconds > 8e12 || nanoseconds > 999_999_999) return undefined;
	const fraction = `.${String(nanoseconds).padStart(9, "0")}`;
	return { at: clock.write(seconds * 1000, fraction), end: from + match[0].length };
}
