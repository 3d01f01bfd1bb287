/**
 * Fields of the form `from=<address>` in a row, as Postfix and its kin end a line. Addresses are read with their
 * quoting, so that `<"x> to=<y"@example.com>` is one address; nothing is searched for inside a value.
 */

/** A value and where it ends. */
export interface Scanned {
	value: string;
	/** just after the value */
	end: number;
	/** false where the line was cut inside it */
	closed: boolean;
	/** just after its quoted local part, where it has one */
	quotedEnd?: number;
}

/** Reads `<address>` at `from`, or a bare word up to a comma or a space (as web pages copy addresses). */
export function readAddressAt(text: string, from: number): Scanned {
	if (text.charCodeAt(from) !== 60) return readWordAt(text, from);
	const start = from + 1;
	const quotedEnd = text.charCodeAt(start) === 34 ? endOfQuoted(text, start) : undefined;
	const after = quotedEnd ?? start;
	for (let close = text.indexOf(">", after); close >= 0; close = text.indexOf(">", close + 1)) {
		if (endsField(text.charCodeAt(close + 1))) {
			const read = { value: text.slice(start, close), end: close + 1, closed: true };
			return quotedEnd === undefined ? read : { ...read, quotedEnd };
		}
	}
	return { value: text.slice(start), end: text.length, closed: false };
}

function readWordAt(text: string, from: number): Scanned {
	let end = from;
	while (end < text.length && text.charCodeAt(end) !== 44 && text.charCodeAt(end) !== 32) end++;
	return { value: text.slice(from, end), end, closed: true };
}

/** Just after the quoted local part that begins at `from`, if it is one: closed, and `@` or `>` behind it. */
function endOfQuoted(text: string, from: number): number | undefined {
	for (let place = from + 1; place < text.length; place++) {
		const code = text.charCodeAt(place);
		if (code === 92) place++;
		else if (code === 34) {
			const next = text.charCodeAt(place + 1);
			return next === 64 || next === 62 ? place + 1 : undefined;
		}
	}
	return undefined;
}

/** Nothing, a space, `,`, `:` or `;`. */
function endsField(code: number): boolean {
	return Number.isNaN(code) || code === 32 || code === 44 || code === 58 || code === 59;
}

/** Who sent what to whom, as a line ends. */
export interface Trailer {
	sender?: string;
	recipient?: string;
	protocol?: string;
	helo?: string;
	/** where the fields end */
	end: number;
	/** whether the last field was whole */
	closed: boolean;
	/** the quoted local parts in it: what stands in one is no structure */
	quoted: readonly [from: number, to: number][];
}

const KEYS = ["from=<", "to=<", "proto=", "helo=<"] as const;

/**
 * Reads ` from=<…> to=<…> proto=… helo=<…>` from `from` on, commas between them or not, in that order, as far as it goes.
 * What Postfix 3.10 puts behind, ` sasl_method=… sasl_username=…`, ends the line and is passed over.
 */
export function readTrailer(text: string, from: number): Trailer {
	const quoted: [number, number][] = [];
	const trailer: Trailer = { end: from, closed: true, quoted };
	for (const key of KEYS) {
		let place = trailer.end;
		if (text.charCodeAt(place) === 44) place++;
		while (text.charCodeAt(place) === 32) place++;
		if (!text.startsWith(key, place)) continue;
		const start = place + key.length;
		const read = readField(text, key, start);
		trailer.end = read.end;
		if (!read.closed) {
			trailer.closed = false;
			break;
		}
		if (read.quotedEnd !== undefined) quoted.push([start, read.quotedEnd]);
		keep(trailer, key, read.value);
	}
	if (trailer.closed && trailer.end > from && isLogin(text, trailer.end)) trailer.end = text.length;
	return trailer;
}

// smtpd_check.c, 3.10: ` sasl_method=PLAIN sasl_username=alice`; smtpd.c, for milters and proxies: ` sasl_username=<alice>`
const LOGIN = " sasl_";

/** A login's fields up to the end of the line. Inside a HELO name, which ends the line with its bracket, they are none. */
function isLogin(text: string, from: number): boolean {
	if (!text.startsWith(LOGIN, from)) return false;
	return !text.endsWith(">") || text.startsWith("username=<", from + LOGIN.length);
}

function readField(text: string, key: (typeof KEYS)[number], start: number): Scanned {
	if (key === "proto=") return readProtocol(text, start);
	return key === "helo=<" ? readHelo(text, start) : readAddressAt(text, start - 1);
}

/** No server reads a longer command line (Postfix: line_length_limit). */
const LONGEST_HELO = 2048;

/**
 * A HELO name is the last field: it ends with the line, before the text of a check or before a login. smtpd(8) prints it
 * without brackets, postscreen(8) as the client gave it.
 */
function readHelo(text: string, start: number): Scanned {
	const limit = start + LONGEST_HELO;
	for (
		let close = text.indexOf(">", start);
		close >= 0 && close < limit;
		close = text.indexOf(">", close + 1)
	) {
		const after = close + 1;
		if (text.charCodeAt(after) === 58 || isLogin(text, after)) {
			return toTheEnd(text, start, { value: text.slice(start, close), end: after, closed: true });
		}
	}
	return toTheEnd(text, start, readAddressAt(text, start - 1));
}

/** A HELO name is the last field and may hold `>, ` itself: where no other field follows, it ends with the line. */
function toTheEnd(text: string, start: number, read: Scanned): Scanned {
	if (!read.closed || isLogin(text, read.end) || !text.endsWith(">")) return read;
	return { ...read, value: text.slice(start, -1), end: text.length };
}

/** Whether a place lies inside a quoted local part of these fields. */
export function isQuotedAt(trailer: Trailer, place: number): boolean {
	return trailer.quoted.some(([from, to]) => place >= from && place < to);
}

function keep(trailer: Trailer, key: (typeof KEYS)[number], value: string): void {
	if (key === "from=<") trailer.sender = value;
	else if (key === "to=<") trailer.recipient = value;
	// XFORWARD without PROTO: `proto=unknown`
	else if (key === "proto=" && value !== "unknown") trailer.protocol = value;
	else if (key === "helo=<") trailer.helo = value;
}

function readProtocol(text: string, from: number): Scanned {
	let end = from;
	while (end < text.length && isWordCode(text.charCodeAt(end))) end++;
	return { value: text.slice(from, end), end, closed: end > from };
}

const isWordCode = (code: number) =>
	(code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/**
 * How many places of a line may be tried for its fields: all of them in any line that syslog passes on, few in a line of
 * 100 kB, so that nobody can make one line cost more than about a millisecond.
 */
export function mostTries(text: string): number {
	return Math.max(40, Math.floor(1_000_000 / (text.length + 1)));
}
