/**
 * The fields of an exim line, `H=name (helo) [ip]:port I=[ip]:port X=… DN="…" C="…"`, one after the other from a given place:
 * reading stops at the first word that is no field, so nothing is searched for in the words of strangers behind them.
 */
import { canonicalIp, type Endpoint } from "../../event/index.ts";

export interface Peer {
	endpoint: Endpoint;
	helo?: string;
}

export interface Fields {
	values: Readonly<Record<string, string>>;
	host?: Peer;
	/** where the fields end */
	end: number;
	/** whether a colon ended them: what follows is a text */
	colon: boolean;
}

const KEY = /([A-Za-z][A-Za-z0-9]{0,7})=/y;
// flags without a value: CHUNKING, PIPELINING (early used `*`, early offered `.`, not used `-`), PRDR, ARC, DNSSEC, TCP fast
// open, a connection used again
const FLAG = /(?:K|L[*.]?-?|PRDR|ARC|DS|TFO\*{0,2}|\*)(?=[ :]|$)/y;
const HOST =
	/(?:([^\s()[\]"=]{1,255}) )?(?:DS )?(?:\(([^()]{0,20000})\) )?\[([0-9A-Fa-f.:]{2,50})\](?::(\d{1,5}))?/y;

/** No line of exim has more; each may be as long as the line. */
const MOST_FIELDS = 60;

/** Reads `name (helo) [ip]:port` at `at`; undefined where there is none. */
export function readHost(text: string, at: number): (Peer & { end: number }) | undefined {
	HOST.lastIndex = at;
	const match = HOST.exec(text);
	const ip = match ? canonicalIp(match[3] as string) : undefined;
	if (!match || ip === undefined) return undefined;
	const endpoint: Endpoint = { ip };
	if (match[1] && canonicalIp(match[1]) === undefined) endpoint.name = match[1];
	if (match[4]) endpoint.port = Number(match[4]);
	return { endpoint, end: HOST.lastIndex, ...(match[2] && { helo: match[2] }) };
}

/** Reads fields from `from` on, as far as they go; `stopAt` names keys that end them (`id`, whose value may hold blanks). */
export function readFields(text: string, from: number, stopAt: readonly string[] = []): Fields {
	const values: Record<string, string> = {};
	let host: Peer | undefined;
	let at = from;
	let closes = true;
	for (let count = 0; count < MOST_FIELDS; count++) {
		while (text.charCodeAt(at) === 32) at++;
		FLAG.lastIndex = at;
		if (FLAG.test(text)) {
			at = FLAG.lastIndex;
			if (text.charCodeAt(at) === 58) return { values, end: at + 1, colon: true, ...(host && { host }) };
			continue;
		}
		KEY.lastIndex = at;
		const key = KEY.exec(text)?.[1];
		if (key === undefined || stopAt.includes(key))
			return { values, end: at, colon: false, ...(host && { host }) };
		const start = at + key.length + 1;
		const peer = key === "H" ? readHost(text, start) : undefined;
		if (peer) host = peer;
		const read = peer ? { value: "", end: peer.end } : readValue(text, start, closes);
		if (read.unclosed) closes = false;
		if (!peer && !(key in values)) values[key] = read.value;
		at = read.end;
		if (text.charCodeAt(at) === 58) return { values, end: at + 1, colon: true, ...(host && { host }) };
	}
	return { values, end: at, colon: false, ...(host && { host }) };
}

interface Value {
	value: string;
	end: number;
	/** no bracket closes in the rest of the line */
	unclosed?: true;
}

/** `"…"` with backslashes, `<…>`, or up to a blank; a colon before the blank ends the fields. */
function readValue(text: string, start: number, closes: boolean): Value {
	const first = text.charCodeAt(start);
	if (first === 34) return readQuoted(text, start);
	const close = first === 60 && closes ? closing(text, start) : -1;
	if (close > 0) return { value: text.slice(start + 1, close), end: close + 1 };
	const blank = text.indexOf(" ", start);
	let end = blank < 0 ? text.length : blank;
	if (end > start && text.charCodeAt(end - 1) === 58) end--;
	return { value: text.slice(start, end), end, ...(first === 60 && closes && { unclosed: true }) };
}

/** Reads `"…"` at `start`, `\n` as a line feed, any other backslash dropped. */
export function readQuoted(text: string, start: number): { value: string; end: number } {
	let value = "";
	for (let at = start + 1; at < text.length; at++) {
		const char = text[at] as string;
		if (char === '"') return { value, end: at + 1 };
		if (char === "\\" && at + 1 < text.length) {
			at++;
			value += text[at] === "n" ? "\n" : text[at];
		} else value += char;
	}
	return { value, end: text.length };
}

/** The bracket that ends an address whose local part may be quoted; -1 where none does. */
export function closing(text: string, open: number): number {
	let quoted = false;
	for (let at = open + 1; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 92) at++;
		else if (code === 34) quoted = !quoted;
		else if (code === 62 && !quoted) return at;
	}
	return text.indexOf(">", open);
}

/** The fields from the one ` H=` on that stands behind a client's quoted words; none where those words imitate one. */
export function onlyHost(text: string): Fields | undefined {
	const first = text.indexOf(" H=");
	if (first < 0 || text.indexOf(" H=", first + 1) >= 0) return undefined;
	const fields = readFields(text, first + 1);
	return fields.host ? fields : undefined;
}

/** `[192.0.2.1]:25`, the value of `I=`. */
export function listener(value: string | undefined): Endpoint | undefined {
	return value === undefined ? undefined : readHost(value, 0)?.endpoint;
}

// `0.007s`, `1m2s`, `1d2h3m4s`
const DURATION =
	/^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?$/;

/** Seconds. */
export function readDuration(text: string | undefined): number | undefined {
	const match = text ? DURATION.exec(text) : undefined;
	if (!match) return undefined;
	const [, weeks, days, hours, minutes, seconds] = match;
	const whole = Number(weeks ?? 0) * 604_800 + Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600;
	return whole + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
