/** A Postfix log of a relay, always the same, of any size: what a minute of mail looks like, again and again with other ids. */
import { closeSync, openSync, writeSync } from "node:fs";

const TLS =
	"TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256";

/** Lines of the `n`th message. Numbers are mixed so that ids do not rise with time, as inodes and process ids do not. */
function linesOf(n: number): string {
	const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
	const time = new Date(Date.UTC(2026, 0, 12, 4) + n * 700).toISOString().slice(11, 19);
	const head = `Jan 12 ${time} mx1 postfix/`;
	const id =
		(mixed >>> 8).toString(16).toUpperCase().padStart(6, "0") +
		(n & 0xffff).toString(16).toUpperCase().padStart(4, "0");
	const next = (Math.imul(mixed, 5) >>> 0).toString(16).toUpperCase().padStart(10, "0");
	const [smtpd, smtp] = [10_000 + (mixed % 400), 20_000 + (mixed % 300)];
	const client = `out${mixed % 977}.example.net[198.51.${mixed % 100}.${mixed % 250}]`;
	const [from, to] = [`user${mixed % 5003}@example.net`, `user${(mixed >>> 7) % 9001}@example.org`];
	const relay = "mx2.example.org[192.0.2.2]:25";
	return [
		`smtpd[${smtpd}]: connect from ${client}`,
		`smtpd[${smtpd}]: Anonymous TLS connection established from ${client}: ${TLS}`,
		`smtpd[${smtpd}]: ${id}: client=${client}`,
		`cleanup[301]: ${id}: message-id=<${mixed}.${n}@example.net>`,
		`qmgr[302]: ${id}: from=<${from}>, size=${1000 + (mixed % 90_000)}, nrcpt=1 (queue active)`,
		`smtpd[${smtpd}]: disconnect from ${client} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
		`smtp[${smtp}]: Trusted TLS connection established to ${relay}: ${TLS}`,
		`smtp[${smtp}]: ${id}: to=<${to}>, relay=${relay}, delay=0.31, delays=0.1/0.01/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
		`qmgr[302]: ${id}: removed`,
		"",
	]
		.join(`\n${head}`)
		.slice(0, -head.length)
		.replace(/^/, head);
}

/** Writes at least `bytes`. */
export function makeLog(file: string, bytes: number): void {
	const handle = openSync(file, "w");
	let written = 0;
	for (let n = 0; written < bytes; ) {
		let piece = "";
		for (const end = n + 500; n < end; n++) piece += linesOf(n);
		written += writeSync(handle, piece);
	}
	closeSync(handle);
}
