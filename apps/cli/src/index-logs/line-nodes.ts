/**
 * Which ids a line names and which message or session it belongs to. Of the lines that make up most of a Postfix log this is read from
 * their bytes, strictly in its place; every other line is parsed. A test holds both ways to the same nodes.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { SCANNED_KINDS, scanKind, UNCERTAIN } from "@mailtrail/core/scan";
import { idsOfEvent, isSessionKey, makesSessionHop, queueKeys } from "@mailtrail/core/trace";
import type { LineClock } from "../trace/line-clock.ts";
import type { Nodes } from "./nodes.ts";
import { TextHash } from "./text-hash.ts";

/** A session that makes a hop: no other is of interest. */
export const TOLD = 1;
/** A line of its holds what is asked for. */
export const ASKED = 2;

export const NOTHING = -1;

const OPEN = 91;
const CLOSE = 93;
const COLON = 58;
const BLANK = 32;
const GREATER = 62;
const DOT = 46;

/** Kinds by what their bytes tell. */
const WITHOUT_IDS = kinds("tls", "status", "problem", "auth-failed");
const OF_SESSION = kinds("connect", "disconnect");
const OF_QUEUE = kinds("queued", "removed");
const RECEIVED = kinds("received");
const NAMING = kinds("message-id");

function kinds(...names: MailEvent["kind"][]): ReadonlySet<number> {
	// a kind that is told by no bytes has no number
	return new Set(names.map((name) => SCANNED_KINDS.indexOf(name)).filter((kind) => kind !== UNCERTAIN));
}

export class LineNodes {
	/** what the line belongs to that was read last: a message, a session, or nothing */
	queue = NOTHING;
	session = NOTHING;
	readonly #nodes: Nodes;
	readonly #host: string;
	readonly #hash = new TextHash();
	readonly #queueStart = new TextHash().begin().text("q:");
	readonly #sessionStart: TextHash;

	constructor(nodes: Nodes, host: string) {
		this.#nodes = nodes;
		this.#host = host;
		this.#sessionStart = new TextHash().begin().text(`${host} session:`);
	}

	/** False where the line has to be parsed. */
	ofBytes(bytes: Buffer, start: number, end: number, clock: LineClock): boolean {
		this.queue = NOTHING;
		this.session = NOTHING;
		const kind = scanKind(bytes, start, end);
		if (WITHOUT_IDS.has(kind)) return true;
		const queued = OF_QUEUE.has(kind);
		if (!queued && !OF_SESSION.has(kind) && !RECEIVED.has(kind) && !NAMING.has(kind)) return false;
		let close = start;
		while (bytes[close] !== CLOSE) close++;
		const message = close + 3;
		if (OF_SESSION.has(kind) && broughtNothing(bytes, message, end)) return false;
		if (OF_SESSION.has(kind))
			return this.#ofSession(bytes, start, close, wordAfterFrom(bytes, message), end, clock);
		let colon = message;
		while (bytes[colon] !== COLON) colon++;
		if (queued && !isPostfix(bytes, start, close)) return false;
		const own = this.#hash.begin(this.#queueStart).bytes(bytes, message, colon);
		if (queued) {
			this.queue = this.#nodes.of(own);
			return true;
		}
		return RECEIVED.has(kind)
			? this.#ofClient(bytes, start, close, colon, end, clock, own)
			: this.#ofMessageId(bytes, message, colon, end);
	}

	ofEvent(event: MailEvent): void {
		this.queue = NOTHING;
		this.session = NOTHING;
		let first = NOTHING;
		for (const id of idsOfEvent(event)) {
			const node = this.#nodes.named(id);
			if (first === NOTHING) first = node;
			else this.#nodes.join(first, node);
		}
		for (const key of queueKeys(this.#host, event)) {
			if (!isSessionKey(key)) {
				this.queue = first;
				continue;
			}
			const session = this.#nodes.named(key);
			if (this.session === NOTHING) this.session = session;
			else this.#nodes.join(this.session, session);
		}
		if (this.session === NOTHING || !makesSessionHop(event)) return;
		this.#nodes.flag(this.session, TOLD);
		// what a session took, it tells the client of
		if (this.queue !== NOTHING) this.#nodes.join(this.queue, this.session);
	}

	// 4B16140000: client=web01.example[192.0.2.1], sasl_method=PLAIN, sasl_username=u@x
	#ofClient(
		bytes: Buffer,
		start: number,
		close: number,
		colon: number,
		end: number,
		clock: LineClock,
		own: TextHash,
	): boolean {
		const from = colon + 2;
		// `client=`, not sendmail's `from=` nor pickup's `uid=`
		if (bytes[from] !== 99 || bytes[from + 6] !== 61) return false;
		// what follows may name another queue's id
		for (let place = from; place + 5 <= end; place++)
			if (bytes[place] === 111 && bytes[place + 1] === 114 && bytes[place + 4] === 95) return false;
		const queue = this.#nodes.of(own);
		if (!this.#ofSession(bytes, start, close, from + 7, end, clock)) return false;
		this.queue = queue;
		return true;
	}

	/** The session of this process with the client whose name stands at `name`. */
	#ofSession(
		bytes: Buffer,
		start: number,
		close: number,
		name: number,
		end: number,
		clock: LineClock,
	): boolean {
		let tag = close;
		while (tag > start && bytes[tag] !== BLANK) tag--;
		if (!isSmtpd(bytes, close)) return false;
		let open = name;
		while (open < end && isOfName(bytes[open] as number)) open++;
		if (open === name || bytes[open] !== OPEN) return false;
		let after = open + 1;
		while (after < end && isOfIpv4(bytes[after] as number)) after++;
		if (bytes[after] !== CLOSE || bytes[after + 1] === COLON) return false;
		const day = clock.dayOf(bytes, start, end);
		if (day === undefined) return false;
		const hash = this.#hash
			.begin(this.#sessionStart)
			.bytes(bytes, tag + 1, close + 1)
			.text(" ");
		this.session = this.#nodes.of(
			hash
				.bytes(bytes, open + 1, after)
				.text(" ")
				.text(day),
		);
		return true;
	}

	// 4B16140000: message-id=<20260112.4B16140000@mx1.example.org>
	#ofMessageId(bytes: Buffer, message: number, colon: number, end: number): boolean {
		const from = colon + "message-id=<".length + 2;
		if (bytes[colon + 2] !== 109 || bytes[from - 1] !== 60 || bytes[end - 1] !== GREATER) return false;
		for (let place = from; place < end - 1; place++) if (!isOfMessageId(bytes[place] as number)) return false;
		if (end - 1 <= from) return false;
		const queueId = bytes.toString("latin1", message, colon);
		const messageId = bytes.toString("latin1", from, end - 1);
		this.ofEvent({ kind: "message-id", queueId, messageId, raw: "" });
		return true;
	}
}

/** disconnect from mx.example[192.0.2.4] ehlo=1 mail=1 rcpt=1 quit=1 commands=4: a recipient and no text, seldom enough to be parsed. */
function broughtNothing(bytes: Buffer, message: number, end: number): boolean {
	const has = (word: string) => {
		const place = bytes.indexOf(word, message, "latin1");
		return place >= 0 && place < end;
	};
	return !has(" data=") && !has(" bdat=") && has(" rcpt=");
}

/** Behind `connect from `, `disconnect from `. */
function wordAfterFrom(bytes: Buffer, message: number): number {
	return message + (bytes[message] === 99 ? "connect from ".length : "disconnect from ".length);
}

/** The tag begins with `postfix`, which no other scanned one does. */
function isPostfix(bytes: Buffer, start: number, close: number): boolean {
	let tag = close;
	while (tag > start && bytes[tag] !== BLANK) tag--;
	return bytes[tag + 1] === 112;
}

/** `…/smtpd[123]` */
function isSmtpd(bytes: Buffer, close: number): boolean {
	let open = close;
	while (bytes[open] !== OPEN) open--;
	return (
		bytes[open - 1] === 100 &&
		bytes[open - 2] === 112 &&
		bytes[open - 3] === 116 &&
		bytes[open - 4] === 109 &&
		bytes[open - 5] === 115 &&
		bytes[open - 6] === 47
	);
}

function isOfName(byte: number): boolean {
	return isLetterOrDigit(byte) || byte === DOT || byte === 45 || byte === 95;
}

function isOfIpv4(byte: number): boolean {
	return (byte >= 48 && byte <= 57) || byte === DOT;
}

/** `$ + - . / = @ _` and letters */
function isOfMessageId(byte: number): boolean {
	return (
		isLetterOrDigit(byte) ||
		byte === 36 ||
		byte === 43 ||
		(byte >= 45 && byte <= 47) ||
		byte === 61 ||
		byte === 64 ||
		byte === 95
	);
}

function isLetterOrDigit(byte: number): boolean {
	return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122);
}
