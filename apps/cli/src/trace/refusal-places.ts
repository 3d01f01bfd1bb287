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

export class RefusalPlaces {
	readonly #seen = new Uint8Array(1 << (BITS - 3));
	/** a line whose client does not stand where it is looked for */
	#anybody = false;

	/** A line that refuses; at `place` its process ends: `smtpd[123]: NOQUEUE: reject: RCPT from x[192.0.2.1]: …` */
	sawLine(bytes: Buffer, place: number, end: number): void {
		let from = place - 1;
		while (from > place - PROCESS_MAX && from > 0 && bytes[from] !== OPEN) from--;
		const open = bytes.indexOf(OPEN, place);
		const close = open < 0 || open > place + CLIENT_WITHIN ? -1 : bytes.indexOf(CLOSE, open);
		if (bytes[from] !== OPEN || close < 0 || close > end) this.#anybody = true;
		else this.#add(bytes.toString("latin1", from, place), bytes.toString("latin1", open + 1, close));
	}

	/** The same of a line that was parsed. */
	sawEvent(event: MailEvent): void {
		if (event.kind !== "reject" || event.queueId !== undefined) return;
		this.#add(`[${event.pid}`, event.client?.ip ?? "");
	}

	/** @param ip in the form that lines have it in; undefined where it may have several */
	mayHave(process: string, ip: string | undefined): boolean {
		return this.#anybody || ip === undefined || this.#has(placeOf(process, ip));
	}

	#add(process: string, ip: string): void {
		// another bracket came first: `message repeated 2 times: [ NOQUEUE: …`
		if (!/^[\d.]{7,15}$|^[0-9a-fA-F:.]{2,45}$/.test(ip)) this.#anybody = true;
		const place = placeOf(process, ip);
		(this.#seen[place >>> 3] as number) |= 1 << (place & 7);
	}

	#has(place: number): boolean {
		return ((this.#seen[place >>> 3] as number) & (1 << (place & 7))) !== 0;
	}
}

function placeOf(process: string, ip: string): number {
	let mixed = 0x811c9dc5 | 0;
	for (const text of [process, " ", ip])
		for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
	return mixed >>> (32 - BITS);
}
