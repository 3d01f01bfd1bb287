/**
 * Times as people write them → the span they name, in the viewer's zone: a day is from midnight to midnight, a minute
 * sixty seconds, a moment a millisecond. `since:` takes the start of the span, `until:` its end. Known are `2h`
 * (before now), today, yesterday, weekdays, clock times, ISO 8601 with or without zone, `12/5` and the log's `Dec 5`.
 */

export interface TimeSpan {
	/** epoch milliseconds */
	start: number;
	/** the first millisecond after it */
	end: number;
}

interface Day {
	year: number;
	/** 1 to 12 */
	month: number;
	day: number;
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAYS_AGO: Record<string, number> = { today: 0, yesterday: 1, 今日: 0, 昨日: 1, 一昨日: 2, おととい: 2 };

export function readTimeSpan(text: string, context: { now: number; zone: string }): TimeSpan | undefined {
	const words = text.trim().toLowerCase();
	const { now, zone } = context;
	if (words === "now" || words === "今") return { start: now, end: now + 1 };
	const ago = /^(\d{1,6})\s*([smhdw])(?:\s*ago)?$/.exec(words);
	if (ago) {
		const start = now - Number(ago[1]) * (UNITS[ago[2] ?? ""] ?? 0);
		return { start, end: start + 1 };
	}
	const today = dayAt(now, zone);
	const clock = readClock(words);
	if (clock) {
		const span = clockSpan(today, clock, zone);
		// a clock time still to come today is yesterday's: logs are of the past
		return span.start <= now ? span : clockSpan(shiftDay(today, -1), clock, zone);
	}
	const [dayText, clockText] = splitDayAndClock(words);
	const day = readDay(dayText, today);
	if (!day) return undefined;
	if (clockText === "") {
		return { start: zonedTime(day, 0, zone), end: zonedTime(shiftDay(day, 1), 0, zone) };
	}
	const offset = /(z|[+-]\d{2}:?\d{2})$/.exec(clockText)?.[1];
	const time = readClock(offset ? clockText.slice(0, -offset.length) : clockText);
	return time && clockSpan(day, time, offset ?? zone);
}

/** `2022-12-05T18:38+09:00`, `yesterday 18:00`, `dec 5 18:38:12` */
function splitDayAndClock(words: string): [string, string] {
	const match = /^(.*?)(?:\s+|(?<=\d)t)(\d{1,2}:\d{2}\S*)$/.exec(words.slice(0, 64));
	return match ? [match[1] ?? "", match[2] ?? ""] : [words, ""];
}

function readDay(text: string, today: Day): Day | undefined {
	const ago = Object.hasOwn(DAYS_AGO, text) ? DAYS_AGO[text] : undefined;
	if (ago !== undefined) return shiftDay(today, -ago);
	const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(text);
	if (iso) return validDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
	const short = /^(\d{1,2})[-/](\d{1,2})$/.exec(text);
	if (short) return latestDay(Number(short[1]), Number(short[2]), today);
	const named = /^([a-z]{3})[a-z]*\s+(\d{1,2})$/.exec(text);
	const month = named ? MONTHS.indexOf(named[1] ?? "") : -1;
	if (named && month >= 0) return latestDay(month + 1, Number(named[2]), today);
	const weekday = /^[a-z]{3,9}$/.test(text) ? WEEKDAYS.indexOf(text.slice(0, 3)) : -1;
	if (weekday < 0) return undefined;
	const back = (new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay() - weekday + 7) % 7;
	return shiftDay(today, -back);
}

function validDay(year: number, month: number, day: number): Day | undefined {
	const date = new Date(Date.UTC(year, month - 1, day));
	return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : undefined;
}

/** A day without its year is the latest one that is not still to come. */
function latestDay(month: number, day: number, today: Day): Day | undefined {
	const later = month > today.month || (month === today.month && day > today.day);
	return validDay(later ? today.year - 1 : today.year, month, day);
}

function shiftDay(day: Day, days: number): Day {
	const date = new Date(Date.UTC(day.year, day.month - 1, day.day + days));
	return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

interface Clock {
	/** milliseconds since midnight */
	at: number;
	/** how much of the clock was written: a minute, a second, a millisecond */
	length: number;
}

function readClock(text: string): Clock | undefined {
	const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/.exec(text);
	if (!match || Number(match[1]) > 24 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 60)
		return undefined;
	const millis = match[4] === undefined ? 0 : Math.floor(Number(`0.${match[4]}`) * 1000);
	const at = Number(match[1]) * 3_600_000 + Number(match[2]) * 60_000 + Number(match[3] ?? 0) * 1000 + millis;
	return { at, length: match[4] !== undefined ? 1 : match[3] !== undefined ? 1000 : 60_000 };
}

function clockSpan(day: Day, clock: Clock, zone: string): TimeSpan {
	const start = zonedTime(day, clock.at, zone);
	return { start, end: start + clock.length };
}

/** Wall clock of a zone → epoch. Asked twice, because the offset that counts is that of the moment found. */
function zonedTime(day: Day, millis: number, zone: string): number {
	const wall = Date.UTC(day.year, day.month - 1, day.day) + millis;
	const first = wall - zoneOffset(wall, zone);
	return wall - zoneOffset(first, zone);
}

function dayAt(at: number, zone: string): Day {
	const date = new Date(at + zoneOffset(at, zone));
	return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Milliseconds that the zone's wall clock is ahead of UTC; `+09:00` and `z` are zones too. */
function zoneOffset(at: number, zone: string): number {
	const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
	if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
	if (zone === "z" || zone === "UTC") return 0;
	const parts = zoneFormat(zone).formatToParts(at);
	const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value ?? 0);
	const wall = Date.UTC(
		part("year"),
		part("month") - 1,
		part("day"),
		part("hour") % 24,
		part("minute"),
		part("second"),
	);
	return wall - Math.floor(at / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than using it a thousand times. */
function zoneFormat(zone: string): Intl.DateTimeFormat {
	let format = formats.get(zone);
	if (!format) {
		format = new Intl.DateTimeFormat("en-US", {
			timeZone: zone,
			hourCycle: "h23",
			year: "numeric",
			month: "numeric",
			day: "numeric",
			hour: "numeric",
			minute: "numeric",
			second: "numeric",
		});
		formats.set(zone, format);
	}
	return format;
}
