/**
 * What the login processes say of a client (`imap-login: Disconnected (auth failed, …): user=<…>, …`): failed logins, failed TLS
 * handshakes, and clients that left. The user's name is a stranger's.
 */
import { canonicalIp, type Endpoint, type ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";

const SERVICES: Readonly<Record<string, string>> = {
	"imap-login": "imap",
	"pop3-login": "pop3",
	"managesieve-login": "sieve",
	"submission-login": "submission",
	"imap-urlauth-login": "imap",
};

/** behind the user, whose name may hold anything, come fields that no stranger writes */
const AFTER_USER =
	/^>,(?: method=([A-Za-z0-9_-]{1,40}),)? rip=([0-9A-Fa-f:.]{2,50}), lip=([0-9A-Fa-f:.]{2,50})(?=,|$)/;

// Dovecot 1.x leaves out a user that nobody named: `Disconnected: Inactivity (no auth attempts): rip=192.0.2.7, lip=192.0.2.1, TLS`
const NAMELESS =
	/: (?:method=([A-Za-z0-9_-]{1,40}), )?rip=([0-9A-Fa-f:.]{2,50}), lip=([0-9A-Fa-f:.]{2,50})(?=,|$)/;

/** With a log format of its own a user may stand elsewhere in brackets: behind one, nothing is believed. */
function readNameless(text: string): RegExpExecArray | null {
	const found = NAMELESS.exec(text);
	return found && !text.slice(0, found.index).includes("<") ? found : null;
}

/** The event of such a line; undefined where a client came in or nothing is known of it. */
export function parseLogin(service: string, text: string): ParsedMessage | undefined {
	// Login: user=<anna@x>, … ; since 2.4 Logged in: user=<anna@x>, …
	if (text.startsWith("Login: ") || text.startsWith("Logged in: ")) return undefined;
	const at = text.indexOf(": user=<");
	const nameless = at < 0 ? readNameless(text) : null;
	const said = at < 0 ? text.slice(0, nameless?.index) : text.slice(0, at);
	const peers: Peers = at < 0 ? peersOf(nameless) : readPeers(text, at + ": user=<".length);
	const common = { mta: "dovecot", daemon: service } as const;
	const { client, server, method, username } = peers;
	if (peers.handshake !== undefined)
		return event({ kind: "tls", ...common, direction: "in", client, reason: peers.handshake });
	const failed = readFailure(said);
	if (failed) {
		return event({
			kind: "auth-failed",
			...common,
			client,
			server,
			method: method ?? failed.method,
			username,
			reason: failed.reason,
			service: SERVICES[service] ?? service.replace(/-login$/, ""),
			attempts: failed.attempts,
		});
	}
	if (!/^(?:Disconnected|Aborted login|Login aborted)/.test(said)) return undefined;
	return event({ kind: "disconnect", ...common, client, server, reason: said });
}

interface Failure {
	reason: string;
	method?: string;
	attempts?: number;
}

// client-common.c client_get_extra_disconnect_reason; in 2.4 with a word for programs behind it
const REFUSED =
	/^(?:auth(?:orization)? failed|tried to use |cert required|client (?:didn't send a|sent an invalid) cert|sent invalid base64|login disabled|proxy dest auth failed|anonymous )/;
const ATTEMPTS = /, (\d{1,6}) attempts?\b.*$/;

// Disconnected: Connection closed: read(size=380) failed: Connection reset by peer (auth failed, 1 attempts in 2 secs)
// Login aborted: Logged out (tried to use disallowed cleartext auth, 1 attempts in 1 secs) (cleartext_auth_disabled)
function readFailure(said: string): Failure | undefined {
	// Login failed: Plaintext authentication disabled ; Authenticate NTLM failed: Unsupported authentication mechanism.
	const refused = /^(?:Login|APOP|Authenticate ([A-Z0-9_-]{1,40})) failed: (.{1,400})$/.exec(said);
	if (refused?.[2] === "Aborted") return undefined;
	if (refused) return { reason: refused[2] as string, ...(refused[1] && { method: refused[1] }) };
	const crowded = said.indexOf("Maximum number of connections");
	if (crowded >= 0) return { reason: said.slice(crowded) };
	const why = lastBracket(lastBracket(said, /^[a-z0-9_]{1,60}$/)?.before ?? said)?.inside;
	if (why === undefined || !REFUSED.test(why)) return undefined;
	const attempts = ATTEMPTS.exec(why);
	if (!attempts) return { reason: why };
	return { reason: why.slice(0, attempts.index), attempts: Number(attempts[1]) };
}

/** What stands in the brackets that end the text, if they hold such words. */
function lastBracket(text: string, words?: RegExp): { before: string; inside: string } | undefined {
	const open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
	if (open < 0) return undefined;
	const inside = text.slice(open + 2, -1);
	return words?.test(inside) === false ? undefined : { before: text.slice(0, open), inside };
}

interface Peers {
	username?: string;
	method?: string;
	client?: Endpoint;
	server?: Endpoint;
	/** why the TLS handshake failed */
	handshake?: string;
}

/** The method and the two addresses of a pattern's match. */
function peersOf(match: RegExpExecArray | null): Peers {
	const peers: Peers = {};
	if (!match) return peers;
	if (match[1]) peers.method = match[1];
	const [rip, lip] = [canonicalIp(match[2] as string), canonicalIp(match[3] as string)];
	if (rip !== undefined) peers.client = { ip: rip };
	if (lip !== undefined) peers.server = { ip: lip };
	return peers;
}

/** The last place where the user can end counts: nothing behind it is a stranger's. */
function readPeers(text: string, start: number): Peers {
	for (let at = text.lastIndexOf(">, "); at >= start; at = text.lastIndexOf(">, ", at - 1)) {
		const match = AFTER_USER.exec(text.slice(at, at + 200));
		if (!match) continue;
		const peers = peersOf(match);
		if (at > start) peers.username = text.slice(start, at);
		const handshake = HANDSHAKE.exec(text.slice(at + match[0].length))?.[1];
		if (handshake !== undefined) peers.handshake = handshake;
		return peers;
	}
	return {};
}

// , TLS handshaking: SSL_accept() failed: error:0A00009C:SSL routines::http request, session=<Xm/dcdhgQM/AAAIK>
const HANDSHAKE = /^, TLS handshaking: (SSL_accept\(\) .{1,600}?)(?:, session=<[^<>]{0,80}>)?$/;
