/**
 * Cyrus IMAP: what LMTP put into which mailbox, what Sieve did, who could not log in. Its services log under names of their own
 * (`lmtpunix`, `imap`), on Debian below `cyrus/`. Message-IDs and user names are a stranger's; mailboxes are the site's.
 */
import { bareAddress, canonicalIp, type Endpoint, type ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag } from "../parsed.ts";

const mta = "cyrus";
/** tags that no other program has; the rest (`imap`, `pop3`, `sieve`) must say something of Cyrus' */
const OWN: ReadonlySet<string> = new Set([
	"lmtpunix",
	"cyr_expire",
	"ctl_cyrusdb",
	"ctl_mboxlist",
	"cyrmaster",
	"cyr_master",
	"timsieved",
	"tls_prune",
	"sync_client",
	"sync_server",
]);

/** Its services' tags where nothing stands before them. */
export const CYRUS_PROGRAMS = [...OWN, "imap", "imaps", "pop3", "pop3s", "sieve", "lmtp"] as const;

/** What a line of a service of Cyrus says. */
export function parseCyrus({ base, instance }: ProgramTag, text: string): ParsedMessage {
	const known = parseLogin(base, text) ?? parseStored(base, text);
	if (known) return known;
	const common = { mta, daemon: base } as const;
	// IOERROR: opening /var/spool/cyrus/mail/…: Permission denied ; DBERROR: opening …
	const trouble =
		/^(?:IOERROR|DBERROR|NOTIFY\(.{0,40}\)|SQUAT failed|Fatal error|FATAL|sieve runtime error|Over quota)\b/.exec(
			text,
		);
	if (trouble)
		return event({ kind: "problem", ...common, severity: /^fatal/i.test(text) ? "fatal" : "error", text });
	if (instance === undefined && !OWN.has(base)) return { kind: "foreign" };
	if (
		base.endsWith("master") &&
		/^(?:process started|exiting|ready for work|attempting clean shutdown)/.test(text)
	)
		return event({ kind: "status", ...common, text });
	return event({ kind: "other", ...common });
}

const SERVICES: Readonly<Record<string, string>> = {
	imaps: "imap",
	pop3s: "pop3",
	sieves: "sieve",
	lmtpunix: "lmtp",
};
// badlogin: localhost [127.0.0.1] plaintext (taro) [SASL(-13): authentication failure: checkpass failed]
const BADLOGIN = /^badlogin: (?:(\S{1,255}) )?\[([0-9A-Fa-f:.]{2,50})\] ([A-Za-z0-9_-]{1,40}) (.{1,8000})$/;

function parseLogin(base: string, text: string): ParsedMessage | undefined {
	const common = { mta, daemon: base } as const;
	// login: localhost [127.0.0.1] taro plaintext User logged in SESSIONID=<cyrus-…>
	if (/^login: (?:\S{1,255} )?\[[0-9A-Fa-f:.]{2,50}\] /.test(text))
		return event({ kind: "other", ...common });
	const bad = BADLOGIN.exec(text);
	if (!bad) return undefined;
	const [, name, address, method, words] = bad as unknown as [
		string,
		string | undefined,
		string,
		string,
		string,
	];
	// badlogin: host[192.0.2.7] PLAIN [SASL(-13): user not found: …]
	const [username, reason] = userIn(words) ?? [undefined, words];
	return event({
		kind: "auth-failed",
		...common,
		client: peer(name, address),
		method,
		username: username || undefined,
		reason: reason.startsWith("[") && reason.endsWith("]") ? reason.slice(1, -1) : reason,
		service: SERVICES[base] ?? base,
	});
}

/** `(taro) [SASL(-13): …]`, `(taro) invalid user`: the user, who may have written anything, and why. */
function userIn(words: string): [user: string, reason: string] | undefined {
	const end = words.endsWith(") invalid user")
		? words.length - ") invalid user".length
		: words.lastIndexOf(") [");
	return words.startsWith("(") && end > 0 ? [words.slice(1, end), words.slice(end + 2)] : undefined;
}

function peer(name: string | undefined, address: string): Endpoint | undefined {
	const ip = canonicalIp(address);
	if (ip === undefined) return undefined;
	return name === undefined ? { ip } : { name, ip };
}

interface Wording {
	begins: string;
	/** what stands between the Message-ID and the rest; undefined: nothing does */
	mark?: string;
	action: "saved" | "redirected" | "discarded" | "rejected";
}

// lmtpd.c and lmtp_sieve.c
const WORDINGS: readonly Wording[] = [
	{ begins: "Delivered: ", mark: " to mailbox: ", action: "saved" },
	{ begins: "sieve redirected: ", mark: " to: ", action: "redirected" },
	{ begins: "sieve rejected: ", mark: " to: ", action: "rejected" },
	{ begins: "sieve LMTP rejected: ", action: "rejected" },
	{ begins: "sieve discarded: ", action: "discarded" },
];

function parseStored(base: string, text: string): ParsedMessage | undefined {
	const wording = WORDINGS.find(({ begins }) => text.startsWith(begins));
	if (!wording) return parseDuplicate(base, text);
	// the mailbox is behind the last mark: an id may hold one too
	const at = wording.mark === undefined ? text.length : text.lastIndexOf(wording.mark);
	if (at < wording.begins.length) return undefined;
	const rest = text.slice(at + (wording.mark?.length ?? 0));
	return event({
		kind: "stored",
		mta,
		daemon: base,
		messageId: messageId(text.slice(wording.begins.length, at)),
		action: wording.action,
		...(wording.action === "saved"
			? mailboxOf(rest)
			: { target: rest === "" ? undefined : bareAddress(rest) }),
	});
}

// dupelim: eliminated duplicate message to user.taro id <m1@a.example> date … (delivery)
function parseDuplicate(base: string, text: string): ParsedMessage | undefined {
	const match = /^dupelim: eliminated duplicate message to (\S{1,255}) id (\S{1,998}) /.exec(text);
	if (!match) return undefined;
	const { recipient } = mailboxOf(match[1] as string);
	const id = messageId(match[2] as string);
	return event({
		kind: "stored",
		mta,
		daemon: base,
		recipient,
		messageId: id,
		action: "discarded",
		reason: "duplicate",
	});
}

function messageId(text: string): string | undefined {
	return bareAddress(text) || undefined;
}

/** `user.taro.Junk`, `example.net!user.taro`, as Cyrus names mailboxes within: a dot of a name is written `^`. */
function mailboxOf(name: string): { recipient?: string; mailbox: string } {
	const bang = name.indexOf("!");
	const [root, user, ...below] = name
		.slice(bang + 1)
		.split(".")
		.map((part) => part.replaceAll("^", "."));
	if (root !== "user" || !user) return { mailbox: name };
	return {
		recipient: bang > 0 ? `${user}@${name.slice(0, bang)}` : user,
		mailbox: below.length === 0 ? "INBOX" : below.join("."),
	};
}
