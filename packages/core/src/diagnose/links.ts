/**
 * Links and addresses out of a remote's words. The words are a stranger's: only http and https with a plain host name
 * are taken, no user names, no other schemes, and never more than three.
 */
import { canonicalIp } from "../event/index.ts";

const LINKS_MAX = 3;
const LENGTH_MAX = 500;
/** what no link goes on with, beside all that is beyond ASCII */
const CLOSES = new Uint8Array(128).fill(1, 0, 0x21);
for (const mark of "<>\"'`()[]{}|\\^\u007f") CLOSES[mark.charCodeAt(0)] = 1;
const PLAIN_HOST =
	/^https?:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z0-9-]{2,63}(?::\d{1,5})?(?:[/?#]|$)/i;

export function linksIn(text: string): string[] {
	const found: string[] = [];
	for (let mark = text.indexOf("://"); mark >= 0; mark = text.indexOf("://", mark + 3)) {
		const scheme = schemeBefore(text, mark);
		if (scheme === undefined) continue;
		let end = mark + 3;
		while (end < text.length && end - mark < LENGTH_MAX && isOfLink(text.charCodeAt(end))) end++;
		const href = scheme + text.slice(mark, end).replace(/[.,;:!?]+$/, "");
		if (PLAIN_HOST.test(href) && !found.includes(href)) found.push(href);
		if (found.length === LINKS_MAX) break;
		mark = end - 3;
	}
	return found;
}

function schemeBefore(text: string, mark: number): "http" | "https" | undefined {
	const scheme = text.slice(Math.max(0, mark - 5), mark).toLowerCase();
	if (scheme === "https") return scheme;
	return scheme.endsWith("http") ? "http" : undefined;
}

function isOfLink(code: number): boolean {
	return code < 128 && CLOSES[code] === 0;
}

const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
const IPV6 = /(?<=[[ =])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?=[\] ,;]|$)/gi;
const MAYBE_IPV4 = /\d\.\d{1,3}\.\d{1,3}\.\d/;
const MAYBE_IPV6 = /:[0-9a-f]{0,4}:/i;

/** The address that the remote names as refused: the first in its words that is not its own. */
export function addressIn(text: string, own: string | undefined): string | undefined {
	const v4 = MAYBE_IPV4.test(text) ? firstAddress(text, IPV4, own) : undefined;
	const v6 = MAYBE_IPV6.test(text) ? firstAddress(text, IPV6, own) : undefined;
	return v4 && v6 ? (v4.at < v6.at ? v4.ip : v6.ip) : (v4 ?? v6)?.ip;
}

function firstAddress(
	text: string,
	pattern: RegExp,
	own: string | undefined,
): { ip: string; at: number } | undefined {
	for (const match of text.matchAll(pattern)) {
		const ip = canonicalIp(match[0]);
		if (ip !== undefined && ip !== own) return { ip, at: match.index };
	}
	return undefined;
}
