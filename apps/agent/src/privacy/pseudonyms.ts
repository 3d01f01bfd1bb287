/**
 * Pseudonyms under a site's key: HMAC-SHA256, sixty bits of it in base 32. The same name has the same pseudonym on every host
 * that holds the key, whatever its case and quotes; nobody without the key can tell a name from its pseudonym, nor try
 * names out. What a local part is put together from (`user+detail`, VERP, SRS) stays put together, each part hidden by
 * itself: `bob` is found in `bounces+bob=example.com` too. The domain stays.
 */
import { createHmac } from "node:crypto";

export interface Pseudonyms {
	/** `bob` → `p4m…`; quotes of RFC 5321 are undone first */
	local(name: string): string;
	/** `bob@example.net` → `p4m…@example.net`; a name without a domain as `local` has it */
	address(address: string): string;
	subject(text: string): string;
	/** a display name */
	person(text: string): string;
}

/** pseudonyms that are kept at hand, at most */
const KEPT_MAX = 50_000;
/** RFC 4648 in lower case: a pseudonym is an atom wherever an address may stand, and no number */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const LENGTH = 12;
/** RFC 5321 section 4.5.3.1.1 */
const LOCAL_MAX = 64;
/** parts of a local part: RFC 5233, VERP, SRS, the routes of old (`user%host@relay`, `host!user`) */
const SEPARATORS = /([+=%!/]+)/;
/** the scheme's own word, which is nobody's name (sender rewriting) */
const SCHEME = /^srs[01]$/i;
/**
 * What mail servers put before the `@` of a Message-ID that they make: time and queue id, and nobody's name. The queue id in
 * it joins a message to its host: Postfix (cleanup_message.c), exim (receive.c), sendmail (`$t.$i`).
 */
const MADE_IDS = [
	/^\d{14}\.[0-9A-Za-z]{6,20}$/,
	/^E[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}$/,
	/^\d{12}\.[0-9A-Za-z]{14}$/,
];

/** `keep`: local parts that stay readable (`root`, `postmaster`). */
export function createPseudonyms(key: Buffer, keep: readonly string[] = []): Pseudonyms {
	const kept = new Map<string, string>();
	const readable = new Set(keep.map((name) => name.toLowerCase()));
	const hide = (letter: string, text: string): string => {
		const name = `${letter}:${text}`;
		const known = kept.get(name);
		if (known !== undefined) return known;
		if (kept.size >= KEPT_MAX) kept.clear();
		const made = letter + base32(createHmac("sha256", key).update(name).digest());
		kept.set(name, made);
		return made;
	};
	const local = (written: string): string => {
		const name = unquote(written);
		if (readable.has(name.toLowerCase()) || MADE_IDS.some((id) => id.test(name))) return name;
		const parts = name.split(SEPARATORS);
		const made = parts
			.map((part, i) => {
				if (i % 2 === 1 || part === "" || SCHEME.test(part)) return part;
				return readable.has(part.toLowerCase()) ? part : hide("p", fold(part));
			})
			.join("");
		return made.length <= LOCAL_MAX ? made : hide("p", fold(name));
	};
	return {
		local,
		address(address) {
			const at = address.lastIndexOf("@");
			return at < 0 ? local(address) : `${local(address.slice(0, at))}@${address.slice(at + 1)}`;
		},
		subject: (text) => hide("s", text.normalize("NFC").trim()),
		person: (text) => hide("n", fold(text.trim())),
	};
}

/** Postfix, dovecot and people do not agree on case; receivers do not tell names apart by it. */
function fold(text: string): string {
	return text.normalize("NFC").toLowerCase();
}

/** `"bob smith"` → `bob smith` (RFC 5321 section 4.1.2). */
export function unquote(name: string): string {
	if (name.length < 2 || !name.startsWith('"') || !name.endsWith('"')) return name;
	return name.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

function base32(digest: Buffer): string {
	let text = "";
	for (let i = 0; i < LENGTH; i++) {
		const bit = i * 5;
		const pair = digest.readUInt16BE(bit >> 3);
		text += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
	}
	return text;
}
