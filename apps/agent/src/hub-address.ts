/**
 * Where a hub is and by what it is known: what an enrolment token says of its certificate, and the authorities that this
 * machine believes.
 */
import { readFileSync } from "node:fs";

export interface HubAddress {
	/** ends with a slash */
	hub: string;
	/** SHA-256 of the hub's certificate, base64url */
	fingerprint?: string;
}

const MARK = ".fp-";
/** SHA-256 in base64url, or in hexadecimal with or without colons as openssl prints it */
const FINGERPRINT = /^(?:[\w-]{43}|(?:[\da-f]{2}:?){32})$/i;

/** `TOKEN` or `TOKEN.fp-FINGERPRINT`; nothing where the fingerprint is none. */
export function readToken(written: string): { token: string; fingerprint?: string } | undefined {
	const at = written.indexOf(MARK);
	if (at < 0) return { token: written };
	const fingerprint = written.slice(at + MARK.length);
	if (!FINGERPRINT.test(fingerprint)) return undefined;
	const token = written.slice(0, at);
	if (fingerprint.length === 43) return { token, fingerprint };
	return { token, fingerprint: Buffer.from(fingerprint.replaceAll(":", ""), "hex").toString("base64url") };
}

/** where distributions keep the authorities that this machine trusts: Debian, Red Hat, SUSE, Alpine and FreeBSD */
const AUTHORITIES = [
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
];

/** The authorities of this machine; without any, those that the program brings. */
export function authorities(): { ca?: string } {
	const named = process.env.SSL_CERT_FILE;
	for (const path of named ? [named] : AUTHORITIES) {
		try {
			return { ca: readFileSync(path, "utf8") };
		} catch {
			// another distribution's
		}
	}
	return {};
}
