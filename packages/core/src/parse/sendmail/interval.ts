/** Sendmail's intervals (convtime.c, pintvl): `00:01:02`, with days `1+02:03:04`, in seconds. */
const INTERVAL = /^(?:(\d{1,5})\+)?(\d\d):(\d\d):(\d\d)$/;

/** Seconds, or undefined where the text is no interval. */
export function readInterval(text: string): number | undefined {
	const match = INTERVAL.exec(text);
	if (!match) return undefined;
	return Number(match[1] ?? 0) * 86_400 + Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4]);
}
