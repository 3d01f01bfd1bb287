/**
 * Links and addresses out of a remote's words. The words are a stranger's: only http and https with a plain host name
 * are taken, no user names, no other schemes, and never more than three.
 */
import { canonicalIp } from "../event/index.ts";

const LINKS_MAX = 3;
// no `i`: with it, the excluded characters beyond ASCII would take s and k with them (ſ and K fold to them)
const URL_PATTERN = /(?:https?|HTTPS?):\/\/[^\s<>"'`()[\]{}|\\^\u0000-\u001f\u007f-\u{10ffff}]{3,500}/gu;
const PLAIN_HOST =
	/^https?:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z0-9-]{2,63}(?::\d{1,5})?(?:[/?#]|$)/i;

export function linksIn(text: string): string[] {
	if (!text.includes("://")) return [];
	const found = new Set<string>();
	for (const [match] of text.matchAll(URL_PATTERN)) {
		const href = match.replace(/[.,;:!?]+$/, "");
		if (PLAIN_HOST.test(href)) found.add(href.replace(/^https?/i, (scheme) => scheme.toLowerCase()));
		if (found.size === LINKS_MAX) break;
	}
	return [...found];
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
