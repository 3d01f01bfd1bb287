/** The time within a Dovecot session id: 16 bytes in Base64, nanoseconds and seconds first (lib/guid.c, guid_128_generate). */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ID_LENGTH = 22;
/** Before it no Dovecot wrote such ids: what lies there is no time. */
const EARLIEST_S = 1_200_000_000;

/** Whether what arrived then on the same host can have been made in the session whose line is of that time: not before it began, by a clock that both have. */
export function mayBeMadeIn(id: string, loggedAt: number, arrivedAt: number): boolean {
	const began = sessionBegan(id);
	return began === undefined || began > endOf(loggedAt) || began <= endOf(arrivedAt);
}

/** RFC 3164 headers have whole seconds: the line may be from the second's end. */
function endOf(at: number): number {
	return at % 1000 === 0 ? at + 999 : at;
}

/** When the session began by its host's clock, in epoch milliseconds; further messages of one connection have ids of their own. */
export function sessionBegan(id: string): number | undefined {
	if (id.length < ID_LENGTH) return undefined;
	const bytes: number[] = [];
	for (let i = 0; i < 12; i += 4) {
		const [a = -1, b = -1, c = -1, d = -1] = [0, 1, 2, 3].map((j) => ALPHABET.indexOf(id.charAt(i + j)));
		if (Math.min(a, b, c, d) < 0) return undefined;
		bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d);
	}
	const [nanoseconds, seconds] = [numberFrom(bytes.slice(0, 4)), numberFrom(bytes.slice(4, 8))];
	if (nanoseconds >= 1_000_000_000 || seconds < EARLIEST_S) return undefined;
	return seconds * 1000 + nanoseconds / 1_000_000;
}

/** Whether other messages went through the connection before: `:T2` follows the id of the second one (Dovecot 2.3, lmtp-commands.c). */
export function isLaterInSession(id: string): boolean {
	return id.startsWith(":T", ID_LENGTH);
}

/** The lowest byte first. */
function numberFrom(bytes: readonly number[]): number {
	return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}
