/** ISO 8601 times to epoch milliseconds and back. Fractions below a millisecond are kept as fractions of the number. */

/** Epoch milliseconds of an ISO 8601 time with offset; NaN for anything else. Up to nanosecond digits, kept to about 0.2 µs. */
export function epochMs(iso: string): number {
	const whole = Date.parse(iso);
	const dot = iso.indexOf(".");
	if (dot < 0) return whole;
	let fraction = 0;
	let scale = 0.1;
	for (let i = dot + 4; i < iso.length; i++) {
		const digit = iso.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) break;
		fraction += digit * scale;
		scale /= 10;
	}
	return whole + fraction;
}

/** ISO 8601 in UTC with a numeric offset, milliseconds: `2026-11-22T02:51:40.655+00:00`. */
export function isoTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, -1)}+00:00`;
}
