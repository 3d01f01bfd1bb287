/**
 * A Postfix log of a relay, always the same for a seed, of any size: what a minute of mail looks like, again and again with other ids.
 * One message in a hundred is of a newsletter, one in twenty is put off once, one in fifty comes back, and strangers are
 * refused at the door.
 */
import { closeSync, openSync, writeSync } from "node:fs";

/** Who sends one message in a hundred. */
export const FREQUENT = "news@example.net";

const TLS =
	"TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256";
const RELAY = "mx2.example.org[192.0.2.2]:25";

interface Message {
	n: number;
	/** numbers are mixed so that ids do not rise with time, as inodes and process ids do not */
	mixed: number;
	id: string;
	from: string;
	to: string;
	client: string;
	smtpd: number;
	smtp: number;
}

function messageOf(n: number, seed: number): Message {
	const mixed = Math.imul(n + 1 + Math.imul(seed, 7919), 0x9e3779b1) >>> 0;
	return {
		n,
		mixed,
		id:
			(mixed >>> 8).toString(16).toUpperCase().padStart(6, "0") +
			(n & 0xffff).toString(16).toUpperCase().padStart(4, "0"),
		from: n % 100 === 7 ? FREQUENT : `user${mixed % 5003}@example.net`,
		to: `user${(mixed >>> 7) % 9001}@example.org`,
		client: `out${mixed % 977}.example.net[198.51.${mixed % 100}.${mixed % 250}]`,
		smtpd: 10_000 + (mixed % 400),
		smtp: 20_000 + (mixed % 300),
	};
}

function arrivalOf({ n, mixed, id, from, client, smtpd }: Message): string[] {
	return [
		`smtpd[${smtpd}]: connect from ${client}`,
		`smtpd[${smtpd}]: Anonymous TLS connection established from ${client}: ${TLS}`,
		`smtpd[${smtpd}]: ${id}: client=${client}`,
		`cleanup[301]: ${id}: message-id=<${mixed}.${n}@example.net>`,
		`qmgr[302]: ${id}: from=<${from}>, size=${1000 + (mixed % 90_000)}, nrcpt=1 (queue active)`,
		`smtpd[${smtpd}]: disconnect from ${client} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
		`smtp[${20_000 + (mixed % 300)}]: Trusted TLS connection established to ${RELAY}: ${TLS}`,
	];
}

function tryOf({ id, to, smtp }: Message, end: string): string {
	return `smtp[${smtp}]: ${id}: to=<${to}>, relay=${RELAY}, delay=0.31, delays=0.1/0.01/0.1/0.1, ${end}`;
}

function tellWayOf(message: Message): string[] {
	const { n, mixed, id, from, to } = message;
	const next = (Math.imul(mixed, 5) >>> 0).toString(16).toUpperCase().padStart(10, "0");
	const lines: string[] = [];
	if (n % 20 === 3)
		lines.push(
			tryOf(
				message,
				`dsn=4.2.0, status=deferred (host mx2.example.org[192.0.2.2] said: 450 4.2.0 <${to}>: Recipient address rejected: Greylisted (in reply to RCPT TO command))`,
			),
			`qmgr[302]: ${id}: from=<${from}>, size=${1000 + (mixed % 90_000)}, nrcpt=1 (queue active)`,
		);
	if (n % 50 === 11) {
		const bounce = `B${id.slice(1)}`;
		lines.push(
			tryOf(
				message,
				`dsn=5.1.1, status=bounced (host mx2.example.org[192.0.2.2] said: 550 5.1.1 <${to}>: User unknown (in reply to RCPT TO command))`,
			),
			`cleanup[301]: ${bounce}: message-id=<20260112.${bounce}@mx1.example.net>`,
			`bounce[303]: ${id}: sender non-delivery notification: ${bounce}`,
			`qmgr[302]: ${bounce}: from=<>, size=3012, nrcpt=1 (queue active)`,
			`local[304]: ${bounce}: to=<${from}>, relay=local, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)`,
			`qmgr[302]: ${bounce}: removed`,
		);
	} else lines.push(tryOf(message, `dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`));
	return [...lines, `qmgr[302]: ${id}: removed`];
}

function refusalOf({ mixed, to, smtpd }: Message): string[] {
	const ip = `203.0.113.${mixed % 251}`;
	const client = `unknown[${ip}]`;
	return [
		`smtpd[${smtpd}]: connect from ${client}`,
		`smtpd[${smtpd}]: NOQUEUE: reject: RCPT from ${client}: 554 5.7.1 Service unavailable; Client host [${ip}] blocked using zen.spamhaus.org; from=<s${mixed % 991}@example.com> to=<${to}> proto=ESMTP helo=<x>`,
		`smtpd[${smtpd}]: disconnect from ${client} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`,
	];
}

/** Lines of the `n`th message. */
function linesOf(n: number, seed: number): string {
	const message = messageOf(n, seed);
	const time = new Date(Date.UTC(2026, 0, 12, 4) + n * 70).toISOString();
	const day = String(Number(time.slice(8, 10))).padStart(2, " ");
	const head = `Jan ${day} ${time.slice(11, 19)} mx1 postfix/`;
	const lines = [...arrivalOf(message), ...tellWayOf(message), ...(n % 4 === 1 ? refusalOf(message) : [])];
	return lines.map((line) => `${head}${line}\n`).join("");
}

/** Writes at least `bytes`. */
export function makeLog(file: string, bytes: number, seed = 1): void {
	const handle = openSync(file, "w");
	let written = 0;
	for (let n = 0; written < bytes; ) {
		let piece = "";
		for (const end = n + 500; n < end; n++) piece += linesOf(n, seed);
		written += writeSync(handle, piece);
	}
	closeSync(handle);
}
