/**
 * Numbers, times, sizes and durations for people. Times are in the zone that the reader chose, else the machine's own; the
 * exact instant with its offset belongs in a tooltip (`exactTime`). Pure but for that zone, which a caller may give.
 */
export type Lang = "en" | "ja";

let shown: string | undefined;

/** The zone that times stand in where a caller names none; undefined: the machine's own. */
export function showZone(zone: string | undefined): void {
	shown = zone;
}

/** The formats of the page, each made once for a language and zone: making one costs more than a row of a list. */
const CLOCK: Intl.DateTimeFormatOptions = {
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
	hourCycle: "h23",
};
const YEAR: Intl.DateTimeFormatOptions = { year: "numeric" };
const DAY = {
	en: { day: "numeric", month: "short", weekday: "short" },
	ja: { day: "numeric", month: "long", weekday: "short" },
} as const satisfies Record<Lang, Intl.DateTimeFormatOptions>;
const DAY_OF_YEAR = {
	en: { ...DAY.en, ...YEAR },
	ja: { ...DAY.ja, ...YEAR },
} as const satisfies Record<Lang, Intl.DateTimeFormatOptions>;
const DAY_KEY: Intl.DateTimeFormatOptions = { dateStyle: "short" };
const EXACT: Intl.DateTimeFormatOptions = {
	...CLOCK,
	year: "numeric",
	month: "2-digit",
	day: "2-digit",
	timeZoneName: "longOffset",
};
const ZONE: Intl.DateTimeFormatOptions = { timeZoneName: "short" };

const made = new Map<Intl.DateTimeFormatOptions, Map<string, Intl.DateTimeFormat>>();

function dateFormat(
	lang: string,
	given: string | undefined,
	options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
	const zone = given ?? shown;
	const key = `${lang} ${zone ?? ""}`;
	let formats = made.get(options);
	if (formats === undefined) {
		formats = new Map();
		made.set(options, formats);
	}
	let format = formats.get(key);
	if (format === undefined) {
		format = new Intl.DateTimeFormat(lang, zone === undefined ? options : { ...options, timeZone: zone });
		formats.set(key, format);
	}
	return format;
}

const numbers = { en: new Intl.NumberFormat("en"), ja: new Intl.NumberFormat("ja") };

export function formatNumber(n: number, lang: Lang): string {
	return numbers[lang].format(n);
}

/** `18:38:12`, and `18:38:12.041` where the log had a fraction and the reader wants it. */
export function clockTime(iso: string, options: { zone?: string; fraction?: boolean } = {}): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return iso;
	const time = dateFormat("en-GB", options.zone, CLOCK).format(at);
	return options.fraction === true ? time + fractionOf(at) : time;
}

/** A log without fractions gives whole seconds: three noughts would claim more than it says. */
function fractionOf(at: Date): string {
	const milliseconds = at.getUTCMilliseconds();
	return milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}`;
}

/** `5 Dec`, with the year when it is not this one. */
export function calendarDay(iso: string, lang: Lang, now: number, zone?: string): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return iso;
	const locale = lang === "ja" ? "ja" : "en-GB";
	const year = (date: Date | number) => dateFormat("en", zone, YEAR).format(date);
	const options = year(at) === year(now) ? DAY : DAY_OF_YEAR;
	return dateFormat(locale, zone, options[lang]).format(at);
}

/** A key that is equal for two times on one day of the viewer's. */
export function dayKey(iso: string, zone?: string): string {
	const at = new Date(iso);
	return Number.isNaN(at.getTime()) ? "" : dateFormat("en-CA", zone, DAY_KEY).format(at);
}

/** `2026-12-05T18:38:12.041+09:00 (Asia/Tokyo)` in the viewer's zone: what a tooltip says. */
export function exactTime(iso: string, zone?: string): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return iso;
	const parts = dateFormat("en-GB", zone, EXACT).formatToParts(at);
	const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
	const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
	const name = zone ?? shown ?? viewerZone();
	return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}${fractionOf(at)}${offset} (${name})`;
}

const UNITS = {
	en: { d: " d", h: " h", min: " min", s: " s", ms: " ms", gap: " " },
	ja: { d: " 日", h: " 時間", min: " 分", s: " 秒", ms: " ミリ秒", gap: " " },
} as const;

/** Seconds as `0.47 s`, `12 s`, `3 min 20 s`, `14 h 21 min`, `2 d 3 h`: two units at the most. */
export function duration(seconds: number, lang: Lang): string {
	const unit = UNITS[lang];
	const sign = seconds < 0 ? "−" : "";
	const s = Math.abs(seconds);
	if (s < 9.95) {
		const digits = s !== 0 && s < 0.995 ? 2 : 1;
		return `${sign}${s === 0 ? "0" : s < 0.005 ? "<0.01" : s.toFixed(digits)}${unit.s}`;
	}
	const whole = Math.round(s);
	const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
		`${sign}${big}${bigUnit}${small === 0 ? "" : `${unit.gap}${small}${smallUnit}`}`;
	if (whole < 60) return `${sign}${whole}${unit.s}`;
	if (whole < 3600) return pair(Math.floor(whole / 60), unit.min, whole % 60, unit.s);
	const minutes = Math.round(s / 60);
	if (minutes < 1440) return pair(Math.floor(minutes / 60), unit.h, minutes % 60, unit.min);
	const hours = Math.round(s / 3600);
	return pair(Math.floor(hours / 24), unit.d, hours % 24, unit.h);
}

/** One rounded unit, for "… ago". */
export function roughly(seconds: number, lang: Lang): string {
	const unit = UNITS[lang];
	const s = Math.max(0, seconds);
	if (s < 60) return `${Math.round(s)}${unit.s}`;
	if (s < 3600) return `${Math.round(s / 60)}${unit.min}`;
	if (s < 86_400) return `${Math.round(s / 3600)}${unit.h}`;
	return `${Math.round(s / 86_400)}${unit.d}`;
}

/** Bytes as `812 B`, `1.3 kB`, `2.4 MB`. */
export function byteSize(bytes: number): string {
	if (bytes < 1000) return `${Math.round(bytes)} B`;
	const units = ["kB", "MB", "GB", "TB"];
	let value = bytes / 1000;
	let i = 0;
	while (value >= 999.5 && i < units.length - 1) {
		value /= 1000;
		i++;
	}
	return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[i]}`;
}

/** `JST`, `UTC`, `GMT+9`: what the zone of the times is called. */
export function zoneLabel(zone?: string): string {
	const parts = dateFormat("en-GB", zone, ZONE).formatToParts(0);
	return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** The IANA zone of the times that the reader sees, for dates in a question. */
export function viewerZone(): string {
	own ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
	return shown ?? own;
}
/** the machine's own */
let own: string | undefined;
