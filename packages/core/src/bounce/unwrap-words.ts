/** A server's words without what the reporting program put around them, and the server that the program names before them. */
import { LEADS } from "./shapes.ts";

// SMTP error, RCPT TO: Host mx.example.net(192.0.2.9) said 550 User not found: taro@example.net
const NETEASE = /\bSMTP error, [A-Z ]{4,12}: host \S{1,255}(?: said:?)? ([245]\d\d[ -].{1,2000})$/i;

/** `-------server message 550 5.1.1 …` → what the server said, where a label stands right before its code. */
export function unwrapped(words: string): string {
	const netease = NETEASE.exec(words)?.[1];
	if (netease !== undefined) return netease;
	for (const lead of LEADS) {
		const at = words.slice(0, 300).toLowerCase().indexOf(lead);
		if (at < 0) continue;
		const rest = words.slice(at + lead.length).replace(/^[\s:'"-]+/, "");
		if (
			/^(?:smtp; ?)?[245]\d\d[ :-]/.test(rest) &&
			!lead.startsWith("smtp error") &&
			!lead.startsWith("did not")
		)
			return withoutWrap(rest, words);
	}
	return words;
}

/** The bracket or quote that closes what stood around the whole. */
function withoutWrap(rest: string, whole: string): string {
	const close = whole.startsWith("(") ? ")" : /returned '/i.test(whole) ? "'" : "\n";
	return rest.endsWith(close) ? rest.slice(0, -1) : rest;
}

const HOST = String.raw`([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,20})`;
const REMOTE: readonly RegExp[] = [
	// Exchange: `mx.example.net Remote Server returned '550 5.1.1 …'`, the name and the words on lines of their own
	new RegExp(`^${HOST} (?:remote server returned|gave this error:)`, "i"),
	// GMX, IONOS: `SMTP error from remote server for RCPT TO command, host: mx.example.net (192.0.2.25) reason: 550 …`
	new RegExp(
		String.raw`^smtp error from remote server (?:after|for) [a-z ]{4,20} ?[,:] host: ${HOST}\b`,
		"i",
	),
];

/** The server that a reporting program names before that server's words. */
export function remoteBefore(words: string): string | undefined {
	for (const form of REMOTE) {
		const named = form.exec(words)?.[1];
		if (named !== undefined) return named;
	}
	return undefined;
}
