/**
 * Dovecot 2.0 to 2.4: `service(user)<pid><session>: words`. store.ts reads what LMTP, LDA and Sieve did with a message, auth.ts
 * failed logins. A line of LMTP or LDA carries its session as queue id: that is the id under which the store took the message.
 */
import { canonicalIp, type ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { parseAuth, parseLogin } from "./auth.ts";
import type { ServiceLine } from "./service-line.ts";
import { parseStore } from "./store.ts";

/** The tags that Dovecot logs under. */
export const DOVECOT_PROGRAMS = ["dovecot", "dovecot-lda", "dovecot-lmtpd"] as const;

/** What a line of Dovecot says. */
export function parseDovecot(program: ProgramTag, message: string): ParsedMessage {
	const line = readService(message) ?? ownService(program.base, message);
	if (!line) return unparsed("dovecot");
	const { service } = line;
	const common = { mta: "dovecot", daemon: service } as const;
	const queueId = STORES.has(service) ? line.session : undefined;
	const level = /^(Debug|Info|Warning|Error|Fatal|Panic): /.exec(line.text);
	const text = level ? line.text.slice(level[0].length) : line.text;
	if (level?.[1] === "Debug") return event({ kind: "other", ...common, queueId });
	if (service === "auth" || service === "auth-worker") {
		const failed = parseAuth(text);
		if (failed) return failed.kind === "auth-failed" ? { ...failed, daemon: service } : failed;
	}
	const severity = level ? SEVERITIES[level[1] as string] : undefined;
	if (severity) return event({ kind: "problem", ...common, queueId, severity, text });
	if (service.endsWith("-login")) return parseLogin(service, text) ?? event({ kind: "other", ...common });
	if (STORES.has(service)) return parseStoreLine({ ...line, text }, queueId);
	if (service === "master" || service === "log") {
		const version = /^Dovecot v(\S{1,40})/.exec(text)?.[1];
		return event({ kind: "status", ...common, text, version });
	}
	// imap(bob)<123><abc>: Disconnected: Logged out in=123 out=456 …
	const left = /^(?:Disconnected|Connection closed|Logged out)\b(?:: |: ?| )?(.{0,400})$/.exec(text);
	if (left && SESSIONS.has(service)) {
		return event({ kind: "disconnect", ...common, reason: text.replace(/ (?:in|top|bytes)=\d.*$/, "") });
	}
	return KNOWN.has(service) ? event({ kind: "other", ...common }) : unparsed("dovecot");
}

const STORES: ReadonlySet<string> = new Set(["lmtp", "lda", "deliver"]);
const SESSIONS: ReadonlySet<string> = new Set(["imap", "pop3", "managesieve", "submission"]);
const KNOWN: ReadonlySet<string> = new Set(
	(
		"imap pop3 managesieve submission auth auth-worker anvil config stats indexer indexer-worker doveadm dict dict-expire dsync " +
		"ssl-params replicator aggregator director quota-status old-stats ipc imap-hibernate imap-urlauth script fts decode2text " +
		"lmtp lda deliver dns-client health-check log master program-client welcome quota-warning"
	).split(" "),
);

const SEVERITIES: Readonly<Record<string, "warning" | "error" | "fatal" | "panic">> = {
	Warning: "warning",
	Error: "error",
	Fatal: "fatal",
	Panic: "panic",
};

const SESSION = "[A-Za-z0-9+/=_:-]{1,64}";
// lmtp(u19@a.example)<170><EIJMF/VUAmuqAAAAZN5P0Q>: …
const MODERN = new RegExp(`^([a-z][a-z0-9-]{0,30})\\((.{0,300}?)\\)<\\d{1,10}><(${SESSION})?>: `);
const PLAIN = /^([a-z][a-z0-9-]{0,30}): /;
// 2.2: lmtp(170, u19@a.example): SESSION: … ; lda(u5@a.example): … ; lmtp(170): Connect from local
const CLASSIC = /^([a-z][a-z0-9-]{0,30})\((?:(\d{1,10})(?:, |(?=\))))?(.{0,300}?)\): /;
const CLASSIC_SESSION = new RegExp(`^(${SESSION}): (?=sieve: |msgid=|save: |copy from |Error: |Warning: )`);

function readService(message: string): ServiceLine | undefined {
	const modern = MODERN.exec(message);
	if (modern) return serviceLine(modern[1] as string, message.slice(modern[0].length), modern[2], modern[3]);
	const plain = PLAIN.exec(message);
	if (plain) return { service: plain[1] as string, text: message.slice(plain[0].length) };
	const classic = CLASSIC.exec(message);
	if (!classic) return undefined;
	const service = classic[1] as string;
	const text = message.slice(classic[0].length);
	const session = STORES.has(service) ? CLASSIC_SESSION.exec(text) : undefined;
	return serviceLine(service, text.slice(session?.[0].length ?? 0), classic[3], session?.[1]);
}

function serviceLine(
	service: string,
	text: string,
	user: string | undefined,
	session: string | undefined,
): ServiceLine {
	return { service, text, ...(user && { user }), ...(session && { session }) };
}

/** `dovecot-lda: msgid=…`, logged under a tag of its own with no service before it. */
function ownService(base: string, message: string): ServiceLine | undefined {
	return base === "dovecot-lda" ? { service: "lda", text: message } : undefined;
}

function parseStoreLine(line: ServiceLine, queueId: string | undefined): ParsedMessage {
	const common = { mta: "dovecot", daemon: line.service, queueId } as const;
	const stored = parseStore(line);
	if (stored) return stored;
	// lmtp(170): Connect from local ; lmtp(170): Disconnect from local: Logged out (state=READY)
	const peer = /^(Connect|Disconnect) from ([^\s:]{1,60}(?::[0-9A-Fa-f:.]{1,50})?)(?:: (.{1,300}))?$/.exec(
		line.text,
	);
	if (peer) {
		const ip = canonicalIp(peer[2] as string);
		const client = ip === undefined ? undefined : { ip };
		if (peer[1] === "Connect") return event({ kind: "connect", ...common, client });
		return event({ kind: "disconnect", ...common, client, reason: peer[3] });
	}
	if (
		/^(?:sieve: |msgid=|save failed|Quota|quota)/.test(line.text) &&
		/fail|exceed|error|not enough/i.test(line.text)
	) {
		return event({ kind: "problem", ...common, severity: "error", text: line.text });
	}
	return event({ kind: "other", ...common });
}
