/**
 * Which processes refused which clients without a queue id, seen once in a whole reading: of a session that is learned of later it
 * is then known that nobody was refused in it, and the lines before need not be read again for it. May say yes for one that
 * never did; never no for one that did.
 */
import type { MailEvent } from "@mailtrail/core/event";

const BITS = 20;
const OPEN = 91;
const CLOSE = 93;
/** behind the words `]: NOQUEUE: reject: RCPT from ` a client's name of 255 bytes */
const CLIENT_WITHIN = 400;
const PROCESS_MAX = 12;
const NEWLINE = 10;
const BLANK = 32;
const DOT = 46;
/** `::`, and 45 bytes for IPv4 in IPv6 */
const IP_MIN = 2;
const IP_MAX = 45;
const START = 0x811c9dc5 | 0;

export class RefusalPlaces {
	readonly #seen = new Uint8Array(1 << (BITS - 3));
	/** a line whose client does not stand where it is looked for */
	#anybody = false;

	/** A line that refuses; at `place` its process ends: `smtpd[123]: NOQUEUE: reject: RCPT from x[192.0.2.1]: …` */
	sawLine(bytes: Buffer, place: number): void {
		const from = openBefore(bytes, place);
		const open = bytes.indexOf(OPEN, place);
		const near = open > 0 && open <= place + CLIENT_WITHIN && !isIn(bytes, NEWLINE, place, open);
		const close = near ? endOfIp(bytes, open + 1) : -1;
		// another bracket came first: `message repeated 2 times: [ NOQUEUE: …`
		if (from < 0 || close < 0) this.#anybody = true;
		else this.#set(mixBytes(mix(mixBytes(START, bytes, from, place), BLANK), bytes, open + 1, close));
	}

	/** The same of a line that was parsed. */
	sawEvent(event: MailEvent): void {
		if (event.kind !== "reject" || event.queueId !== undefined) return;
		this.#add(`[${event.pid}`, event.client?.ip ?? "");
	}

	/** @param ip in the form that lines have it in; undefined where it may have several */
	mayHave(process: string, ip: string | undefined): boolean {
		return this.#anybody || ip === undefined || this.#has(mixText(mix(mixText(START, process), BLANK), ip));
	}

	#add(process: string, ip: string): void {
		if (!/^[0-9a-fA-F:.]{2,45}$/.test(ip)) this.#anybody = true;
		this.#set(mixText(mix(mixText(START, process), BLANK), ip));
	}

	#set(mixed: number): void {
		const place = mixed >>> (32 - BITS);
		(this.#seen[place >>> 3] as number) |= 1 << (place & 7);
	}

	#has(mixed: number): boolean {
		const place = mixed >>> (32 - BITS);
		return ((this.#seen[place >>> 3] as number) & (1 << (place & 7))) !== 0;
	}
}

/** Where the process's bracket opens; -1 where it does not stand there. */
function openBefore(bytes: Buffer, place: number): number {
	for (let from = place - 1; from >= Math.max(0, place - PROCESS_MAX); from--)
		if (bytes[from] === OPEN) return from;
	return -1;
}

/** Where the address ends that begins at `start`; -1 for what is none. */
function endOfIp(bytes: Buffer, start: number): number {
	for (let at = start; at <= start + IP_MAX; at++) {
		const byte = bytes[at] as number;
		if (byte === CLOSE) return at - start < IP_MIN ? -1 : at;
		const letter = byte | 0x20;
		// a colon is behind the digits
		const isOfIp = (byte >= 48 && byte <= 58) || byte === DOT || (letter >= 97 && letter <= 102);
		if (!isOfIp) return -1;
	}
	return -1;
}

function isIn(bytes: Buffer, byte: number, start: number, end: number): boolean {
	for (let at = start; at < end; at++) if (bytes[at] === byte) return true;
	return false;
}

function mix(mixed: number, byte: number): number {
	return Math.imul(mixed ^ byte, 0x01000193);
}

function mixText(begun: number, text: string): number {
	let mixed = begun;
	for (let at = 0; at < text.length; at++) mixed = mix(mixed, text.charCodeAt(at));
	return mixed;
}

function mixBytes(begun: number, bytes: Buffer, start: number, end: number): number {
	let mixed = begun;
	for (let at = start; at < end; at++) mixed = mix(mixed, bytes[at] as number);
	return mixed;
}
