/** ISO 8601 times to epoch milliseconds and back. Fractions below a millisecond are kept as fractions of the number. */

/** Epoch milliseconds of an ISO 8601 time with offset; NaN for anything else. Up to nanosecond digits, kept to about 0.2 µs. */
export function epochMs(iso: string): number {
	const whole = plainMs(iso) ?? Date.parse(iso);
	const dot = iso.indexOf(".");
	if (dot < 0) return whole;
	let fraction = 0;
	let scale = 0.1;
	for (let i = dot + 1; i < iso.length; i++) {
		const value = digit(iso, i);
		if (Number.isNaN(value)) break;
		if (i < dot + 4) continue;
		fraction += value * scale;
		scale /= 10;
	}
	return whole + fraction;
}

const MINUTE_MS = 60_000;
let day = { text: "", ms: Number.NaN };

/** Whole milliseconds of the form that every event has, `2026-11-22T02:51:40.655+09:00`: a day is parsed once. Undefined for any other. */
function plainMs(iso: string): number | undefined {
	const zone = iso.length - 6;
	if (zone < 19 || iso[10] !== "T" || iso[13] !== ":" || iso[16] !== ":" || iso[zone + 3] !== ":")
		return undefined;
	const clock = minutesOf(iso, 11) * MINUTE_MS + upTo(60, iso, 17) * 1000;
	const offset = minutesOf(iso, zone + 1) * MINUTE_MS;
	const east = iso[zone] === "+" ? 1 : iso[zone] === "-" ? -1 : Number.NaN;
	const text = iso.slice(0, 10);
	if (day.text !== text) day = { text, ms: Date.parse(text) };
	const ms = day.ms + clock - east * offset + fractionOf(iso, zone);
	return Number.isNaN(ms) ? undefined : ms;
}

function minutesOf(text: string, at: number): number {
	return upTo(24, text, at) * 60 + upTo(60, text, at + 3);
}

/** Whole milliseconds between the seconds and the zone; NaN for what is no fraction of three digits and more. */
function fractionOf(iso: string, zone: number): number {
	if (zone === 19) return 0;
	if (zone < 23 || iso[19] !== ".") return Number.NaN;
	for (let i = 23; i < zone; i++) if (Number.isNaN(digit(iso, i))) return Number.NaN;
	return twoDigits(iso, 20) * 10 + digit(iso, 22);
}

function upTo(limit: number, text: string, at: number): number {
	const value = twoDigits(text, at);
	return value < limit ? value : Number.NaN;
}

function twoDigits(text: string, at: number): number {
	return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
	const value = text.charCodeAt(at) - 48;
	return value >= 0 && value <= 9 ? value : Number.NaN;
}

/** ISO 8601 in UTC with a numeric offset, milliseconds: `2026-11-22T02:51:40.655+00:00`. */
export function isoTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, -1)}+00:00`;
}
