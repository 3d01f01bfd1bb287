/**
 * Failed logins: what the login processes say of the client (`imap-login: Disconnected (auth failed, …): user=<…>, …`), and what the
 * authentication server says of the password (`passwd-file(bob,192.0.2.1): unknown user`). User names are a stranger's.
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

// Disconnected (auth failed, 3 attempts in 14 secs): user=<bob>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS, session=<abc>
// Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): user=<bob>, …
export function parseLogin(service: string, text: string): ParsedMessage | undefined {
	const common = { mta: "dovecot", daemon: service } as const;
	const at = text.indexOf(": user=<");
	const said = at < 0 ? text : text.slice(0, at);
	if (said.startsWith("Login") && !said.startsWith("Login aborted")) return undefined;
	if (!/^(?:Disconnected|Aborted login|Login aborted|Maximum number of connections)/.test(said))
		return undefined;
	const { username, method, client, server } =
		at < 0 ? ({} as Peers) : readPeers(text, at + ": user=<".length);
	const failed = /\(auth failed, (\d{1,6}) attempts?\b/.exec(said);
	if (!failed && !/tried to use disallowed|cert required|disabled|invalid|Maximum number/.test(said)) {
		return event({ kind: "disconnect", ...common, client, server, reason: said });
	}
	return event({
		kind: "auth-failed",
		...common,
		client,
		server,
		method,
		username,
		reason: whyOf(said),
		service: SERVICES[service] ?? service.replace(/-login$/, ""),
		attempts: failed ? Number(failed[1]) : undefined,
	});
}

/** `Disconnected: Connection closed (auth failed, 2 attempts in 30 secs)` is about `auth failed`. */
function whyOf(said: string): string {
	const inside = /\(([^()]{1,200})\)/.exec(said)?.[1];
	return inside === undefined ? said : inside.replace(/, \d{1,6} attempts?\b.*$/, "");
}

interface Peers {
	username?: string;
	method?: string;
	client?: Endpoint;
	server?: Endpoint;
}

/** The last place where the user can end counts: nothing behind it is a stranger's. */
function readPeers(text: string, start: number): Peers {
	for (let at = text.lastIndexOf(">, "); at >= start; at = text.lastIndexOf(">, ", at - 1)) {
		const match = AFTER_USER.exec(text.slice(at, at + 200));
		if (!match) continue;
		const peers: Peers = {};
		if (at > start) peers.username = text.slice(start, at);
		if (match[1]) peers.method = match[1];
		const [rip, lip] = [canonicalIp(match[2] as string), canonicalIp(match[3] as string)];
		if (rip !== undefined) peers.client = { ip: rip };
		if (lip !== undefined) peers.server = { ip: lip };
		return peers;
	}
	return {};
}

const DATABASE =
	/^(?:conn unix:\S{1,80} \([^()]{0,80}\): auth-worker<\d{1,10}>: )?(pam|passwd-file|sql|ldap|passwd|shadow|static|bsdauth|checkpassword|dict|lua|oauth2|imap|vpopmail|policy|plain|login|cram-md5|digest-md5|scram-sha-1|scram-sha-256|gssapi|ntlm|external|xoauth2|oauthbearer|anonymous)\(/;
/** a mechanism speaks where a login fails before any database is asked */
const MECHANISMS: ReadonlySet<string> = new Set(
	"plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 gssapi ntlm external xoauth2 oauthbearer anonymous".split(
		" ",
	),
);
const PEER = /,([0-9A-Fa-f:.]{2,50})((?:,(?:<[^<>]{0,80}>|master))*)\): /g;

// pam(toto,192.0.2.1,<session>): pam_authenticate() failed: Authentication failure (password mismatch?)
export function parseAuth(text: string): ParsedMessage | undefined {
	const database = DATABASE.exec(text);
	if (!database) return undefined;
	const start = database[0].length;
	const ends = [...text.slice(start).matchAll(PEER)];
	const [end] = ends;
	const common = { kind: "auth-failed", mta: "dovecot", daemon: "auth" } as const;
	const source = database[1] as string;
	const failed = { ...common, ...(MECHANISMS.has(source) ? { method: source } : { database: source }) };
	if (!end) {
		// a login without an address, `sql(bob): unknown user`
		const close = text.indexOf("): ", start);
		if (close < 0) return undefined;
		return event({
			...failed,
			username: text.slice(start, close) || undefined,
			reason: text.slice(close + 3) || undefined,
		});
	}
	const reason = text.slice(start + end.index + end[0].length);
	// a name or a logged password that imitates the address: then neither can be told
	if (ends.length > 1) return event(failed);
	const ip = canonicalIp(end[1] as string);
	const username = text.slice(start, start + end.index);
	return event({
		...failed,
		client: ip === undefined ? undefined : { ip },
		username: username === "" || username === "?" ? undefined : username,
		reason: withoutPassword(reason) || undefined,
	});
}

/** With auth_verbose_passwords the password stands in the log; it does not have to travel any further. */
function withoutPassword(reason: string): string {
	const given = reason.search(/ \((?:SHA1 of )?given password: /);
	return given < 0 ? reason : reason.slice(0, given);
}
