/** OpenSMTPD's durations (to.c, duration_to_text): `0s`, `1m2s`, `2h3m4s`, `1d2h3m4s`. */
const DELAY = /^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,9})s)?$/;

/** Seconds, or undefined where the text is no duration. */
export function readDelay(text: string): number | undefined {
	const match = text === "" ? undefined : DELAY.exec(text);
	if (!match) return undefined;
	const [, days, hours, minutes, seconds] = match.map((part) => Number(part ?? 0));
	return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
