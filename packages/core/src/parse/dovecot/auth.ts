/**
 * What the authentication server says of a password: `auth: passwd-file(bob,192.0.2.1,<session>): unknown user`, in 2.4
 * `auth(bob,192.0.2.1,sasl:plain)<session>: passwd-file: unknown user`. Names and, with auth_verbose_passwords, passwords are a
 * stranger's; the password is not kept.
 */
import { canonicalIp, type ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";

/** a mechanism speaks where a login fails before any database is asked */
const MECHANISMS =
	"plain|login|cram-md5|digest-md5|scram-sha-1|scram-sha-1-plus|scram-sha-256|scram-sha-256-plus|gssapi|gss-spnego|ntlm|otp|skey|rpa|apop|external|xoauth2|oauthbearer|anonymous|dovecot-token";
const IS_MECHANISM = new RegExp(`^(?:${MECHANISMS})$`);
const SOURCES = `pam|passwd-file|sql|ldap|passwd|shadow|static|bsdauth|checkpassword|dict|lua|oauth2|imap|vpopmail|policy|${MECHANISMS}`;
const DATABASE = new RegExp(
	`^(?:conn unix:\\S{1,80} \\([^()]{0,80}\\): auth-worker<\\d{1,10}>: )?(${SOURCES})\\(`,
);
const PEER = /,([0-9A-Fa-f:.]{2,50})((?:,(?:<[^<>]{0,80}>|master))*)\): /g;

/** The event of a line of `auth` or `auth-worker`, its prefix taken off; undefined where it tells of no failed login. */
export function parseAuth(daemon: string, text: string): ParsedMessage | undefined {
	// pam(toto,192.0.2.1,<session>): pam_authenticate() failed: Authentication failure (password mismatch?)
	const database = DATABASE.exec(text);
	if (!database) return undefined;
	const start = database[0].length;
	const said: Said = { daemon, source: database[1] as string };
	const ends = [...text.slice(start).matchAll(PEER)];
	const [end] = ends;
	// a name or a logged password that imitates the address: then neither can be told
	if (ends.length > 1) return failedLogin(said);
	if (end) {
		const username = text.slice(start, start + end.index);
		return failedLogin(said, username, text.slice(start + end.index + end[0].length), end[1]);
	}
	const close = text.indexOf("): ", start);
	return close < 0 ? undefined : failedLogin(said, text.slice(start, close), text.slice(close + 3));
}

const PREFIX = /^(auth|auth-worker)\((?!(?:\d{1,10}|default)\))/;
const PREFIX_PEER =
	/,([0-9A-Fa-f:.]{2,50})(?:,(?:sasl:[a-z0-9-]{1,40}|master|token))*\)(?:<\d{1,10}>)?(?:<[^<>\s]{0,80}>)?: /g;
const SOURCE = new RegExp(`^(?:request \\[\\d{1,10}\\]: )?(?:(${SOURCES}): )?`);

/** The event of a line of 2.4, which puts the user into the prefix; undefined for a line of another form. */
export function parseAuthPrefix(message: string): ParsedMessage | undefined {
	const prefix = PREFIX.exec(message);
	if (!prefix) return undefined;
	const daemon = prefix[1] as string;
	const start = prefix[0].length;
	// auth-worker(root,192.0.2.10)<467><1PjjithgouXAAAIK>: request [1]: pam: pam_authenticate() failed: Authentication failure
	const ends = [...message.slice(start).matchAll(PREFIX_PEER)];
	const [end] = ends;
	if (!end) return undefined;
	const text = message.slice(start + end.index + end[0].length);
	const level = /^(?:(Debug)|Info|(Warning)|Error|Fatal|Panic): /.exec(text);
	if (level?.[1]) return event({ kind: "other", mta: "dovecot", daemon });
	const ip = canonicalIp(end[1] as string);
	if (level && !level[0].startsWith("Info")) {
		const severity = level[2] ? "warning" : "error";
		const words = withoutPassword(text.slice(level[0].length));
		const client = ip === undefined || ends.length > 1 ? undefined : { ip };
		return event({ kind: "problem", mta: "dovecot", daemon, severity, text: words, client });
	}
	const words = text.slice(level?.[0].length ?? 0);
	const source = SOURCE.exec(words);
	const said: Said = { daemon, ...(source?.[1] !== undefined && { source: source[1] }) };
	const name = message.slice(start, start + end.index);
	// Dovecot writes `?` for a name with characters that auth_username_chars forbids, and the name itself behind it
	if (ends.length > 1 && name !== "?") return failedLogin(said);
	return failedLogin(said, name, words.slice(source?.[0].length ?? 0), end[1]);
}

interface Said {
	daemon: string;
	/** the database or the mechanism that spoke */
	source?: string;
}

function failedLogin(
	{ daemon, source }: Said,
	name?: string,
	words?: string,
	address?: string,
): ParsedMessage {
	const common = { mta: "dovecot", daemon } as const;
	// the next database may know the user ; without an address it is LMTP or LDA that looks for a recipient
	if (words?.endsWith(" - trying the next passdb")) return event({ kind: "other", ...common });
	const reason = words === undefined ? undefined : withoutPassword(words);
	if (address === undefined && reason === "unknown user") return event({ kind: "other", ...common });
	const ip = address === undefined ? undefined : canonicalIp(address);
	const isMechanism = source !== undefined && IS_MECHANISM.test(source);
	return event({
		kind: "auth-failed",
		...common,
		client: ip === undefined ? undefined : { ip },
		method: isMechanism ? source : undefined,
		username: name === "" || name === "?" ? undefined : name,
		reason: reason || undefined,
		database: isMechanism ? undefined : source,
	});
}

/** With auth_verbose_passwords the password stands in the log; it does not have to travel any further. */
function withoutPassword(reason: string): string {
	const given = reason.search(/ \((?:SHA1 of )?given password: /);
	return given < 0 ? reason : reason.slice(0, given);
}
