/**
 * What a bare word is, by its shape alone: an address, a domain, an IP address or range, a queue id of any MTA, an
 * enhanced status code, a dotted name; anything else is text. Wildcards keep the shape of what they stand in.
 */
import { alternatives } from "./any-of.ts";
import type { TermField } from "./fields.ts";
import { readIp, readIpRange } from "./ip-range.ts";

/**
 * Queue ids as the MTAs make them.
 * Postfix: short (hex of microseconds and inode), long (base 52 time, `z`, base 51 inode): src/global/mail_queue.h.
 * Sendmail: eight characters of time and sequence, then the pid; before 8.12 three letters and the pid.
 * Exim: 6-6-2, since 4.97 6-11-4 characters. OpenSMTPD: a message id of 8, an envelope id of 16 hex digits.
 * Others (amavis mail_id, dovecot session ids): twelve and more of base 64 with capitals, small letters and digits.
 */
export function isQueueId(word: string): boolean {
	if (word.length < 6 || word.length > 40 || !/\d/.test(word)) return false;
	if (/^[0-9A-F]{6,17}$/.test(word)) return word.length > 8 || /[A-F]/.test(word);
	if (/^[0-9BCDFGHJ-NP-TV-Zbcdfghj-np-tv-z]{10,17}z[0-9BCDFGHJ-NP-TV-Zbcdfghj-np-tv-y]+$/.test(word))
		return true;
	if (/^[0-9A-Za-x]{8}\d{6,10}$/.test(word) || /^[A-Z]{3}\d{5,6}$/.test(word)) return true;
	if (/^[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})$/.test(word))
		return true;
	if (/^(?:[0-9a-f]{8}|[0-9a-f]{16})$/.test(word)) return true;
	return /^[A-Za-z0-9+/_=-]{12,40}$/.test(word) && /[A-Z]/.test(word) && /[a-z]/.test(word);
}

export function recogniseWord(word: string): { field: TermField; value: string } {
	const value = word.replace(/^<([^<>\s]+)>[,;:]?$/, "$1").replace(/^mailto:/i, "");
	if (value.startsWith("@") && isName(value.slice(1))) return { field: "domain", value: value.slice(1) };
	const any = alternatives(value);
	if (any[0]?.includes("@") && any[0] !== value) return { field: "address", value: any.join(",") };
	if (/^[^@]+@[^@\s]+$/.test(value) || /^".*"@[^@\s]+$/.test(value)) return { field: "address", value };
	if (readIpRange(value)) return { field: "ip", value: withoutBrackets(value) };
	// `mail.example.net[203.0.113.112]:25`, as Postfix names its peers
	const endpoint = /^[^\s[\]]*\[([0-9a-fA-F.:]+)\](?::\d{1,5})?$/.exec(value)?.[1];
	if (endpoint !== undefined && readIp(endpoint)) return { field: "ip", value: endpoint };
	if (isQueueId(value)) return { field: "queue", value };
	if (/^[245]\.\d{1,3}\.\d{1,3}$/.test(value)) return { field: "dsn", value };
	const name = value.replace(/\.?(?::\d{1,5})?$/, "");
	if (isName(name)) return { field: "name", value: name };
	return { field: "text", value: word };
}

function withoutBrackets(value: string): string {
	return value.replace(/^\[(?:IPv6:)?([^\]]*)\]$/i, "$1");
}

/** A dotted name whose last label is no number; `*.example.com` too, `invoice.pdf*` not. */
function isName(word: string): boolean {
	if (word.length > 253 || !word.includes(".")) return false;
	const labels = word.split(".");
	const last = labels[labels.length - 1] ?? "";
	return (
		labels.every((label) => /^(?:\*|[\p{L}\p{N}_-]{1,63})$/u.test(label)) &&
		/^[\p{L}][\p{L}\p{N}-]+$/u.test(last)
	);
}
