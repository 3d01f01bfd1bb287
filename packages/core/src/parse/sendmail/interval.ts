/** Sendmail's intervals (convtime.c, pintvl): `00:01:02`, with days `1+02:03:04`, in seconds. */
const INTERVAL = /^(?:(\d{1,5})\+)?(\d\d):(\d\d):(\d\d)$/;

const PLAIN = "00:01:02";

/** Without days, as nearly always. */
function readPlain(text: string): number | undefined {
	const [hours, minutes, seconds] = [twoDigits(text, 0), twoDigits(text, 3), twoDigits(text, 6)];
	if (text.charCodeAt(2) !== 58 || text.charCodeAt(5) !== 58) return undefined;
	return hours < 0 || minutes < 0 || seconds < 0 ? undefined : hours * 3600 + minutes * 60 + seconds;
}

/** Seconds, or undefined where the text is no interval. */
export function readInterval(text: string): number | undefined {
	if (text.length === PLAIN.length) return readPlain(text);
	const match = INTERVAL.exec(text);
	if (!match) return undefined;
	return Number(match[1] ?? 0) * 86_400 + Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4]);
}

function twoDigits(text: string, at: number): number {
	const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
